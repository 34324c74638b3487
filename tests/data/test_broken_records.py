"""Broken records, each made from the real ones by one slip of a curator: the report says file, record, rule and fix."""

import shutil
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from support.building import build_changed
from ukfr_graph.errors import DataError, Problem
from ukfr_graph.resources import data_folder

STATEMENT = "statements/uk-fr-2016-08-30.yaml"
CALL = "clause/uk-fr-2016-08-30/pnr-implementation"
HEAD = "Call: terrorism/pnr-implementation\n"

Slip = Callable[[Path], None]


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return Path(shutil.copytree(data_folder(), tmp_path / "data"))


def edit(data: Path, old: str, new: str, file: str = STATEMENT, after: str = "") -> None:
    path = data / file
    text = path.read_text("utf-8")
    at = text.index(old, text.index(after))
    path.write_text(text[:at] + new + text[at + len(old) :], "utf-8")


def break_term(data: Path) -> None:
    edit(data, "    summary:", "    sumary:", after=HEAD)


def break_quote(data: Path) -> None:
    edit(data, "implement the EU Passenger", "implement the UE Passenger", after=HEAD)


def repeat_quote(data: Path) -> None:
    edit(data, "quote: Moreover", "quote: and")


def break_date(data: Path) -> None:
    edit(data, "documentDate: 2016-08-30", "documentDate: 30 August 2016")


def break_reference(data: Path) -> None:
    edit(data, "citedInstrument: instrument/pnr-directive", "citedInstrument: instrument/pnr-directiv")


def break_yaml(data: Path) -> None:
    edit(data, "    subject: [", "    subject: [[", after=HEAD)


def overlap(data: Path) -> None:
    edit(data, "quote: Moreover", "quote: Moreover, over the last year")


def drop_basis(data: Path) -> None:
    edit(data, "    basis: stated\n", "", after="id: participation/~/speakers\n")


def repeat_id(data: Path) -> None:
    edit(data, HEAD, "Call: terrorism/pnr-flights\n")


def break_encoding(data: Path) -> None:
    path = data / "entities/places.yaml"
    path.write_bytes(path.read_bytes().replace("Région".encode(), "Région".encode("latin-1")))


def leave_words_uncoded(data: Path) -> None:
    edit(data, "quote: Specifically, we will in the coming months", "quote: we will in the coming months")


def change_source(data: Path) -> None:
    edit(data, "28 criminal networks", "29 criminal networks", "sources/govuk-2016-08-30/text.txt")


def point_to_wrong_class(data: Path) -> None:
    edit(data, "citedInstrument: instrument/pnr-directive", "citedInstrument: place/calais")


def use_key_on_wrong_record(data: Path) -> None:
    edit(data, "    type: Place\n", "    type: Place\n    currency: EUR\n", "entities/places.yaml")


def change_context(data: Path) -> None:
    edit(data, "https://w3id.org/ukfr/context.jsonld", "https://example.org/evil.jsonld", "entities/places.yaml")


def write_unknown_value(data: Path) -> None:
    edit(data, "comparator: around", "comparator: roughly", after="id: quantity/~/migrants-present")


def write_bad_number(data: Path) -> None:
    edit(data, "value: 7000", "value: '7,000'")


def cite_context_only(data: Path) -> None:
    edit(data, "quote: the juxtaposed controls in Calais", "quote: the Treaty of Le Touquet")


OUTCOMES = "outcomes/uk-fr-2016-08-30.yaml"
TRANSFERS = "observations/transfers.yaml"


def share_a_reason(data: Path) -> None:
    text = (data / OUTCOMES).read_text("utf-8")
    start = text.index("    reason:", text.index("id: outcome/uk-fr-2016-08-30/use-all-tools/1"))
    end = text.index("    confidence:", start)
    at = text.index("    reason:", text.index("id: outcome/uk-fr-2016-08-30/take-work-forward/1"))
    (data / OUTCOMES).write_text(text[:at] + text[start:end] + text[text.index("    confidence:", at) :], "utf-8")


def judge_without_basis(data: Path) -> None:
    edit(data, "    outcomeValue: not-assessable\n", "    outcomeValue: not-done\n", OUTCOMES, "use-all-tools/1")


def observe_without_source(data: Path) -> None:
    edit(data, "    source: source/", "    seeAlso: source/", "observations/events.yaml", "id: event/first-return-2025")


def name_a_source_without_record(data: Path) -> None:
    edit(data, "    source: source/", "    source: source/no-such-", TRANSFERS, "id: transfer/2016-paid\n")


def drop_currency(data: Path) -> None:
    edit(data, "    currency: GBP\n", "", TRANSFERS, "id: transfer/2016-paid\n")


def drop_payer(data: Path) -> None:
    edit(data, "    payer: government/united-kingdom\n", "", TRANSFERS, "id: transfer/2016-paid\n")


def drop_payee(data: Path) -> None:
    edit(data, "    payee: government/france\n", "", TRANSFERS, "id: transfer/2016-paid\n")


def drop_status(data: Path) -> None:
    edit(data, "    transferStatus: paid\n", "", TRANSFERS, "id: transfer/2016-paid\n")


def drop_period(data: Path) -> None:
    edit(data, "    periodWording:\n", "    title:\n", TRANSFERS, "id: transfer/2016-paid\n")


