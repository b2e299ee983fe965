"""The grammar of random queries: templates with holes.

A hole ``<kind>`` in a template becomes an expression of that kind; ``<kind+x:node>`` may use the
local variable ``@x`` of kind ``node`` as well. Kinds are int, float, text, bool, ints, texts, id
(integers beyond 2^53, never computed with), any (of a type that differs from node to node), json,
point, node, rel, nodes, rels, path, bag (nodes in an order that nothing settles).
"""

from __future__ import annotations

import re
from collections.abc import Mapping

#: A hole: its kind, and the local variables it may use.
HOLE = re.compile(r"<(\w+)((?:\+\w:\w+)*)>")

#: Kind -> productions without holes that lead deeper; the last resort.
LEAVES: Mapping[str, list[str]] = {
    "int": ["0", "1", "2", "3", "-1", "7", "null"],
    "float": ["0.5", "-1.25", "2.0", "1e1", "null"],
    "text": [*("<quoted>",) * 4, "null"],
    "bool": ["true", "false", "null"],
    "ints": ["[]", "[1, 2, 3]", "[2, null, 1]", "range(0, 3)", "null"],
    "texts": ["['a', 'b']", "[<quoted>, null]", "[]"],
    "id": ["<big>"],
    "any": ["1", "1.0", "'1'", "true", "null", "[1]"],
    "json": ["""'{"EB": {"pre": 1}}'"""],
    "point": ["point({x: 1, y: 2, z: 3})"],
}

#: Kind -> productions.
EXPRESSIONS: Mapping[str, list[str]] = {
    "int": [
        "<int> + <int>", "<int> - <int>", "<int> * <int>", "<int> / 2", "<int> % 3", "-(<int>)",
        "abs(<int>)", "sign(<int>)", "size(<text>)", "size(<ints>)", "size(<texts>)",
        "toInteger(<float>)", "toInteger(<text>)", "coalesce(<int>, <int>)", "length(<path>)",
        "CASE WHEN <bool> THEN <int> ELSE <int> END", "CASE <text> WHEN <text> THEN <int> END",
        "CASE <int> WHEN null THEN 1 WHEN <int> THEN 2 ELSE 3 END",
        "head(<ints>)", "last(<ints>)", "<ints>[<int>]", "<ints>[0]", "<ints>[-1]",
        "reduce(@a = 0, @x IN <ints> | <int+a:int+x:int>)",
        "size([@x IN <nodes> WHERE <bool+x:node>])", "size(nodes(<path>))",
        "size([<step> | 1])", "reduce(@a = 0, @x IN <found> | @a + coalesce(@x, 1))",
        "size(<bag>)", "size([@x IN <bag> WHERE <bool+x:node>])", "size(<found>)",
        "{a: <int>, b: <text>}.a", "{a: <int>}['a']",
        "apoc.convert.fromJsonMap(<json>)['EB'].pre", "size(keys(<node>))", "size(labels(<node>))",
        "size(split(<text>, 'a'))", "toInteger(<point>.x)",
    ],
    "float": [
        "<float> + <float>", "<float> * <int>", "<int> + <float>", "<float> - <int>",
        "toFloat(<int>)", "coalesce(<float>, 0.0)", "abs(<float>)", "floor(<float>)",
        "ceil(<float>)", "round(<float>)", "<int> / 4.0", "<int> ^ 2", "<point>.y",
        "CASE WHEN <bool> THEN <float> ELSE <int> END", "distance(<point>, <point>)",
    ],
    "text": [
        "<text> + <text>", "toLower(<text>)", "toUpper(<text>)", "trim(<text>)",
        "left(<text>, 2)", "right(<text>, 1)", "substring(<text>, 1)", "substring(<text>, 0, 1)",
        "replace(<text>, 'a', <text>)", "reverse(<text>)", "toString(<int>)", "toString(<bool>)",
        "toString(<id>)", "coalesce(<text>, <text>)", "head(<texts>)", "split(<text>, '.')[0]",
        "type(<rel>)", "CASE WHEN <bool> THEN <text> END", "<text> + <int>", "toString(<float>)",
        "head(keys({a: 1}))",
    ],
    "bool": [
        "<bool> AND <bool>", "<bool> OR <bool>", "<bool> XOR <bool>", "NOT <bool>",
        "<int> = <int>", "<int> <> <int>", "<int> < <int>", "<int> >= <int>", "<float> > <int>",
        "<int> < <int> <= <int>", "<text> = <text>", "<text> < <text>", "<id> = <id>",
        "<id> IN [<id>, <id>]", "<int> IN <ints>", "<text> IN <texts>", "<any> IN [<any>, <any>]",
        "<any> = <any>", "<any> <> <any>", "<any> < <any>", "<any> IS NULL", "<text> IS NOT NULL",
        "<text> STARTS WITH <text>", "<text> ENDS WITH <text>", "<text> CONTAINS <text>",
        "<text> =~ '.*a.*'", "<text> =~ '(?i)A|kc.?'", "<ints> = <ints>", "<bool> = <bool>",
        "any(@x IN <ints> WHERE <bool+x:int>)", "all(@x IN <ints> WHERE <bool+x:int>)",
        "none(@x IN <texts> WHERE <bool+x:text>)", "single(@x IN <ints> WHERE <bool+x:int>)",
        "any(@x IN <found> WHERE <bool+x:int>)", "<node> IN <bag>", "<int> IN <found>",
        "all(@x IN <bag> WHERE <bool+x:node>)", "all(@x IN <nodes> WHERE <bool+x:node>)",
        "any(@x IN <rels> WHERE <bool+x:rel>)",
        "<node> = <node>", "<rel> = <rel>", "<node> IN <nodes>", "<node>:<label>",
        "exists(<node>.<key>)", "<node>[<quoted_key>] IS NULL", "exists(<step>)", "NOT <step>",
        "EXISTS { <step> }", "EXISTS { MATCH <chain> WHERE <bool> }",
        "startNode(<rel>) = <node>", "<point> = <point>", "coalesce(<bool>, false)",
        "toBoolean(<text>)", "CASE WHEN <bool> THEN <bool> ELSE <bool> END",
    ],
    "ints": [
        "[<int>, <int>]", "<ints> + <ints>", "<ints> + <int>", "tail(<ints>)", "reverse(<ints>)",
        "<ints>[1..]", "<ints>[..2]", "<ints>[<int>..<int>]", "range(0, 2)",
        "[@x IN <ints> WHERE <bool+x:int>]", "[@x IN <ints> | <int+x:int>]",
        "[@x IN <ints> WHERE <bool+x:int> | <int+x:int>]", "[@x IN <nodes> | <int+x:node>]",
        "[@x IN <rels> | <int+x:rel>]", "coalesce(<ints>, [1])",
    ],
    "texts": [
        "[<text>, <text>]", "split(<text>, 'a')", "[@x IN <ints> | <text+x:int>]",
        "[@x IN <nodes> | <text+x:node>]", "<texts> + <text>", "tail(<texts>)",
    ],
    "any": [
        "<node>[<quoted_key>]", "<rel>[<quoted_key>]", "coalesce(<any>, <any>)", "{a: <any>}.a",
        "CASE WHEN <bool> THEN <any> ELSE <any> END", "head([<any>, <any>])", "[<any>, 1][0]",
        "<node>[left(<quoted_key>, 4)]", "last([@x IN range(0, 1) | <nodes>[@x].<key>])",
        "head([@x IN <rels> | startNode(@x).<key>])",
        "[@x IN range(0, 1) | endNode(<rels>[@x])[<quoted_key>]]",
    ],
    "nodes": ["nodes(<path>)", "[<node>]", "[<node>, <node>]"],
    "rels": ["relationships(<path>)", "[<rel>]"],
}  # fmt: skip

