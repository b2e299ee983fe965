"""Queries and their trees; messages about texts that are no queries."""

from __future__ import annotations

import textwrap
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connstore.cypher.checks.check import check
from connstore.cypher.syntax import tree
from connstore.cypher.syntax.parser import parse
from connstore.cypher.syntax.walk import walk
from connstore.errors import CypherError
from cypher.cases import CASES, case_file
from cypher.test_round_trip import plain


def expression(text: str) -> tree.Expression:
    (clause,) = parse(f"RETURN {text} AS x").parts[0].clauses
    assert isinstance(clause, tree.Return)
    return clause.items[0].expression


def same(one: str, other: str) -> bool:
    return bool(plain(expression(one)) == plain(expression(other)))


def first(text: str) -> Any:
    return parse(text).parts[0].clauses[0]


# Expressions --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "grouped"),
    [
        ("a OR b XOR c AND d", "a OR (b XOR (c AND d))"),
        ("NOT a AND b", "(NOT a) AND b"),
        ("NOT a = b", "NOT (a = b)"),
        ("NOT NOT a", "NOT (NOT a)"),
        ("NOT a IS NULL", "NOT (a IS NULL)"),
        ("a = b IS NULL", "a = (b IS NULL)"),
        ("a = b IN c", "a = (b IN c)"),
        ("a + b IN c + d", "(a + b) IN (c + d)"),
        ("a + b STARTS WITH c", "(a + b) STARTS WITH c"),
        ("a =~ b + c", "a =~ (b + c)"),
        ("a IN b IN c", "(a IN b) IN c"),
        ("a - b - c + d", "((a - b) - c) + d"),
        ("a + b * c % d / e", "a + (((b * c) % d) / e)"),
        ("a * b ^ c", "a * (b ^ c)"),
        ("a ^ b ^ c", "(a ^ b) ^ c"),
        ("-a ^ b", "(-a) ^ b"),
        ("- a.b", "-(a.b)"),
        ("-a[0]", "-(a[0])"),
        ("a - -b", "a - (-b)"),
        ("a:B.c", "(a:B).c"),
        ("a.b:C:D", "(a.b):C:D"),
        ("a.b[c].d[e..f]", "(((a.b)[c]).d)[e..f]"),
        ("((a)) + (b)", "a + b"),
        ("a.b IS NOT NULL AND c", "((a.b) IS NOT NULL) AND c"),
        ("CASE a WHEN b THEN c END.d", "(CASE a WHEN b THEN c END).d"),
    ],
)
def test_precedence(text: str, grouped: str) -> None:
    assert same(text, grouped)


def test_comparisons_are_chains() -> None:
    chain = expression("1 < a <= 3 = b <> c")
    assert isinstance(chain, tree.Comparison)
    assert chain.operators == ("<", "<=", "=", "<>") and len(chain.operands) == 5


@pytest.mark.parametrize("value", [-(2**63), -1, 0, 2**63 - 1, -1.5])
def test_signed_literals(value: float) -> None:
    assert expression(repr(value)) == tree.Literal(tree.Span(7, 7 + len(repr(value))), value)


def test_the_least_integer() -> None:
    assert plain(expression("-0x8000000000000000")) == plain(expression(str(-(2**63))))
    for text in ("9223372036854775808", "- (9223372036854775808)", "+9223372036854775808"):
        with pytest.raises(CypherError, match="too large"):
            expression(text)


@pytest.mark.parametrize(
    ("older", "newer"),
    [
        ("{name}", "$name"),
        ("{`name`}", "$name"),
        ("extract(x IN l | x + 1)", "[x IN l | x + 1]"),
        ("filter(x IN l WHERE x > 1)", "[x IN l WHERE x > 1]"),
        ("size((a)-->(b))", "size([(a)-->(b) | 1])"),
        ("n {.*, .a, b: 1, c}", "n {.*, a: n.a, b: 1, c: c}"),
        ("EXISTS { (a)-->(b) WHERE a.x }", "EXISTS { MATCH (a)-->(b) WHERE a.x }"),
        ("exists { p = (a)-->(b) }", "EXISTS { MATCH p = (a)-->(b) }"),
        ("[(a WHERE a.x)-->(b) WHERE b.y | 1]", "[(a)-->(b) WHERE a.x AND b.y | 1]"),
        ("(a)-[:A|:B|C]->(b)", "(a)-[:A|B|C]->(b)"),
        ("(a)<-[r]->(b)", "(a)-[r]-(b)"),
        ("(a)-->(b)", "(a)-[]->(b)"),
        ("(a)-[*2]-(b)", "(a)-[*2..2]-(b)"),
    ],
)
def test_two_ways_to_write(older: str, newer: str) -> None:
    assert same(older, newer)


