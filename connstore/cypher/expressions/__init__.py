"""Expressions to SQL with static types."""