#: Productions of columns that are returned but not used further.
COLUMNS: Mapping[str, list[str]] = {
    "map": [
        "{a: <int>, A: <text>}", "<node>{.<key>, .*}", "<node>{.<key>, n: <int>}",
        "{}", "properties(<node>)", "[<int>, <text>, null]", "<any>", "<float>", "<id>",
        "apoc.map.removeKeys(<node>, ['uid'])", "<node>[<quoted_key>]", "<node>.absent",
        "apoc.convert.fromJsonMap(<json>)", "<point>.x", "<point>",
    ],
    "aggregate": [
        "count(*)", "count(<any>)", "count(DISTINCT <any>)", "count(<node>)",
        "count(DISTINCT <node>)", "sum(<int>)", "avg(<int>)", "min(<int>)", "max(<text>)",
        "min(<text>)", "sum(<float>)", "max(<id>)", "collect(<int>)", "collect(DISTINCT <text>)",
        "size(collect(<any>))", "sum(<int>) + <int>", "count(*) * 2 + 1",
        "{k: <text>, n: count(*)}", "[count(*), <int>]", "percentileDisc(<int>, 0.5)",
        "percentileCont(<int>, 0.5)", "stDevP(<int>)", "1.0 * sum(<int>) / count(*)",
        "collect({n: <node>, k: <int>})", "size(collect(DISTINCT {n: <node>, r: <rel>}))",
        "reduce(@a = 0, @x IN collect({n: <node>, k: <int>}) | @a + coalesce(@x.k, 1))",
        "size([@x IN collect({n: <node>, k: <int>}) WHERE exists(@x.n.<key>) | @x.k])",
        "count(<rel>)", "sum(DISTINCT <int>)", "coalesce(max(<int>), -1)",
        "CASE WHEN count(*) > 1 THEN <text> ELSE 'one' END",
    ],
}  # fmt: skip

#: Kinds that a variable of WITH may have, and how each is sorted by.
CARRIED: Mapping[str, str] = {
    "int": "{0}",
    "text": "{0}",
    "bool": "{0}",
    "ints": "{0}",
    "id": "{0}",
    "node": "{0}.uid",
    "rel": "{0}.uid",
}

#: What WITH makes of a value: kind of the value -> kind of the result, expression.
AGGREGATES: Mapping[str, list[tuple[str, str]]] = {
    "int": [
        ("int", "count({0})"), ("int", "sum({0})"), ("int", "max({0})"), ("int", "min({0})"),
        ("int", "count(DISTINCT {0})"), ("int", "sum({0}) + count(*)"), ("int", "{0} + count(*)"),
    ],
    "text": [("text", "max({0})"), ("int", "count({0})"), ("text", "{0} + toString(count(*))")],
    "bool": [("int", "count({0})"), ("bool", "count({0}) > 1"), ("int", "count(DISTINCT {0})")],
    "ints": [("int", "count({0})"), ("int", "sum(size({0}))")],
    "node": [("bag", "collect({0})"), ("bag", "collect(DISTINCT {0})"), ("int", "count({0})")],
}  # fmt: skip

VARIABLES = ["n", "N", "m", "a b", "as", "count", "x1", "r", "R", "type", "end", "p", "P", "q"]
LENGTHS = ["*1..2", "*0..1", "*2", "*..2", "*0..0", "*1..1"]