def test_exists_of_patterns_and_of_properties() -> None:
    assert isinstance(expression("exists(n.p)"), tree.Call)
    assert isinstance(expression("exists(n['p'])"), tree.Call)
    found = expression("exists((a)-->(b))")
    assert isinstance(found, tree.PatternExpression) and found.at != found.path.at
    whole = expression("EXISTS { MATCH (a)-->(b) WITH b WHERE b.x RETURN b }")
    assert isinstance(whole, tree.Exists) and len(whole.query.parts[0].clauses) == 3


def test_patterns_or_arithmetic() -> None:
    assert isinstance(expression("(a)--(b)"), tree.PatternExpression)
    assert isinstance(expression("(a:L {x: [1]})<-[r {y: (1)}]-()"), tree.PatternExpression)
    assert isinstance(expression("($p)-->()"), tree.Variable | tree.PatternExpression)
    assert isinstance(expression("(a)-(b)"), tree.Binary)
    assert isinstance(expression("(a)- -1"), tree.Binary)
    assert isinstance(expression("(a) < -1"), tree.Comparison)
    assert isinstance(expression("(a)-[1][0]"), tree.Binary)
    assert isinstance(expression("(a) <> (b)"), tree.Comparison)
    search = expression("shortestPath((a)-[*]-(b))")
    assert isinstance(search, tree.PatternExpression) and search.path.search == "shortest"


def test_lists_or_comprehensions() -> None:
    assert isinstance(expression("[x IN l]"), tree.ListComprehension)
    assert isinstance(expression("[x IN l WHERE x]"), tree.ListComprehension)
    assert isinstance(expression("[x IN l + m | x]"), tree.ListComprehension)
    assert isinstance(expression("[(a)-->(b) | b.x]"), tree.PatternComprehension)
    assert isinstance(expression("[p = (a)-->(b) | p]"), tree.PatternComprehension)
    for text in ("[x IN l, 2]", "[x IN l AND y]", "[1 IN l]", "[(a)-->(b)]", "[(a)-->(b), 1]"):
        assert isinstance(expression(text), tree.ListLiteral)


@pytest.mark.parametrize("text", ["l[..]", "l[1..]", "l[..1]", "l[-2..-1]", "l[$a..$b]"])
def test_slices(text: str) -> None:
    assert isinstance(expression(text), tree.Slice)


def test_any_word_is_a_name() -> None:
    text = """
    MATCH (as:Synapse)-[count:all]->(end {type: 1}), (order), (match)-[where]-(return)
    WHERE as['ME(R)'] IS NOT NULL AND exists(as.olHex1) AND NOT as.in AND end.end.case = 1
    WITH DISTINCT as, end, count AS group, order.by AS column, case, 1 AS limit, all, exists
    ORDER BY column DESC, limit SKIP 1 LIMIT 2
    RETURN as AS return, end.as AS as, limit, not, distinct, any, reduce, count(count) AS with
    """
    names = {node.name for node in walk(parse(text)) if isinstance(node, tree.Variable)}
    assert names == {
        *["as", "end", "order", "case", "all", "exists", "column", "limit"],
        *["not", "distinct", "any", "reduce", "count"],
    }


def test_a_variable_that_looks_like_a_type() -> None:
    match = first("MATCH (a)-[ConnectsTo*1..2]->(SynapseSet) RETURN a")
    (relationship,) = match.paths[0].relationships
    assert (relationship.variable, relationship.types) == ("ConnectsTo", ())
    assert (relationship.length.low, relationship.length.high) == (1, 2)
    assert match.paths[0].nodes[1].variable == "SynapseSet"


