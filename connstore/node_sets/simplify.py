"""Selections put together so that they stay small and flat."""

from __future__ import annotations

from collections.abc import Iterable

from connstore.select.selection import ALL, NOTHING, Ids, OneOf, Or, Predicate, Value


def any_of(terms: Iterable[Predicate]) -> Predicate:
    """What any of some terms selects: each once, lists of values of one property as one list.

    Example:
        >>> any_of([OneOf("type", ("EPG",)), NOTHING, OneOf("type", ("PFL3", "EPG"))])
        OneOf(name='type', values=('EPG', 'PFL3'))
    """
    ids: dict[int, None] = {}
    values: dict[str, dict[tuple[type, Value], None]] = {}
    others: dict[Predicate, None] = {}
    for term in terms:
        match term:
            case Ids(several):
                ids.update(dict.fromkeys(several))
            case OneOf(name, listed):
                # 1 and True are equal, but not the same.
                keys = ((type(value), value) for value in listed)
                values.setdefault(name, {}).update(dict.fromkeys(keys))
            case _:
                others[term] = None
    if ALL in others:
        return ALL
    others.pop(NOTHING, None)
    merged: list[Predicate] = [Ids(tuple(ids))] if ids else []
    for name, found in values.items():
        merged.append(OneOf(name, tuple(value for _, value in found)))
    merged += others
    return merged[0] if len(merged) == 1 else Or(tuple(merged))
