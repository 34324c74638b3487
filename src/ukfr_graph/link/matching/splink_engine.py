"""The same comparison by Splink, on DuckDB or on Spark, for what outgrows one process.

Splink (https://moj-analytical-services.github.io/splink/) gets our levels as SQL and our weights as its match
weights: nothing is trained. Each title is a row of its own. Two things differ from our own arrays: a title is a
projection of its n-grams on ``DIMENSIONS`` random axes, whose cosines are near, not equal; and dates are blocked by
year, the two years next to it included. What shares an identifying reference is few, and is matched by our arrays.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ukfr_graph.link.datasets.kinds import close_pairs
from ukfr_graph.link.datasets.references import SINGLE, identifies
from ukfr_graph.link.datasets.treaties import InputError, Treaty
from ukfr_graph.link.matching.comparisons import (
    COMPARISONS,
    MONTH_DAYS,
    NEAR_DAYS,
    PRIOR,
    REVIEW_WEIGHT,
    TITLE_STEPS,
    YEAR_DAYS,
    Comparison,
)
from ukfr_graph.link.matching.matcher import KEPT, PIECE, Matcher
from ukfr_graph.link.matching.matches import Match, RankedTarget, decide
from ukfr_graph.link.matching.sides import Side, prepare

DIMENSIONS = 128
_SEED = 1904
_COSINE = "ukfr_cosine"
_GAP = "greatest(first_l - last_r, first_r - last_l, 0)"
_EXACT = "(first_l = last_l AND first_r = last_r)"
_AGREE = " + ".join(f"CASE WHEN {part}_l = {part}_r THEN 1 ELSE 0 END" for part in ("year", "month", "day"))
_BLOCKS = (
    "l.year = r.year",
    "l.year = r.year + 1",
    "l.year = r.year - 1",
    "l.folded = r.folded",
    "l.undated = r.dated",
    "l.dated = r.undated",
    "l.undated = r.undated",
)
_SIZES = {"duckdb": "len", "spark": "size"}


@dataclass(frozen=True)
class Backend:
    """A database that Splink runs on: its dialect, and its API object."""

    dialect: str
    api: Any


def open_backend(dialect: str, workers: int) -> Backend:
    """Open DuckDB, or a Spark session (one that is running, else a local one with so many workers).

    Raises:
        ImportError: the library is not installed.
        InputError: Spark does not start.
    """
    if dialect == "duckdb":
        import duckdb
        from splink.backends.duckdb import DuckDBAPI

        connection = duckdb.connect()
        connection.execute(f"CREATE MACRO {_COSINE}(a, b) AS array_inner_product(a, b)")
        return Backend(dialect, DuckDBAPI(connection))
    from pyspark.sql import SparkSession
    from splink.backends.spark import SparkAPI, similarity_jar_location

    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)  # the workers need what this process has
    try:
        builder = SparkSession.builder.master(f"local[{workers}]").appName("ukfr-graph")
        builder = builder.config("spark.jars", similarity_jar_location()).config("spark.ui.enabled", "false")
        builder = builder.config("spark.sql.shuffle.partitions", str(2 * workers))
        builder = builder.config("spark.driver.host", "127.0.0.1").config("spark.driver.bindAddress", "127.0.0.1")
        session = builder.getOrCreate()
    except Exception as error:  # what the Java side raises has many types
        raise InputError(
            "Spark does not start (%(error)s). It needs Java 17.", error=str(error).splitlines()[0][:200]
        ) from None
    session.sparkContext.setLogLevel("ERROR")
    session.udf.register(_COSINE, _spark_cosine())
    api: Any = SparkAPI  # its constructor has no types
    return Backend(dialect, api(spark_session=session, break_lineage_method="persist"))


def _spark_cosine() -> Any:
    """Return the inner product of two columns of vectors, computed by numpy in Spark's Python workers."""
    from pyspark.sql.functions import PandasUDFType, pandas_udf  # type: ignore[attr-defined]

    def multiply(one: Any, other: Any) -> Any:
        import numpy
        import pandas

        return pandas.Series(numpy.einsum("ij,ij->i", numpy.stack(one), numpy.stack(other)) if len(one) else [])

    multiply.__annotations__ = {}  # Spark would read them as kinds of functions
    return pandas_udf(multiply, "double", PandasUDFType.SCALAR)


