"""The default-client rules: the same scenario on neuprint-python's registry and on connstore's."""

import copy
import gc
import inspect
import pickle
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

import neuprint.client as upstream
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import connstore
import connstore.registry as ours


class Plain:
    """All that the rules need of a client: equality by name, and registration."""

    register: Callable[[Any], None]

    def __init__(self, name: str) -> None:
        self.name = name
        self.register(self)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Plain) and self.name == other.name

    def __hash__(self) -> int:
        return hash(self.name)

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        self.register(self)


class Upstreams(Plain):
    register = staticmethod(upstream._register_client)


class Ours(Plain):
    register = staticmethod(ours.register)


@contextmanager
def empty_registries() -> Iterator[None]:
    """Both registries without the clients of other tests."""
    with (
        patch.multiple(
            upstream, _user_clients={}, _thread_copies={}, _default_client_ref=lambda: None
        ),
        patch.multiple(ours, _clients={}, _copies={}, _default=None),
    ):
        yield


class World:
    """One registry, and the variables of a user of it."""

    def __init__(self, registry: Any, kind: type[Plain]) -> None:
        self.registry, self.kind = registry, kind
        self.variables: dict[int, Plain] = {}

    def run(self, step: tuple[Any, ...]) -> Any:
        """Carry out one step and say what can be seen of it."""
        what, slot, *rest = step
        mine = self.variables.get(slot)
        match what:
            case "make":
                self.variables[slot] = self.kind(*rest)
            case "drop":
                self.variables.pop(slot, None)
            case "copy" if mine is not None:
                self.variables[rest[0]] = copy.deepcopy(mine)
            case "pickle" if mine is not None:
                self.variables[rest[0]] = pickle.loads(pickle.dumps(mine))
            case "set":
                self.registry.set_default_client(mine)
            case "clear":
                self.registry.clear_default_client()
        del mine
        return self.default(), sorted(c.name for c in self.registry.list_all_clients())

    def default(self) -> Any:
        try:
            found = self.registry.default_client()
        except RuntimeError:
            return RuntimeError
        again = self.registry.default_client()
        own = any(found is client for client in self.variables.values())
        return found.name, found is again, own


slots = st.integers(0, 2)
names = st.sampled_from("ab")
steps = st.one_of(
    st.tuples(st.just("make"), slots, names),
    st.tuples(st.just("drop"), slots),
    st.tuples(st.sampled_from(["copy", "pickle"]), slots, slots),
    st.tuples(st.sampled_from(["set", "clear"]), slots),
)


@given(st.lists(steps, max_size=12))
@example([("make", 0, "a")])  # the first becomes the default
@example([("make", 0, "a"), ("make", 1, "b")])  # a second, different one leaves none
@example([("make", 0, "a"), ("make", 1, "a")])  # equal ones do not mind each other
@example([("make", 0, "a"), ("make", 0, "b")])  # weak references: the variable is bound anew
@example([("make", 0, "a"), ("make", 1, "b"), ("drop", 0)])
@example([("make", 0, "a"), ("make", 1, "b"), ("set", 0), ("drop", 0)])
@example([("make", 0, "a"), ("clear", 0)])  # the only one becomes the default again
@example([("make", 0, "a"), ("set", 2)])  # set_default_client(None)
@example([("make", 0, "a"), ("make", 1, "b"), ("set", 0), ("make", 2, "a")])
@example([("make", 0, "a"), ("copy", 0, 1), ("drop", 0)])
def test_scenarios(scenario: list[tuple[Any, ...]]) -> None:
    with empty_registries():
        theirs, mine = World(upstream, Upstreams), World(ours, Ours)
        for step in scenario:
            assert mine.run(step) == theirs.run(step), step


def in_new_thread(work: Callable[[], Any]) -> Any:
    result: list[Any] = []
    thread = threading.Thread(target=lambda: result.append(work()))
    thread.start()
    thread.join()
    return result[0]


@pytest.mark.parametrize(("registry", "kind"), [(upstream, Upstreams), (ours, Ours)])
def test_every_thread_has_a_copy(registry: Any, kind: type[Plain]) -> None:
    with empty_registries():
        client = kind("a")
        here, there = registry.default_client(), in_new_thread(registry.default_client)
        assert here is registry.default_client()
        assert here is not client and there is not client and there is not here
        assert here == client == there
        assert [c is client for c in registry.list_all_clients()] == [True]


@pytest.fixture
def alone() -> Iterator[None]:
    with empty_registries():
        yield
        gc.collect()


def sample() -> connstore.Client:
    from connstore.testing import sample_path

    return connstore.Client(sample_path())


def other() -> connstore.Client:
    """A client that differs."""
    from connstore.testing import sample_path

    return connstore.Client(sample_path(), frames="arrow")


def count(**kwargs: Any) -> int:
    return len(connstore.fetch_neurons("KCg-m", omit_rois=True, **kwargs))


