"""The reading of a text holds against the engine's: generated queries and updates, with pieces that are read in two ways.

Bounded in CI; ``UKFR_FUZZ_S=3600 python tests/security/test_engine_fuzz.py`` runs as long as it is told, and prints
how many texts the engine understood. A call is told by the error of a port that the engine never calls: no socket.
"""

from __future__ import annotations

import os
import random
import time
from collections.abc import Iterator

import pyoxigraph as ox
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ukfr_graph import iris
from ukfr_graph.errors import QueryRefusedError
from ukfr_graph.limits import Limits
from ukfr_graph.query.guard import check_query

CALL = "<http://127.0.0.1:9/>"
LIMITS = Limits(service_allow=("http://127.0.0.1:9/",), max_query_nesting=12)
TIME_S = float(os.environ.get("UKFR_FUZZ_S", "10"))

OPERANDS = ["1", "?x", "'>'", '">"', "''", "'a'", "2.", "true", "1e1", "<a:b>", "ex:a", "ex:", "STR(?x)", "(1)", "1.5", "ex:a\\'", "<#'>", "\"'\"", "'#'", "'''>'''", "EXISTS{}", "ex:f(?x)", "<a:f>(1)", "'x'@en", "'1'^^ex:t", "'>'^^<a:t>", "NOT EXISTS{?s ?p<#'>}", "?x\u00b7", "IF(1<2,'>',3)", "-1"]  # fmt: skip
OPERATORS = [
    "<",
    "<=",
    ">",
    ">=",
    "=",
    "!=",
    "&&",
    "||",
    "+",
    "-",
    "*",
    "/",
    "<2&&",
    "<?x||",
    "<'",
    "IN(",
    " IN(<",
    "<\\u0023",
]
CALLS = [
    f"SERVICE{CALL}{{}}",
    f"SERVICE {CALL} {{}}",
    f"SERVICE#>\n{CALL}{{}}",
    "SERVICE ex:{}",
    "SERVICEex:{}",
    "SERVICE:{}",
    "1SERVICE:{}",
    f"serViCe{CALL}{{}}",
]
PATTERNS = ["BIND({e} AS ?y{n})", "FILTER({e})", "FILTER {o}", "OPTIONAL{{?s ?p {o}}}", "{{}}", "{{FILTER({e})}}", "OPTIONAL{{FILTER({e})}}", "VALUES ?v{n}{{{o} {o}}}", "VALUES(?v{n}){{({o})}}", "OPTIONAL{{?s ?p ({o} {o}),<#'>,[ex:a {o}]}}", "OPTIONAL{{?s <#'>|ex:a {o};ex:b <a#b>}}", "#'>\n", "MINUS{{?s ?p {o}}}", "{{SELECT({e} AS ?z{n}){{}}GROUP BY({e})HAVING({e})ORDER BY {o} {o}}}", "OPTIONAL{{<<?s ?p {o}>>?q {o}}}", "OPTIONAL{{?s ?p <<({o} ?p {o})>>}}", "FILTER ex:f({e})", "FILTER(REGEX({e},{o}))", "OPTIONAL{{?s a({o} <#'>)}}", "{{SELECT*{{}}ORDER BY DESC({e})<a:f>({e})}}"]  # fmt: skip
JOINTS = ["", " ", ".", "#\n", "\n", "\t", "{}"]
PROLOGUES = [
    f"PREFIX ex:{CALL} ",
    f"BASE<http://b/>PREFIX ex:{CALL}#'\n",
    f"PREFIX ex:{CALL} PREFIX SERVICE:<urn:x:> ",
    f"PREFIX :{CALL}prefix ex:{CALL}",
]