def test_long_chains_are_shallow() -> None:
    """AND and OR are associative, so a thousand of them need not be a thousand levels."""

    def depth(node: tree.Expression) -> int:
        return 1 + max(depth(node.left), depth(node.right)) if isinstance(node, tree.Binary) else 0

    node = expression(" OR ".join(f"n.x = {i}" for i in range(1000)))
    assert depth(node) == 10
    numbers = [each.value for each in walk(node) if isinstance(each, tree.Literal)]
    assert numbers == list(range(1000))


def test_long_lists() -> None:
    ids = [5813027016 + i for i in range(5000)]
    for text in (f"{ids}", f"[{', '.join(map(str, ids))} /* slow */]"):
        node = expression(text)
        assert isinstance(node, tree.Literal) and node.value == tuple(ids)


# Clauses ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("n.bodyId, n . type, count( * )", ["n.bodyId", "n . type", "count( * )"]),
        ("1+1, 'a' , toLower('A')", ["1+1", "'a'", "toLower('A')"]),
        ("`a b`, (n), n.`a b`", ["a b", "n", "n.`a b`"]),
        ("(1 + 2), n {.x} , [ 1 ] // end", ["(1 + 2)", "n", "[ 1 ]"]),
        ("n.x /* in */ + 1, 2 AS `two`", ["n.x /* in */ + 1", "two"]),
        ("cOuNt( * ), n:Neuron , -1", ["cOuNt( * )", "n:Neuron", "-1"]),
        ("n.x\n  AND\n  n.y\n", ["n.x\n  AND\n  n.y"]),
    ],
)
def test_names_of_columns(text: str, names: list[str]) -> None:
    assert [item.name for item in first(f"RETURN {text}").items] == names


def test_projections() -> None:
    clause = first("WITH DISTINCT *, n.x AS y ORDER BY y DESC, n.z ASC SKIP 1 LIMIT $l WHERE y > 1")
    assert clause.distinct and clause.star and len(clause.items) == 1 and clause.where
    assert [key.descending for key in clause.order] == [True, False]
    assert clause.skip is not None and isinstance(clause.limit, tree.Parameter)


@pytest.mark.parametrize(
    "prefix", ["EXPLAIN ", "PROFILE ", "CYPHER 4.4 runtime=slotted EXPLAIN ", "explain cypher "]
)
def test_options(prefix: str) -> None:
    assert parse(f"{prefix}RETURN 1;").explain
    assert not parse("CYPHER planner=cost RETURN 1 ; ;").explain


@pytest.mark.parametrize(
    "hint",
    [
        *["INDEX n:Neuron(bodyId)", "INDEX SEEK n:Neuron(bodyId, type)", "SCAN n:Neuron"],
        *["JOIN ON n, m", "BTREE INDEX n:Neuron(x)", "TEXT INDEX SEEK n:Neuron(x)"],
        "SCAN n:A USING INDEX m:B(x)",
    ],
)
def test_hints_are_dropped(hint: str) -> None:
    with_hint, without = (
        parse(f"MATCH (n)-->(m) {each} WHERE n.x RETURN n") for each in (f"USING {hint}", "")
    )
    assert plain(with_hint) == plain(without)


def test_calls() -> None:
    call = first("CALL db.index.fulltext.queryNodes('i', 'x') YIELD node, score AS s WHERE s > 1")
    assert call.name == "db.index.fulltext.queryNodes" and len(call.arguments) == 2
    assert call.yields == (("node", "node"), ("score", "s")) and call.where is not None
    assert first("CALL db.labels").arguments is None
    assert first("CALL db.labels()").yields is first("CALL db.labels() YIELD *").yields is None
    inner = first("CALL { RETURN 1 AS x UNION ALL RETURN 2 AS x } RETURN x").query
    assert inner.union_all == (True,)


def test_conditions_inside_nodes() -> None:
    inside = first("MATCH (n WHERE n.x > 1)-->(m:A {b: 1} WHERE m.y) WHERE n.z RETURN n")
    behind = first("MATCH (n)-->(m:A {b: 1}) WHERE n.x > 1 AND m.y AND n.z RETURN n")
    assert plain(inside) == plain(behind)
    named = first("MATCH (where:Where), (where {x: 1}) RETURN where")
    assert [path.nodes[0].variable for path in named.paths] == ["where", "where"]


