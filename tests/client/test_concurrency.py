"""The same answers in threads and in processes."""

import multiprocessing
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pandas as pd
import pytest
from client.sample import *  # noqa: F403  (fixtures)
from pandas.testing import assert_frame_equal

import connstore

QUESTIONS: list[tuple[str, tuple[Any, ...], dict[str, Any]]] = [
    ("fetch_neurons", ("KC.*",), {}),
    ("fetch_neurons", ("KC.*(?=m)",), {"omit_rois": True}),
    ("fetch_neurons", (["MBON14(a3)", "no such type"],), {"returned_columns": "core"}),
    ("fetch_adjacencies", ("DA1_lPN", "KC.*"), {}),
    ("fetch_adjacencies", (None, "MBON14(a3)"), {"omit_rois": True}),
    ("fetch_simple_connections", ("KC.*", "MBON.*"), {}),
    ("fetch_common_connectivity", ("MBON14(a3)",), {}),
    ("fetch_meta", (), {}),
]


def ask(number: int, client: Any = None) -> list[Any]:
    """The frames (or the dict) that answer one of the questions."""
    function, args, kwargs = QUESTIONS[number % len(QUESTIONS)]
    answer = getattr(connstore, function)(*args, **kwargs, client=client)
    return list(answer) if isinstance(answer, tuple) else [answer]


def ask_quietly(number: int) -> int:
    return len(ask(number)[0])


def ask_with(client: Any, number: int) -> tuple[int, bool]:
    """In a process that only has what was sent to it: unpickled, the client is the default."""
    return len(ask(number, client)[0]), len(ask(number)[0]) == len(ask(number, client)[0])


def assert_same(one: list[Any], two: list[Any]) -> None:
    assert len(one) == len(two)
    for left, right in zip(one, two, strict=True):
        if isinstance(left, pd.DataFrame):
            assert_frame_equal(left, right, check_exact=True)
        else:
            assert left == right


@pytest.mark.parametrize("explicit", [True, False])
def test_threads(default: Any, explicit: bool) -> None:
    client = default if explicit else None
    expected = [ask(number, default) for number in range(len(QUESTIONS))]
    start = threading.Barrier(8)

    def work(thread: int) -> list[list[Any]]:
        start.wait()
        return [ask(thread + number, client) for number in range(len(QUESTIONS) * 2)]

    with ThreadPoolExecutor(8) as pool:
        for thread, answers in enumerate(pool.map(work, range(8))):
            for number, answer in enumerate(answers):
                assert_same(answer, expected[(thread + number) % len(QUESTIONS)])


def test_explain_in_one_thread_while_others_ask(default: Any) -> None:
    quiet = default.explain(connstore.fetch_neurons, "MBON14(a3)")
    stop = threading.Event()

    def work() -> int:
        asked = 0
        while not stop.is_set():
            ask(3, default)
            asked += 1
        return asked

    with ThreadPoolExecutor(2) as pool:
        busy = [pool.submit(work) for _ in range(2)]
        try:
            for _ in range(20):
                assert default.explain(connstore.fetch_neurons, "MBON14(a3)") == quiet
        finally:
            stop.set()
        assert all(each.result() > 0 for each in busy)


@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")
@pytest.mark.skipif(
    "fork" not in multiprocessing.get_all_start_methods(), reason="no fork on this platform"
)
def test_fork_with_the_default_client(default: Any) -> None:
    here = [ask_quietly(number) for number in range(len(QUESTIONS))]
    context = multiprocessing.get_context("fork")
    with context.Pool(2) as pool:
        there = pool.map_async(ask_quietly, range(len(QUESTIONS))).get(60)
    assert there == here
    assert ask_quietly(0) == here[0]  # the parent's engine is unharmed


def test_spawn_with_a_pickled_client(default: Any) -> None:
    here = [(ask_quietly(number), True) for number in range(4)]
    context = multiprocessing.get_context("spawn")
    with context.Pool(1) as pool:
        jobs = [(default, number) for number in range(4)]
        assert pool.starmap_async(ask_with, jobs).get(60) == here
