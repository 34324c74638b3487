"""What the graph says of the statement is what the statement says."""

import re
from pathlib import Path

import pyoxigraph as ox
import pytest

from ukfr_graph.build import Built
from ukfr_graph.query import Executor
from ukfr_graph.resources import data_folder

TEXT = (data_folder() / "sources/govuk-2016-08-30/text.txt").read_text("utf-8")
BODY = slice(TEXT.index("The Home Secretary of the United Kingdom"), TEXT.index("Share this page"))
Q = "id:quantity/uk-fr-2016-08-30/"


def rows(executor: Executor, query: str) -> list[tuple[str, ...]]:
    _, found = executor.run(query).rows()
    return [tuple(getattr(term, "value", "") for term in row) for row in found]


def ask(executor: Executor, query: str) -> bool:
    return bool(executor.run(query).results)


def test_the_source_is_the_text_as_received() -> None:
    seed = Path(__file__).parents[3] / "shared/seeds/000_ea29fe95a65aa779.txt"
    if seed.is_file():
        assert seed.read_text("utf-8") == TEXT


def test_every_quote_stands_at_its_position(executor: Executor) -> None:
    found = rows(
        executor,
        """SELECT ?exact ?start ?end ?prefix ?suffix {
             ?evidence oa:hasSelector ?quote, ?position . ?quote oa:exact ?exact .
             ?position oa:start ?start ; oa:end ?end .
             OPTIONAL { ?quote oa:prefix ?prefix } OPTIONAL { ?quote oa:suffix ?suffix } }""",
    )
    assert len(found) > 150
    for exact, start, end, prefix, suffix in found:
        assert TEXT[int(start) : int(end)] == exact
        assert TEXT[: int(start)].endswith(prefix)
        assert TEXT[int(end) :].startswith(suffix)
        assert TEXT.count(prefix + exact + suffix) == 1, "the published selector must be unambiguous"


def test_every_clause_figure_time_and_citation_rests_on_words(executor: Executor) -> None:
    for cls in ("Clause", "Quantity", "Timeframe", "Condition", "Citation", "UncodedPassage"):
        assert not ask(
            executor, f"ASK {{ ?x a ukfr:{cls} FILTER NOT EXISTS {{ ?x ukfr:evidence/oa:hasSelector/oa:exact ?w }} }}"
        )


def test_the_body_is_covered_whole(built: Built) -> None:
    coverage = built.coverage["govuk-2016-08-30"]
    assert coverage.share == 1
    assert coverage.body == len(re.findall(r"\w", TEXT[BODY]))
    assert coverage.coded / coverage.body > 0.95


def test_every_number_of_the_body_is_in_a_figure_or_a_time(executor: Executor) -> None:
    spans = [
        (int(s), int(e))
        for s, e in rows(
            executor,
            """SELECT ?s ?e { VALUES ?class { ukfr:Quantity ukfr:Timeframe ukfr:Citation }
               ?x a ?class ; ukfr:evidence/oa:hasSelector ?p . ?p oa:start ?s ; oa:end ?e }""",
        )
    ]
    numbers = [m for m in re.finditer(r"\d+(?:,\d+)*", TEXT) if BODY.start <= m.start() < BODY.stop]
    assert len(numbers) == 18
    for number in numbers:
        assert any(s <= number.start() and number.end() <= e for s, e in spans), number


def test_the_figures_are_those_of_the_text(executor: Executor) -> None:
    found = rows(executor, "SELECT ?v ?c { ?q a ukfr:Quantity ; ukfr:value ?v ; ukfr:comparator ?c } ORDER BY ?v ?c")
    plain = [(float(v), c.rsplit("/", 1)[1]) for v, c in found]
    assert plain == [
        (2, "unqualified"),
        (18, "unqualified"),
        (28, "unqualified"),
        (28, "unqualified"),
        (160, "unqualified"),
        (1000, "unqualified"),
        (2000, "more-than"),
        (2700, "more-than"),
        (5000, "more-than"),
        (5000, "unqualified"),
        (7000, "around"),
        (100_000_000, "unqualified"),
    ]