@pytest.mark.usefixtures("alone")
class TestRealClients:
    def test_no_client(self) -> None:
        with pytest.raises(connstore.ConnstoreError, match=r"connstore\.Client\(") as caught:
            count()
        assert isinstance(caught.value, RuntimeError)

    def test_rebinding_needs_no_second_thought(self) -> None:
        client = sample()
        assert count() == 34
        client = other()
        assert connstore.fetch_neurons("KCg-m", omit_rois=True).num_rows == 34
        assert connstore.list_all_clients() == {client}

    def test_queries_keep_no_client_alive(self) -> None:
        client = sample()
        connstore.fetch_neurons("KC.*(?=m)", client=client)
        connstore.fetch_adjacencies("DA1_lPN", "KC.*", client=client)
        client.explain(connstore.fetch_simple_connections, "DA1_lPN", "KC.*")
        del client
        assert connstore.list_all_clients() == set()

    def test_two_different_clients(self) -> None:
        first, second = sample(), other()
        with pytest.raises(RuntimeError, match="2 different clients"):
            count()
        assert count(client=first) == 34
        connstore.set_default_client(second)
        assert connstore.default_client() == second
        connstore.set_default_client(first)
        assert count() == 34
        connstore.clear_default_client()
        with pytest.raises(RuntimeError):
            count()

    def test_equal_clients(self) -> None:
        clients = [sample(), sample()]
        assert clients[0] == clients[1] and hash(clients[0]) == hash(clients[1])
        assert count() == 34

    @pytest.mark.parametrize(
        "twin", [copy.copy, copy.deepcopy, lambda client: pickle.loads(pickle.dumps(client))]
    )
    def test_copies(self, twin: Callable[[Any], Any]) -> None:
        client = sample()
        assert count() == 34  # an engine is at work, and is not copied
        copied = twin(client)
        assert copied is not client and copied == client
        assert count(client=copied) == count() == 34
        assert len({id(c) for c in ours._live()}) == 2
        del client
        assert count() == 34

    def test_copies_for_threads_are_no_clients_of_the_user(self) -> None:
        client = sample()
        assert in_new_thread(count) == count() == 34
        assert [c is client for c in ours._live()] == [True]

    def test_criteria_with_a_client_of_their_own(self) -> None:
        here, there = sample(), other()
        criteria = connstore.NeuronCriteria(type="KCg-m", client=here)
        assert len(connstore.fetch_neurons(criteria, omit_rois=True)) == 34
        assert len(connstore.fetch_neurons(criteria, omit_rois=True, client=sample())) == 34
        for call in (
            lambda: connstore.fetch_neurons(criteria, client=there),
            lambda: connstore.fetch_adjacencies(criteria, None, client=there),
            lambda: connstore.fetch_adjacencies(
                criteria, connstore.NeuronCriteria(type="KC.*", client=there)
            ),
            lambda: connstore.fetch_simple_connections(None, criteria, client=there),
            lambda: connstore.fetch_common_connectivity(criteria, client=there),
        ):
            with pytest.raises(ValueError, match="different clients") as caught:
                call()
            assert isinstance(caught.value, connstore.ConnstoreError)

    def test_client_is_honoured_everywhere(self) -> None:
        """Without a default client, every function answers by the client it is given."""
        client, _different = sample(), other()
        calls: dict[str, tuple[Any, ...]] = {
            "fetch_meta": (),
            "fetch_all_rois": (),
            "fetch_primary_rois": (),
            "fetch_roi_hierarchy": (),
            "fetch_neurons": ("MBON14(a3)",),
            "fetch_simple_connections": ("DA1_lPN", "KC.*"),
            "fetch_common_connectivity": ("MBON14(a3)",),
            "fetch_adjacencies": ("DA1_lPN", "KC.*"),
            "fetch_traced_adjacencies": (),
        }
        for name, args in calls.items():
            function = getattr(connstore, name)
            with pytest.raises(RuntimeError, match="different clients"):
                function(*args)
            assert len(function(*args, client=client)) > 0

    @pytest.mark.parametrize("wrong", ["path/to/store", 5, object()])
    def test_what_is_no_client(self, wrong: object) -> None:
        for call in (
            lambda: connstore.fetch_neurons("KCg-m", client=wrong),
            lambda: connstore.fetch_meta(client=wrong),
            lambda: connstore.fetch_neurons(connstore.NeuronCriteria(client=wrong)),
        ):
            with pytest.raises(connstore.ConnstoreError, match=r"no connstore\.Client"):
                call()


@pytest.mark.parametrize("name", [n for n in connstore.__all__ if n.startswith("fetch_")])
def test_every_function_takes_a_client_by_keyword(name: str) -> None:
    client = inspect.signature(getattr(connstore, name)).parameters["client"]
    assert client.kind is inspect.Parameter.KEYWORD_ONLY and client.default is None