def make_texts(choose: random.Random) -> Iterator[str]:
    """Make queries for ever: patterns with expressions of ambiguous pieces, and a call somewhere among them."""
    while True:

        def operand() -> str:
            return choose.choice(OPERANDS)

        def expression() -> str:
            parts = [operand()]
            for _ in range(choose.randrange(4)):
                parts += [choose.choice(OPERATORS), choose.choice(["", "", " "]), operand()]
            return "".join(parts)

        patterns = [
            choose.choice(PATTERNS).format(e=expression(), o=operand(), n=n) for n in range(choose.randrange(1, 5))
        ]
        if choose.random() < 0.7:
            patterns.insert(choose.randrange(len(patterns) + 1), choose.choice(CALLS))
        body = choose.choice(JOINTS).join(patterns)
        head = choose.choice(["SELECT*", "SELECT(1 AS?q)", f"SELECT({expression()} AS?q)", "ASK", "SELECT*FROM<a:g>"])
        tail = choose.choice(["", "", f"ORDER BY({expression()})", f"HAVING({expression()})", "LIMIT 1", "#'"])
        yield f"{choose.choice(PROLOGUES)}{head}{{{body}}}{tail}"


def check(text: str) -> bool:
    """Hold one text against the engine; whether the engine understood it."""
    try:
        results = ox.Store().query(text, base_iri=iris.ENDPOINT_BASE, use_default_graph_as_union=True)
        if not isinstance(results, ox.QueryBoolean):
            for _ in results:
                pass
        error = ""
    except SyntaxError:
        return False
    except (OSError, RuntimeError, ValueError) as raised:
        error = str(raised)
    try:
        traits = check_query(text, LIMITS)
    except QueryRefusedError:
        return True
    assert traits.calls_others or "port 9 " not in error, text
    assert not traits.calls_others or "SERVICE" in text.upper(), text
    assert traits.has_dataset == ("*FROM<a:g>" in text), text
    return True


def run(seconds: float, seed: int) -> tuple[int, int]:
    """Check texts for so many seconds: how many, and how many of them the engine understood."""
    texts, tried, understood = make_texts(random.Random(seed)), 0, 0
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        tried += 1
        understood += check(next(texts))
    return tried, understood


@pytest.mark.parametrize("seconds", [1, pytest.param(TIME_S, marks=pytest.mark.exhaustive)])
def test_no_generated_query_is_read_otherwise_than_by_the_engine(seconds: float) -> None:
    tried, understood = run(seconds, seed=2016)
    assert understood > tried // 50


SOUP = st.lists(st.sampled_from([*OPERANDS, *OPERATORS, *CALLS, *JOINTS, "{", "}", "(", ")", "FILTER(", "BIND(", " AS ?z)", "SELECT*{", "UNION", "[", "]", "<<", ">>"]), max_size=12)  # fmt: skip


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(SOUP)
def test_no_soup_of_pieces_is_read_otherwise_than_by_the_engine(pieces: list[str]) -> None:
    check(f"{PROLOGUES[0]}SELECT*{{{''.join(pieces)}}}")


@pytest.mark.exhaustive
@settings(max_examples=2_000, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(SOUP)
def test_no_soup_of_many_pieces_is_read_otherwise_than_by_the_engine(pieces: list[str]) -> None:
    check(f"{PROLOGUES[0]}SELECT*{{{''.join(pieces)}}}")


@pytest.mark.parametrize(
    "text",
    [
        "SELECT*{FILTER(1<2&&'>'='>')" + "{" * 300 + "}" * 300 + "BIND(''AS?z)}",
        "SELECT*{FILTER(1<2&&'>'='>')" + "OPTIONAL{}" * 500 + "BIND(''AS?z)}",
        "SELECT(1<2&&'>'='>'||" + "-#\n" * 300 + "1 AS?z){BIND(''AS?q)}",
        "SELECT*{?s ?p " + "<<" * 300 + "?s ?p ?o" + ">>" * 300 + "}",
    ],
)
def test_limits_count_what_the_engine_reads(text: str) -> None:
    with pytest.raises(QueryRefusedError, match="UKFR_MAX_QUERY"):
        check_query(text, Limits())


if __name__ == "__main__":
    start = int(time.time())
    print(f"seed {start}: {run(TIME_S, start)} texts tried and understood, no difference", flush=True)  # noqa: T201