def test_derived_figures_are_never_stated_ones(executor: Executor) -> None:
    assert not ask(executor, "ASK { ?q a ukfr:Quantity, ukfr:DerivedQuantity }")
    assert not ask(
        executor, "ASK { ?q a ukfr:DerivedQuantity . { ?c ukfr:quantity ?q } UNION { ?q ukfr:evidence ?e } }"
    )
    for formula, value in rows(
        executor, "SELECT ?f ?v { ?q a ukfr:DerivedQuantity ; ukfr:formula ?f ; ukfr:value ?v }"
    ):
        first, sign, second = formula.split()
        assert float(value) == (float(first) + float(second) if sign == "+" else float(first) - float(second))


@pytest.mark.parametrize(
    "slug",
    ["migrants-present", "networks-disrupted-2015", "networks-disrupted-2016", "migrants-removed", "police-reinforced"],
)
def test_a_report_that_names_no_agent_has_no_holder(executor: Executor, slug: str) -> None:
    assert not ask(executor, f"ASK {{ <https://w3id.org/ukfr/id/clause/uk-fr-2016-08-30/{slug}> ukfr:holder ?h }}")


def test_an_inferred_actor_is_never_a_stated_one(executor: Executor) -> None:
    for role in ("Holder", "Performer", "Addressee", "Beneficiary", "Target"):
        assert not ask(executor, f"ASK {{ ?c ukfr:inferred{role} ?a ; ukfr:{role.lower()} ?a }}")


def test_no_clause_cites_what_it_does_not_name(executor: Executor) -> None:
    """Context instruments, such as the border treaty behind the juxtaposed controls, are nobody's citation."""
    for name in (
        "le-touquet-treaty",
        "sangatte-protocol",
        "canterbury-treaty",
        "directive-2017-853",
        "directive-91-477",
    ):
        assert not ask(executor, f"ASK {{ ?c ukfr:cites <https://w3id.org/ukfr/id/instrument/{name}> }}")


def test_a_clause_is_of_one_kind_and_of_one_section(executor: Executor) -> None:
    assert not ask(
        executor,
        "ASK { ?c a ?a, ?b . ?a rdfs:subClassOf ukfr:Clause . ?b rdfs:subClassOf ukfr:Clause FILTER (?a != ?b) }",
    )
    assert not ask(executor, "ASK { ?c ukfr:section ?a, ?b FILTER (?a != ?b) }")


def test_vague_time_is_given_no_date_that_the_text_does_not_give(executor: Executor) -> None:
    vague = (
        "as soon as possible",
        "without delay",
        "rapidly",
        "in the coming months",
        "in the months and years to come",
    )
    for wording in vague:
        assert not ask(
            executor,
            f'ASK {{ ?t ukfr:wording "{wording}" {{ ?t ukfr:earliestStart ?d }} UNION {{ ?t ukfr:latestEnd ?d }} }}',
        )
    for wording in ("over the last year", "over the last 18 months"):
        assert ask(executor, f'ASK {{ ?t ukfr:wording "{wording}" ; ukfr:latestEnd "2016-08-30"^^xsd:date }}')
        assert not ask(executor, f'ASK {{ ?t ukfr:wording "{wording}" ; ukfr:earliestStart ?d }}')
    bounds = 'ukfr:earliestStart "2015-01-01"^^xsd:date ; ukfr:latestEnd "2016-08-30"^^xsd:date'
    assert ask(executor, f'ASK {{ ?t ukfr:wording "Since 2015" ; {bounds} }}')


def test_no_triple_stands_in_two_graphs(built: Built) -> None:
    seen: set[ox.Triple] = set()
    for triples in built.graphs.values():
        assert not seen & triples
        seen |= triples
