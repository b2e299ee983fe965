"""Clauses to SQL, each a relation made of the one before."""
