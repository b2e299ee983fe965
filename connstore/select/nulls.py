"""Markers for missing and present property values, as in neuprint-python."""

from __future__ import annotations


class IsNull:
    """Matches bodies that lack the property: ``NeuronCriteria(type=IsNull)``."""


class NotNull:
    """Matches bodies that have the property: ``NeuronCriteria(type=NotNull)``."""
