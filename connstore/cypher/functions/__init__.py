"""The functions of Cypher as tables of data, one row a function, and what the rows share."""