@pytest.mark.parametrize(
    "name", ["corpus", "traps"] if CASES.is_dir() else [pytest.param("", marks=pytest.mark.skip)]
)
def test_real_queries(name: str) -> None:
    """All parse, and each node's place lies within its parent's."""
    for case in case_file(name):
        query = parse(case["cypher"])
        for node in walk(query):
            assert 0 <= node.at.start <= node.at.end <= len(case["cypher"])


# What is told about wrong texts -------------------------------------------------------------


def test_a_message_has_line_column_and_caret() -> None:
    text = "MATCH (n:Neuron)\n\tRETRUN n"
    with pytest.raises(CypherError) as caught:
        parse(text)
    assert (caught.value.line, caught.value.column) == (2, 2)
    assert str(caught.value).split("\n") == [
        "line 2, column 2: unexpected 'RETRUN': expected the rest of the clause, or MATCH, "
        "OPTIONAL MATCH, UNWIND, WITH, CALL or RETURN. Did you mean RETURN?",
        "\tRETRUN n",
        "\t^",
    ]


@pytest.mark.parametrize(
    ("text", "column", "words"),
    [
        ("", 1, ["end of the query", "MATCH"]),
        ("RETURN", 7, ["end of the query", "expression"]),
        ("MATCH n RETURN n", 7, ["'n'", "(n:Neuron)"]),
        ("MATCH (n RETURN n", 10, ["'RETURN'", "')'"]),
        ("MATCH (n) WERE n.x RETURN n", 11, ["'WERE'", "Did you mean WHERE?"]),
        ("MATCH (n:A|B) RETURN n", 11, ["Neo4j 4.4", "OR"]),
        ("MATCH (n)-(m) RETURN n", 11, ["-[e:ConnectsTo]->"]),
        ("MATCH (n)-[:A RETURN n", 15, ["']'"]),
        ("MATCH (n)-[*-2]-() RETURN n", 13, ["*1..3"]),
        ("MATCH (n)-[*1.5]-() RETURN n", 13, ["*1..3"]),
        ("MATCH shortestPath((a)--(b)--(c)) RETURN 1", 7, ["one relationship"]),
        ("RETURN {'a': 1}", 9, ["a key", "without quotes"]),
        ("RETURN 1 != 2", 10, ["<>"]),
        ("RETURN any(x IN [1])", 20, ["WHERE"]),
        ("RETURN (1", 10, ["')'"]),
        ("RETURN [1, 2", 13, ["']'"]),
        ("RETURN CASE WHEN 1 THEN 2", 26, ["END"]),
        ("RETURN CASE 1 THEN 2 END", 15, ["WHEN"]),
        ("RETURN 1 IS 2", 13, ["NULL"]),
        ("RETURN 1 STARTS 'a'", 17, ["WITH"]),
        ("RETURN a = NOT b", 16, ["'b'"]),
        ("RETURN f(1", 11, ["')'"]),
        ("RETURN 1; RETURN 2", 11, ["one query"]),
        ("RETURN 1 UNION", 15, ["MATCH"]),
        ("UNWIND [1] RETURN 1", 12, ["'AS'"]),
        ("RETURN count { (a)-->(b) } AS x", 8, ["Neo4j 4.4"]),
        ("RETURN x[1, 2]", 9, ["[1, 2]"]),
        ("RETURN 1 AS 2", 13, ["name"]),
        ("MATCH (n) USING n RETURN n", 17, ["INDEX"]),
        ("USE x RETURN 1", 1, ["USE"]),
        ("SHOW INDEXES", 1, ["SHOW"]),
        ("CALL { RETURN 1 AS x } IN TRANSACTIONS RETURN x", 24, ["read-only"]),
        (f"RETURN {'x' * 90} {'y' * 90}", 99, ["..."]),
    ],
)
def test_wrong_texts(text: str, column: int, words: list[str]) -> None:
    with pytest.raises(CypherError) as caught:
        parse(text)
    assert caught.value.column == column
    for word in words:
        assert word in caught.value.problem


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("CREATE (n)", "CREATE"),
        ("MATCH (n) SET n.x = 1", "SET"),
        ("MATCH (n) WHERE n.x DELETE n", "DELETE"),
        ("MATCH (n) detach delete n", "DETACH"),
        ("MATCH (n) REMOVE n.x", "REMOVE"),
        ("MERGE (n) RETURN n", "MERGE"),
        ("MATCH (n) FOREACH (x IN [1] | SET n.x = x)", "FOREACH"),
        ("LOAD CSV FROM 'x' AS line RETURN line", "LOAD"),
        ("CREATE INDEX FOR (n:A) ON (n.x)", "CREATE"),
        ("DROP CONSTRAINT x", "DROP"),
        ("CALL { CREATE (n) RETURN n } RETURN n", "CREATE"),
        ("MATCH (n) WHERE EXISTS { MATCH (n) SET n.x = 1 } RETURN n", "SET"),
    ],
)
def test_writing(text: str, word: str) -> None:
    with pytest.raises(CypherError, match=f"connstore is read-only: {word}") as caught:
        parse(text)
    assert caught.value.column == text.upper().index(word) + 1


