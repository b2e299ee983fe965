"""A small, slow evaluator of Cypher on graphs in memory, to judge the compiler by.

Written from the openCypher reference and the Neo4j 4.4 manual, in the plainest way: patterns are
matched by trying everything, clauses turn lists of rows into lists of rows. It shares the syntax
tree with connstore, and nothing else.
"""

from cypher.evaluator.clauses import Answer, Evaluator
from cypher.evaluator.graph import Graph, Node, Path, Point, Relationship, graph_of
from cypher.evaluator.values import EvaluationError, TooMuchWorkError, equals, group_key

__all__ = [
    "Answer",
    "EvaluationError",
    "Evaluator",
    "Graph",
    "Node",
    "Path",
    "Point",
    "Relationship",
    "TooMuchWorkError",
    "equals",
    "graph_of",
    "group_key",
]