def match_by_splink(
    backend: Backend, targets: Sequence[Treaty], sources: Iterable[Treaty], kept: int = KEPT
) -> Iterator[tuple[int, list[Match]]]:
    """Match as ``matcher.match_all`` does, in one piece."""
    treaties = list(sources)
    if not treaties or not targets:
        yield len(treaties), []
        return
    matcher = Matcher(targets, treaties[:PIECE])
    known = {reference for target in targets for reference in target.references if identifies(reference)}
    by_number = [treaty for treaty in treaties if (treaty.references | treaty.mentions) & known]
    rest = [treaty for treaty in treaties if not (treaty.references | treaty.mentions) & known]
    matches = [match for match in matcher.match(by_number, kept) if match.outcome != "none"]
    found: dict[int, dict[int, RankedTarget]] = {}
    for row in _predict(backend, matcher, prepare(rest)) if rest else ():
        ours, theirs = (int(row[f"unique_id_{side}"].partition("-")[2].partition("-")[0]) for side in "lr")
        weight = float(row["match_weight"])
        held = found.setdefault(theirs, {}).get(ours)
        if held is None or weight > held.weight:
            levels = tuple((c.name, _level(c, int(row[f"gamma_{c.name}"]))) for c in COMPARISONS)
            found[theirs][ours] = RankedTarget(targets[ours], round(weight, 3), _least(levels), levels)
    for at, candidates in sorted(found.items()):
        best = tuple(sorted(candidates.values(), key=lambda c: -c.weight)[:kept])
        outcome, reason = decide(rest[at], best)
        if outcome != "none":
            matches.append(Match(rest[at], best, outcome, reason))
    yield len(treaties), matches


def _predict(backend: Backend, matcher: Matcher, sources: Side) -> list[dict[str, Any]]:
    import pyarrow as pa  # type: ignore[import-untyped]
    from splink import Linker, SettingsCreator
    from splink.blocking_rule_library import CustomRule

    axes = np.random.default_rng(_SEED).standard_normal((matcher.vocabulary_size, DIMENSIONS), dtype=np.float32)
    tables = []
    for name, side in (("a", matcher.side), ("b", sources)):  # "a" comes first, and is the left side
        table = _tabulate(side, name, _project(matcher.weigh(side.texts) @ axes))
        data: Any = pa.table(table)
        if backend.dialect == "duckdb":
            vectors = pa.FixedSizeListArray.from_arrays(pa.array(np.concatenate(table["vector"])), DIMENSIONS)
            data = data.set_column(data.schema.get_field_index("vector"), "vector", vectors)
        else:
            data = data.to_pandas()
        tables.append(backend.api.register(data, dataset_display_name=name))
    settings = SettingsCreator(
        link_type="link_only",
        comparisons=[_compare(comparison, _conditions(backend.dialect)) for comparison in COMPARISONS],
        blocking_rules_to_generate_predictions=[CustomRule(rule) for rule in _BLOCKS],
        probability_two_random_records_match=2.0**PRIOR / (1 + 2.0**PRIOR),
        retain_matching_columns=True,
        retain_intermediate_calculation_columns=True,
    )
    linker = Linker(tables, settings, log_level=None, validate_settings=False)
    rows: list[dict[str, Any]] = linker.inference.predict(threshold_match_weight=REVIEW_WEIGHT).as_record_list()
    return rows


def _project(vectors: Any) -> Any:
    return vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)


def _tabulate(side: Side, name: str, vectors: Any) -> dict[str, list[Any]]:
    """Make a table with a row for each title; what every date is known or unknown of joins by equality."""
    columns: dict[str, list[Any]] = {}
    for at, treaty in enumerate(side.treaties):
        dated = side.first[at] >= 0
        for row in range(side.starts[at], side.starts[at + 1]):
            cells = {
                "unique_id": f"{name}-{at}-{row}",
                "vector": vectors[row],
                "folded": side.texts[row],
                "first": int(side.first[at]) if dated else None,
                "last": int(side.last[at]) if dated else None,
                "year": int(side.parts[at][0]) if dated else None,
                "month": int(side.parts[at][1]) if dated else None,
                "day": int(side.parts[at][2]) if dated else None,
                "dated": "all" if dated else None,
                "undated": None if dated else "all",
                "parties": sorted(treaty.parties),
                "kind": treaty.kind or None,
                "is_change": bool(treaty.is_change),
                "numbers": sorted(side.numbers[at]),
                "force": int(side.force[at]) if side.force[at] >= 0 else None,
                "published": sorted(side.published[at]),
                "schemes": sorted({r.partition(":")[0] for r in treaty.references} & SINGLE),
            }
            for column, cell in cells.items():
                columns.setdefault(column, []).append(cell)
    return columns


