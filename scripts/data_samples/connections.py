"""Contacts: one per PSD, saying which body talks to which, and in which places."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .anatomy import PLACES
from .bodies import BodyIds, Neuron
from .wiring import RULES, Rule

FRAGMENTS = 3000
_STRENGTH = 1.3  # scales every mean of the wiring rules
_SPILL = 0.04  # PSDs that lie in another place than their T-bar
_TWO_INPUTS = 0.35
_WITH_OUTPUT = 0.12
_OUTSIDE_ROIS = 0.05  # fragments whose points lie in no ROI at all: roiInfo {}


@dataclass(frozen=True)
class Contact:
    """One PSD and the body and place of its T-bar."""

    pre: int
    post: int
    pre_place: str
    post_place: str


def _neighbours(place: str) -> list[str]:
    """Where a PSD of a T-bar of this place may lie instead."""
    near = [
        p.name
        for p in PLACES.values()
        if p.superlevel is not None
        and p.superlevel == PLACES[place].superlevel
        and p.name not in (place, "BU(R)")
    ]
    return [*near, "outside"]


def _count(rng: np.random.Generator, mean: float) -> int:
    """A skewed count of mean about ``mean``; plain arithmetic keeps it equal on all machines."""
    return 1 + int(4 * rng.random() * rng.random() * (mean - 1) + 0.5)


def _may_connect(rule: Rule, pre: Neuron, post: Neuron) -> bool:
    if pre.body == post.body and not rule.autapse:
        return False
    if rule.sides == "R":
        return pre.side == post.side == "R"
    return rule.sides == "any" or pre.side == post.side


def neuron_contacts(rng: np.random.Generator, neurons: list[Neuron]) -> list[Contact]:
    """Draws the contacts between neurons from the wiring rules."""
    by_type: dict[str, list[Neuron]] = {}
    for neuron in neurons:
        by_type.setdefault(neuron.cell_type.name, []).append(neuron)
    contacts = []
    for rule in RULES:
        for pre in by_type[rule.pre]:
            for post in by_type[rule.post]:
                if not _may_connect(rule, pre, post) or rng.random() >= rule.chance:
                    continue
                places = [name.format(s=pre.side) for name in rule.places]
                for _ in range(_count(rng, _STRENGTH * rule.mean)):
                    place = places[int(rng.integers(len(places)))]
                    other = place
                    if rng.random() < _SPILL:
                        near = _neighbours(place)
                        other = near[int(rng.integers(len(near)))]
                    contacts.append(Contact(pre.body, post.body, place, other))
    return contacts


def fragment_contacts(
    rng: np.random.Generator, ids: BodyIds, between_neurons: list[Contact]
) -> tuple[list[int], list[Contact]]:
    """Attaches small fragments to the T-bars and PSDs of neurons.

    A fragment copies the place of a random contact, so it only ever meets bodies of one connected
    component.

    Returns:
        The fragment bodies in order of creation, and their contacts.
    """
    by_place: dict[str, list[Contact]] = {}
    for contact in between_neurons:
        by_place.setdefault(contact.pre_place, []).append(contact)

    fragments: list[int] = []
    contacts: list[Contact] = []
    for _ in range(FRAGMENTS):
        model = between_neurons[int(rng.integers(len(between_neurons)))]
        place, same_place = model.pre_place, by_place[model.pre_place]
        isolated = place in ("ME(L)", "LO(L)")
        body = ids.flywire_sized() if isolated else ids.hemibrain_sized()
        fragments.append(body)
        own_place = "outside" if rng.random() < _OUTSIDE_ROIS else place
        pres = [model.pre]
        if rng.random() < _TWO_INPUTS:
            pres.append(same_place[int(rng.integers(len(same_place)))].pre)
        for pre in pres:
            contacts += [Contact(pre, body, place, own_place)] * _count(rng, 1.4)
        if rng.random() < _WITH_OUTPUT:
            for _ in range(_count(rng, 2.5)):
                post = same_place[int(rng.integers(len(same_place)))].post
                contacts.append(Contact(body, post, own_place, place))
    return fragments, contacts
