"""Whatever the text: quotes resolve once, proposals never overlap, every word is accounted for, and nothing fails."""

import pytest
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st

from ukfr_graph.build.evidence import find_quote
from ukfr_graph.drafting.blocks import normalise
from ukfr_graph.drafting.draft import draft_text
from ukfr_graph.drafting.gate import ENTITY_TYPES, LEAVES, Coding, check_proposal, find_gaps, measure_share
from ukfr_graph.drafting.proposals import make_records, write_records
from ukfr_graph.plain_yaml import parse_yaml
from ukfr_graph.sources import Span

WORDS = [
    "we",
    "will",
    "shall",
    "agree",
    "to",
    "commit",
    "reaffirm",
    "recognise",
    "recognising",
    "noting",
    "call",
    "on",
    "all",
    "states",
    "the",
    "Parties",
    "Ministers",
    "of",
    "and",
    "or",
    ",",
    ";",
    ":",
    ".",
    "including",
    "by",
    "through",
    "strengthening",
    "sharing",
    "train",
    "protect",
    "build",
    "ports",
    "data",
    "28",
    "1,000",
    "million",
    "euros",
    "$5",
    "US$",
    "around",
    "more",
    "than",
    "two",
    "2015",
    "May",
    "since",
    "in",
    "over",
    "the",
    "last",
    "years",
    "who",
    "have",
    "not",
    "that",
    "which",
    "as",
    "well",
    "(a)",
    "1.",
    "-",
    "•",
    "Article",
    "5",
    "Annex",
    "Done",
    "at",
    "Chile",
    "Portugal",
    "United",
    "Kingdom",
    "Agreement",
    "Convention",
    "on",
    "Rivers",
    "Ministry",
    "Peace",
    "while",
    "met",
    "\n",
    "\n\n",
    "\r\n",
    "|",
    "\t",
    "“",
    "”",
    "'",
    "é",
    "ß",
    "İ",
    "😀",
    "\x00",
    "\x85",
    "\u2028",
    "#",
    "&",
    "*",
    "!",
]
FRENCH = (
    "nous", "construirons", "l'accord", "d’une", "s'engagent", "à", "qu'ils", "et", "de", "renforcer", "notamment", "par",
    "en", "ouvrant", "reconnaissent", "que", "l'", "’", "'", "tandis", "2,5", "1\u202f000", "millions", "d'euros", "\u2006",
    "le", "1er", "mai", "2024", "condamnons", "appellent", "les", "États", "conscients", "des", "Suisse", "l'Autriche",
)  # fmt: skip
texts = st.one_of(
    st.text(max_size=200),
    st.lists(st.sampled_from(WORDS), max_size=80).map(" ".join),
    st.lists(st.sampled_from(WORDS[:12]), min_size=30, max_size=60).map(" ".join),
    st.lists(st.sampled_from((*FRENCH, *WORDS[20:])), max_size=60).map(" ".join),
)
SETTINGS = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow],
    phases=(Phase.explicit, Phase.generate, Phase.shrink),
)  # fmt: skip


languages = st.sampled_from(("en", "fr"))


def records_of(text: str, language: str = "en") -> list[dict[str, object]]:
    return make_records(draft_text(text, language=language), "made-up", "2026-01-01")


@SETTINGS
@given(texts, languages)
@example("and and and and and and and and", "en")
@example("We will help.\rWe will help.\r\nWe will help.\nWe will help.", "en")
@example("a", "en")
@example("", "fr")
@example("l'l'l'l' d’", "fr")
def test_every_proposal_passes_the_gate(text: str, language: str) -> None:
    coding = Coding.of(text)
    for record in records_of(text, language):
        if record["type"] in LEAVES or record["type"] in ENTITY_TYPES.values():
            assert check_proposal(record, coding) == []
            coding = Coding(coding.text, coding.body, (*coding.records, record), coding.known)
    assert find_gaps(coding) == []
    assert measure_share(coding) == 1.0


@SETTINGS
@given(texts, languages)
def test_every_quote_stands_once_in_the_text_as_published(text: str, language: str) -> None:
    for record in records_of(text, language):
        if record["type"] not in LEAVES:
            continue
        quote = record["evidence"]["quote"]  # type: ignore[index]
        found = find_quote(text, quote["exact"], quote.get("prefix", ""), quote.get("suffix", ""))
        assert len(found) == 1


@SETTINGS
@given(texts)
def test_what_is_written_is_read_again(text: str) -> None:
    records = records_of(text)
    assert parse_yaml(write_records(records), "x.yaml")["@graph"] == records


@SETTINGS
@given(texts, st.data())
def test_only_the_body_is_proposed(text: str, data: st.DataObject) -> None:
    lines = normalise(text)
    first = data.draw(st.integers(0, len(lines)))
    last = data.draw(st.integers(first, len(lines)))
    draft = draft_text(lines, body=[Span(first, last)])
    coding = Coding(draft.text, (Span(first, last),))
    for record in make_records(draft, "made-up", "2026-01-01"):
        if record["type"] in LEAVES:
            assert [p.rule for p in check_proposal(record, coding) if p.rule == "outside-body"] == []


LONG = 20_000
HOSTILE = (
    "a", " ", ".", "(", "\n", "and ", "we will, ", "1,234 ", "Treaty of the ", "- we will:\n", "a\tb\n", "a\nb\n", "$5 million, ",
    "encourage ", "we call on those who invite ", "through joint work, and ", "by building ports, ", "https://a.b/ ", "met. ",
    "We will build a port in Chile by 2020. ", "l'", "construirons ", "et de renforcer ", "including by ", "express our very deep and ", "2020-", "of ", "that ",
)  # fmt: skip


@pytest.mark.parametrize("part", HOSTILE)
def test_what_repeats_itself_without_end_is_drafted_too(part: str) -> None:
    draft = draft_text(part * (LONG // len(part)), language="fr" if part in FRENCH or "renforcer" in part else "en")
    coding = Coding.of(draft.text, [r for r in make_records(draft, "made-up", "2026-01-01") if r["type"] in LEAVES])
    assert measure_share(coding) == 1.0


values = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=12)),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=12), inner, max_size=3)),
    max_leaves=8,
)
KEYS = ("id", "type", "evidence", "participation", "quantity", "subject", "place", "judgement", "unit", "label", "x")


@SETTINGS
@given(st.dictionaries(st.sampled_from(KEYS), values, max_size=6))
def test_the_gate_answers_whatever_is_proposed(record: dict[str, object]) -> None:
    coding = Coding.of("We will help. They will too.")
    assert all(problem.message and problem.fix for problem in check_proposal(record, coding))
    quoted = {**record, "type": "Pledge", "id": "clause/a/1", "evidence": {"quote": {"exact": "We will help"}}}
    rules = {problem.rule for problem in check_proposal(quoted, coding)}
    assert not rules & {"quote-not-found", "quote-ambiguous"} or record.keys() & {"participation", "quantity"}