def _conditions(dialect: str) -> dict[str, list[tuple[str, str]]]:
    """Return each comparison's levels as SQL, in the order in which they are tried; what is left is the last level."""
    size = _SIZES[dialect]

    def shared(column: str) -> str:
        return f"{size}(array_intersect({column}_l, {column}_r))"

    def smaller(column: str) -> str:
        return f"least({size}({column}_l), {size}({column}_r))"

    ours, theirs = f"{size}(parties_l)", f"{size}(parties_r)"
    close = ", ".join(f"'{pair}'" for pair in close_pairs())
    return {
        "title": [
            ("unknown", "folded_l = '' OR folded_r = ''"),
            *((f"from-{step:g}", f"{_COSINE}(vector_l, vector_r) >= {step}") for step in TITLE_STEPS),
            ("from-0", ""),
        ],
        "date": [
            ("unknown", "first_l IS NULL OR first_r IS NULL"),
            ("same", f"{_EXACT} AND first_l = first_r"),
            ("consistent", f"{_GAP} = 0"),
            ("near", f"{_EXACT} AND {_GAP} <= {NEAR_DAYS}"),
            ("one-part", f"{_EXACT} AND ({_AGREE}) = 2 AND {_GAP} <= {YEAR_DAYS}"),
            ("month", f"{_GAP} <= {MONTH_DAYS}"),
            ("year", f"{_GAP} <= {YEAR_DAYS}"),
            ("apart", ""),
        ],
        "parties": [
            ("unknown", f"{smaller('parties')} = 0"),
            ("same", f"{shared('parties')} = {ours} AND {ours} = {theirs}"),
            ("within", f"{shared('parties')} = {smaller('parties')} AND {smaller('parties')} >= 2"),
            ("share", f"{shared('parties')} >= 2 OR ({shared('parties')} = 1 AND {smaller('parties')} = 1)"),
            ("different", ""),
        ],
        "kind": [
            ("unknown", "kind_l IS NULL OR kind_r IS NULL"),
            ("same", "kind_l = kind_r"),
            ("close", f"concat(kind_l, ' ', kind_r) IN ({close})"),
            ("different", ""),
        ],
        "change": [
            ("unknown", "is_change_l IS NULL OR is_change_r IS NULL"),
            ("same", "is_change_l = is_change_r"),
            ("different", ""),
        ],
        "numbers": [
            ("unknown", f"{smaller('numbers')} = 0"),
            ("shared", f"{shared('numbers')} > 0"),
            ("different", ""),
        ],
        "force": [("unknown", "force_l IS NULL OR force_r IS NULL"), ("same", "force_l = force_r"), ("different", "")],
        "publication": [
            ("unknown", f"{smaller('published')} = 0"),
            ("shared", f"{shared('published')} > 0"),
            ("different", ""),
        ],
        # what shares an identifier, or names one, is not compared here
        "identifier": [("unknown", f"{shared('schemes')} = 0"), ("shared", "1 = 0"), ("different", "")],
    }


def _compare(comparison: Comparison, conditions: dict[str, list[tuple[str, str]]]) -> Any:
    from splink import comparison_level_library as cll
    from splink import comparison_library as cl

    weights = {level.name: level.weight for level in comparison.levels}
    levels: list[Any] = []
    for name, sql in conditions[comparison.name]:
        level = cll.CustomLevel(sql, name) if sql else cll.ElseLevel()
        if name == "unknown":
            levels.append(level.configure(is_null_level=True))
            continue
        # Splink takes log2(m / u) as the weight: any two numbers under 1 with that quotient will do
        u = 0.5 * 2.0 ** -max(weights[name], 0.0)
        levels.append(level.configure(m_probability=u * 2.0 ** weights[name], u_probability=u))
    return cl.CustomComparison(comparison_levels=levels, output_column_name=comparison.name)


def _level(comparison: Comparison, gamma: int) -> int:
    """Return our number of the level that Splink counts from the last to the first, and by -1 where it is unknown."""
    if gamma < 0:
        return 0
    tried = [name for name, _ in _conditions("duckdb")[comparison.name]]
    names = [level.name for level in comparison.levels]
    return names.index(tried[len(tried) - 1 - gamma])


def _least(levels: tuple[tuple[str, int], ...]) -> float:
    """Return the least cosine that the level of the title stands for."""
    at = dict(levels)["title"]
    return TITLE_STEPS[at - 1] if at - 1 < len(TITLE_STEPS) else 0.0