# Slips that a build reports together, since none hides another; each of the others is built alone.
TOGETHER: tuple[tuple[Slip, ...], ...] = (
    (break_date, write_bad_number),
    (break_term, use_key_on_wrong_record),
    (break_reference, write_unknown_value, name_a_source_without_record),
    (break_quote, repeat_quote, cite_context_only),
    (
        drop_basis, judge_without_basis, observe_without_source, drop_currency, drop_payer, drop_payee, drop_status,
        drop_period,
    ),
)  # fmt: skip


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Slip], DataError]:
    """What the build says of a slip, and of those that are made together with it."""

    @cache
    def build(slips: tuple[Slip, ...]) -> DataError:
        data = Path(shutil.copytree(data_folder(), tmp_path_factory.mktemp("broken") / "data"))
        for slip in slips:
            slip(data)
        with pytest.raises(DataError) as caught:
            build_changed(data)
        return caught.value

    return lambda slip: build(next((group for group in TOGETHER if slip in group), (slip,)))


@pytest.mark.parametrize(
    ("slip", "file", "record", "rule", "words"),
    [
        (break_term, STATEMENT, CALL, "unknown-term", "sumary"),
        (break_quote, STATEMENT, CALL, "quote-not-found", "implement the EU Passenger"),
        (repeat_quote, STATEMENT, "passage/uk-fr-2016-08-30/moreover", "quote-ambiguous", "times"),
        (break_date, STATEMENT, "statement/uk-fr-2016-08-30", "datatype", "30 August 2016"),
        (break_reference, STATEMENT, CALL, "dangling-reference", "instrument/pnr-directiv"),
        (break_yaml, STATEMENT, "", "yaml", "expected"),
        (overlap, STATEMENT, "clause/uk-fr-2016-08-30/police-deployed", "overlap", "over the last year"),
        (drop_basis, STATEMENT, "participation/uk-fr-2016-08-30/speakers", "shacl MinCount", "basis"),
        (repeat_id, STATEMENT, "clause/uk-fr-2016-08-30/pnr-flights", "duplicate-id", "already defined at"),
        (break_encoding, "entities/places.yaml", "", "encoding", "not UTF-8"),
        (leave_words_uncoded, "sources/govuk-2016-08-30", "", "not-covered", "Specifically"),
        (change_source, "sources/govuk-2016-08-30/source.yaml", "expression/govuk-2016-08-30", "source", "SHA-256"),
        (point_to_wrong_class, STATEMENT, CALL, "range", "place/calais"),
        (use_key_on_wrong_record, "entities/places.yaml", "place/", "domain", "currency"),
        (change_context, "entities/places.yaml", "", "context", "evil"),
        (write_unknown_value, STATEMENT, "quantity/uk-fr-2016-08-30/migrants-present", "dangling-reference", "roughly"),
        (write_bad_number, STATEMENT, "quantity/uk-fr-2016-08-30/migrants-present", "datatype", "7,000"),
        (share_a_reason, OUTCOMES, "outcome/uk-fr-2016-08-30/", "shared-reason", "word for word"),
        (
            judge_without_basis,
            OUTCOMES,
            "outcome/uk-fr-2016-08-30/use-all-tools/1",
            "shacl Or",
            "at least one observation",
        ),
        (observe_without_source, "observations/events.yaml", "event/first-return-2025", "shacl MinCount", "no source"),
        (name_a_source_without_record, TRANSFERS, "transfer/2016-paid", "dangling-reference", "no-such-"),
        (drop_currency, TRANSFERS, "transfer/2016-paid", "shacl MinCount", "currency"),
        (drop_payer, TRANSFERS, "transfer/2016-paid", "shacl MinCount", "payer"),
        (drop_payee, TRANSFERS, "transfer/2016-paid", "shacl MinCount", "payee"),
        (drop_status, TRANSFERS, "transfer/2016-paid", "shacl MinCount", "transferStatus"),
        (drop_period, TRANSFERS, "transfer/2016-paid", "shacl MinCount", "periodWording"),
        (cite_context_only, STATEMENT, "clause/uk-fr-2016-08-30/preserve-economic-link", "quote-not-found", "Touquet"),
    ],
    ids=lambda value: value.__name__ if callable(value) else None,
)
def test_a_slip_is_reported_where_it_was_made(
    report: Callable[[Slip], DataError], slip: Slip, file: str, record: str, rule: str, words: str
) -> None:
    def fits(problem: Problem) -> bool:
        return (
            problem.file == file
            and problem.record.startswith(record)
            and problem.rule == rule
            and words in str(problem.message)
            and bool(problem.fix)
        )

    found = report(slip)
    assert any(fits(p) for p in found.problems), str(found)


def test_the_line_of_a_slip_is_the_line_of_its_record(data: Path) -> None:
    break_quote(data)
    with pytest.raises(DataError) as caught:
        build_changed(data)
    (problem,) = (p for p in caught.value.problems if p.record == CALL)
    lines = (data / STATEMENT).read_text("utf-8").splitlines()
    assert lines[problem.line - 1].strip() == f"- {HEAD.strip()}"


def test_several_slips_are_reported_together(data: Path) -> None:
    break_reference(data)
    drop_basis(data)
    with pytest.raises(DataError) as caught:
        build_changed(data)
    assert {p.rule for p in caught.value.problems} >= {"dangling-reference", "shacl MinCount"}
