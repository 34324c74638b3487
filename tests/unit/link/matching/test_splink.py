"""Splink on DuckDB and on Spark finds what our own arrays find."""

from __future__ import annotations

import shutil

import pytest

from ukfr_graph.link.datasets.treaties import InputError
from ukfr_graph.link.matching.engines import find_engine
from ukfr_graph.link.matching.matches import Match
from unit.link.matching.test_matching import ESTATES, INCOME, MOTHER, OTHERS, OURS, PROTOCOL, treaty

SOURCES = [
    treaty("a", "Treaty about Frontier Controls at the Sea Ports", "2003-02-04"),
    treaty("b", "Protocol to the Treaty on frontier controls at sea ports", "2003"),
    treaty("c", "Double Taxation Convention on Taxes on Income", "1945-04-16", "GB US"),
    treaty("d", "Treaty of Commerce with Ruritania", "1925-05-01", "ruritania"),
    treaty("e", "Convention on Double Taxation with respect to Duties on Estates", parties="GB US"),
    treaty("f", "Something else", "1950-01-01", "DE", references=frozenset({"cets:185"})),
]


def run(engine: str) -> list[Match]:
    from dataclasses import replace

    targets = [replace(OTHERS[0], references=frozenset({"cets:185"})), *OTHERS[1:], MOTHER, PROTOCOL, INCOME, ESTATES]
    return [match for _, piece in find_engine(engine, 2)(targets, SOURCES) for match in piece]


def summarize(matches: list[Match]) -> dict[str, tuple[str, str, dict[str, str]]]:
    told = ("date", "parties", "kind", "change", "numbers", "force", "publication")  # the title is projected
    return {
        m.source.identifier: (
            m.outcome,
            m.candidates[0].target.identifier,
            {name: m.candidates[0].level(name) for name in told},
        )
        for m in matches
    }


def check(engine: str) -> None:
    own = summarize(run("own"))
    assert {name: ours for name, (_, ours, _) in own.items()} == {
        "a": "mother", "b": "protocol", "c": "income", "e": "estates", "f": OTHERS[0].identifier,
    }  # fmt: skip
    assert summarize(run(engine)) == own


def test_duckdb_finds_what_our_arrays_find() -> None:
    pytest.importorskip("splink")
    check("splink-duckdb")


def test_spark_with_several_workers_finds_what_our_arrays_find() -> None:
    pytest.importorskip("pyspark")
    if not shutil.which("java"):
        pytest.skip("Spark needs Java")
    check("splink-spark")


def test_nothing_to_match_is_no_match() -> None:
    assert list(find_engine("splink-duckdb", 1)([], SOURCES)) == [(len(SOURCES), [])]
    assert list(find_engine("splink-duckdb", 1)(OURS, [])) == [(0, [])]


def test_an_engine_that_is_not_there_is_named() -> None:
    with pytest.raises(InputError, match="own, splink-duckdb, splink-spark"):
        find_engine("hadoop", 1)
