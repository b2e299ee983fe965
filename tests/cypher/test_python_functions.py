"""Python functions in the engine: on forks, interrupted, and gone without a word."""

from __future__ import annotations

import _thread
import gc
import subprocess
import sys
import threading
from collections.abc import Iterator

import pyarrow as pa
import pytest

from connstore.cypher.values.dynamic import engine_function, runtime_problem
from connstore.engine import Engine, PythonFunction
from connstore.errors import CypherError, QueryError, QueryTimeoutError

MANY = "FROM range(3_000_000) t(i)"


def doubled(column: pa.Array) -> pa.Array:
    return pa.array([None if each is None else 2 * each for each in column.to_pylist()], pa.int64())


DOUBLED = PythonFunction("doubled", doubled, ("BIGINT",), "BIGINT")


@pytest.fixture
def engine() -> Iterator[Engine]:
    engine = Engine.alone()
    yield engine
    engine.close()


def test_functions_are_there_on_all_forks_and_survive_the_one_that_defined_them(
    engine: Engine,
) -> None:
    fork = engine.fork()
    fork.define([DOUBLED])
    fork.close()
    del fork
    gc.collect()
    assert engine.rows("SELECT doubled(i) FROM (VALUES (21), (NULL)) t(i)") == [(42,), (None,)]
    assert engine.fork().value("SELECT doubled(1)") == 2


def test_functions_are_defined_once(engine: Engine) -> None:
    engine.define([DOUBLED])
    engine.define([DOUBLED, DOUBLED])
    assert engine.value("SELECT doubled(1)") == 2


def test_threads_define_at_once(engine: Engine) -> None:
    answers = []

    def ask() -> None:
        fork = engine.fork()
        fork.define([DOUBLED])
        answers.append(fork.value("SELECT sum(doubled(i)) FROM range(10000) t(i)"))

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [99990000] * 8


def test_a_statement_in_python_is_interrupted(engine: Engine) -> None:
    engine.define([DOUBLED])
    with pytest.raises(QueryTimeoutError):
        engine.table(f"SELECT sum(doubled(doubled(doubled(i)))) {MANY}", timeout=0.05)
    assert engine.value("SELECT doubled(1)") == 2


def test_ctrl_c_stops_a_statement_in_python(engine: Engine) -> None:
    """Wherever it is at that moment, in Python or in the engine."""
    engine.define([DOUBLED])
    timer = threading.Timer(0.2, _thread.interrupt_main)
    timer.start()
    with pytest.raises(KeyboardInterrupt):
        engine.rows(f"SELECT sum(doubled(doubled(doubled(i)))) {MANY}")
    timer.join()


def test_errors_of_cypher_come_through(engine: Engine) -> None:
    engine.define([engine_function("cypher_op_divide_aa")])
    with pytest.raises(QueryError) as raised:
        engine.rows("SELECT cypher_op_divide_aa('1', '0')")
    problem = runtime_problem(str(raised.value))
    assert isinstance(problem, CypherError)
    assert problem.problem == "/ by zero: an integer is divided by 0."
    assert runtime_problem("Out of Memory") is None


@pytest.mark.parametrize("ending", ["", "engine.close()", "fork = engine.fork()", "del engine"])
def test_nothing_is_said_when_the_interpreter_ends(ending: str) -> None:
    code = f"""
from connstore.cypher.values.dynamic import engine_function
from connstore.engine import Engine
engine = Engine.alone()
engine.define([engine_function("cypher_op_add_aa")])
print(engine.value("SELECT cypher_op_add_aa('1', '2')"))
{ending}
"""
    run = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=120, check=False
    )
    assert (run.returncode, run.stdout, run.stderr) == (0, "3\n", "")