MANY = 5000


@pytest.mark.parametrize(
    "text",
    [
        *["RETURN " + each * MANY for each in ["(", "[", "{a:", "NOT ", "-", "f(", "CASE WHEN "]],
        *["RETURN " + each * MANY for each in ["[x IN ", "any(x IN ", "exists{RETURN ", "1+"]],
        *["RETURN " + each * MANY for each in ["[(a)-->({x: ", "reduce(a=0,x IN ", "1+(2*("]],
        "RETURN " + "(" * MANY + "1" + ")" * MANY,
        *["RETURN x" + each * MANY for each in [".a", "[0]", " IS NULL", "+1", "^1", " IN x"]],
        *["MATCH " + "(" * MANY, "CALL {" * MANY, "/*" * MANY, "RETURN '" + "\\" * MANY],
    ],
    ids=lambda text: text[:16],
)
def test_deep_texts(text: str) -> None:
    with pytest.raises(CypherError):
        check(parse(text))


SIGNS = "( ) [ ] { } , : ; | . .. - -> <- < > = <> <= + * / % ^ =~ $ ' \" ` // /* */ \\ 1 1.5 0x"
WORDS = """
MATCH OPTIONAL WHERE WITH RETURN UNWIND AS CALL YIELD UNION ALL ORDER BY SKIP LIMIT DISTINCT count
AND OR XOR NOT IN IS NULL CASE WHEN THEN ELSE END EXISTS any reduce shortestPath true null
n m x :Neuron n.x (n) -[e]-> 'text' [1,2] {a:1} $p
"""
PIECES = st.sampled_from([*SIGNS.split(), *WORDS.split(), "\n"])


@given(st.lists(PIECES, max_size=30), st.sampled_from(["", " "]))
@settings(max_examples=500, deadline=None)
def test_soup(pieces: list[str], between: str) -> None:
    """Any mixture is a query or gives a CypherError; nothing else happens."""
    try:
        check(parse(between.join(pieces)))
    except CypherError as error:
        assert error.problem and str(error)


@given(st.text() | st.binary().map(lambda data: data.decode("latin-1")))
@settings(max_examples=300, deadline=None)
def test_any_text(text: str) -> None:
    for query in (text, f"RETURN {text}", f"MATCH (n {text}"):
        try:
            check(parse(query))
        except CypherError as error:
            assert error.problem


def test_a_text_of_many_lines() -> None:
    text = textwrap.dedent("""
        // what neuprint-python sends
        MATCH (n :Neuron)
        // -- NeuronCriteria --
        WHERE n.bodyId in [1, 2] AND n.status =~ 'Tr.*' // and so on
        RETURN n.bodyId as bodyId,  // last
               n
        ORDER BY bodyId
    """)
    assert [item.name for item in parse(text).parts[0].clauses[-1].items] == ["bodyId", "n"]  # type: ignore[attr-defined]
