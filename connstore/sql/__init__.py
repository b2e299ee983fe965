"""Selections and questions as SQL. Values are bound; names are quoted in ``sqltext``."""
