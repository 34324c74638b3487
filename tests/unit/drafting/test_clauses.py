"""Where sentences are cut and what kind their clauses are, by the splitting rules of the codebook."""

import re

import pytest

from ukfr_graph.drafting.clauses import split_sentence
from ukfr_graph.drafting.draft import draft_text
from ukfr_graph.drafting.language import read_language
from ukfr_graph.drafting.proposals import make_records
from ukfr_graph.drafting.readings import Piece
from ukfr_graph.errors import SettingsError

LETTERS = {"P": "Pledge", "C": "Call", "R": "Report", "G": "Recognition", "A": "Reaffirmation"}


def split(sentence: str) -> list[Piece]:
    return split_sentence(sentence, 0, len(sentence), read_language("en"))


def kinds(text: str) -> list[tuple[str, str]]:
    """Return the clauses of a text, each with its kind."""
    draft = draft_text(text)
    return [(text[d.leaf.start : d.leaf.end], d.leaf.kind.value) for d in draft.leaves if d.leaf.kind]


@pytest.mark.parametrize(
    "marked",
    [
        # Rule 1: where the speech act changes.
        "[P We will dredge the canal], and [C we call on shippers to slow down]",
        "[G Mindful of the drought], [P the Parties shall share water]",
        "[G In view of the floods] and [G conscious of the costs], [P Ghana and Togo agree to raise the dykes]",
        "[R The envoys met in Lomé] and [P agreed to reopen the bridge]",
        "[R The envoys reviewed the fisheries] and [R discussed the ports]",
        "[P Ghana pledges to ratify the treaty] and [C urges others to follow]",
        "[P Togo will pay for the lights], while [P Ghana will maintain them]",
        "[P We will widen the road], [G noting that lorries have become heavier]",
        "[R Exports have doubled since 2001]; [R some 300 firms are now registered]",
        "[R Peru and Chile have been friends for a century], and [R together they have built a tunnel]",
        "[P We will not tolerate raids], nor [P will we pay ransoms]",
        "[A We underscore that debts are no weapon, and that they must be lowered]",
        "[G While recognising the right to regulate], [P the Parties shall publish their rules]",
        "[R The Ministers, having seen the plans, adopted them]",
        # Rule 2: coordinated verb phrases with objects of their own; one object of several verbs is one clause.
        "[P We will train nurses], [P build clinics] and [P buy ambulances]",
        "[P We will support and expand the scheme]",
        "[P We will deepen, widen and light the harbour]",
        "[P They agreed to lower tariffs] and [P to abolish quotas]",
        "[P We commit to restoring wetlands] and [P protecting cranes]",
        "[P We will work together to clear mines] and [P assist victims]",
        "[P The Parties shall, within the limits of their laws, open the archives] and [P lend the maps]",
        "[P A Party on whose coast a ship sinks shall tell the other] and [P shall help the crew]",
        "[P This Treaty shall enter into force in May], [P shall last ten years] and [P may be renewed]",
        "[P We will build gauges], [P recalibrate them together] and [P publish the readings]",
        "[P Our agencies are to report in June]",
        "[P The Parties shall simplify customs] and [P recognise each other's licences]",
        "[P We will invest in schools and roads], [P train 5,000 teachers] and [P create jobs]",
        "[C We call on all sides to cease fire], [C allow access] and [C release prisoners]",
        "[P We will use the fund to train teachers and equip schools]",
        "[P We will help farmers who grow rice and raise ducks]",
        "[P We pledge that this bridge must and will be repaired]",
        "[R 12 wells were dug in March], and [R another 9 since June]",
        "[R Our engineers have built two dams], [R repaired the locks] and [R cleaned the canals]",
        "[C We call on all ministers to sign the charter] and [C publish their accounts]",
        # Rule 3: what "including by" names is a part, and so are several means; one means is none.
        "[P We will fight wildfires], including by [P sharing aircraft] and [P training pilots]",
        "[P We will protect the reef] through [P joint patrols] and [P regular surveys]",
        "[P We will protect the reef by closing it to trawlers]",
        "[P We will cut fuel use] by [P slowing ships], [P cleaning hulls] and [P planning routes]",
        "[P We will list the steps needed (including by Ghana) to open the port]",
        "[P The committee led by Ghana and Togo shall meet every year]",
        # Rule 4: a subset stays in its clause.
        "[R Around 900 refugees, including 300 children, have returned]",
    ],
)
def test_a_sentence_is_cut_by_the_codebook(marked: str) -> None:
    sentence = re.sub(r"\[[PCRGA] ([^\]]*)\]", r"\1", marked)
    expected = [(words, LETTERS[letter]) for letter, words in re.findall(r"\[([PCRGA]) ([^\]]*)\]", marked)]
    found = [(sentence[piece.start : piece.end], piece.kind.value if piece.kind else "") for piece in split(sentence)]
    assert found == expected


def test_a_part_elaborates_its_head() -> None:
    pieces = split("We will fight wildfires, including by sharing aircraft")
    assert [piece.is_part for piece in pieces] == [False, True]
    assert pieces[1].boundary.rule == "including"


@pytest.mark.parametrize(
    ("sentence", "kind", "rule"),
    [
        ("Our aim is to open the port", "Pledge", "aim"),
        ("We remain committed to peace", "Reaffirmation", "remain"),
        ("The Ministers expressed concern about the drought", "Recognition", "weigh"),
        ("The Ministers condemned the attack", "Reaffirmation", "condemn"),
        ("Ports should publish their fees", "Call", "ought"),
        ("The lake froze", "Report", "no-cue"),
        ("If the review is positive, Chile will go on", "Pledge", "will"),
        ("The parties noted their pledges of 1999", "Recognition", "weigh"),
    ],
)
def test_a_kind_comes_with_its_rule(sentence: str, kind: str, rule: str) -> None:
    (piece,) = split(sentence)
    assert piece.kind
    assert (piece.kind.value, piece.kind.rule) == (kind, rule)


def test_items_take_the_kind_that_their_lead_in_leaves_open() -> None:
    text = "Title\n\nTo this end, we will:\n\n- plant trees;\n- fence the springs.\n\nWe call on herders to help.\n"
    assert kinds(text) == [
        ("plant trees", "Pledge"), ("fence the springs", "Pledge"), ("We call on herders to help", "Call"),
    ]  # fmt: skip
    listed = [(text[d.leaf.start : d.leaf.end], d.leaf.reason) for d in draft_text(text).leaves if d.leaf.reason]
    assert listed == [("Title", "title-block"), ("To this end, we will", "lead-in")]


def test_the_mark_of_a_note_and_closing_formulas_are_no_clauses() -> None:
    text = (
        "Pact\n\nWe will build a port.[1]\n\nIN WITNESS WHEREOF the undersigned have signed.\n\n"
        "DONE at Lima, this fourth day of May two thousand and twenty, in duplicate.\n"
    )
    assert kinds(text) == [("We will build a port", "Pledge")]


def test_a_lead_in_that_says_something_is_a_clause() -> None:
    text = "The Parties shall cooperate in the following fields:\n(a) railways;\n(b) ports.\n"
    assert kinds(text)[0] == ("The Parties shall cooperate in the following fields", "Pledge")
    assert {kind for _, kind in kinds(text)} == {"Pledge"}


def test_a_sentence_goes_on_after_a_line_or_page_break() -> None:
    text = "The envoys of Ghana and Togo met to talk about fish and\n\nsalt, and agreed to meet again.\n"
    assert [kind for _, kind in kinds(text)] == ["Report", "Pledge"]


def test_headings_tables_and_signatures_are_told_apart() -> None:
    text = (
        "AGREEMENT ON SALT\n\nArticle 1\nPurpose\n\nThe Parties shall trade salt.\n\nWhat we will do\n\nAnnex: roads opened\n\nPlan | Year\n"
        "Salt road | 2030\n\nDone at Accra, on 2 May 2021.\n\nFor the Government of Ghana\n"
    )
    listed = [(text[d.leaf.start : d.leaf.end], d.leaf.reason) for d in draft_text(text).leaves if d.leaf.reason]
    assert listed == [
        ("AGREEMENT ON SALT", "title-block"),
        ("Article 1", "heading"),
        ("Purpose", "heading"),
        ("What we will do", "heading"),
        ("Annex: roads opened", "heading"),
        ("Plan | Year", "heading"),
        ("Done at Accra, on 2 May 2021.", "title-block"),
        ("For the Government of Ghana", "title-block"),
    ]
    assert kinds(text)[1] == ("Salt road | 2030", "Report")


def test_a_language_without_rules_is_named() -> None:
    with pytest.raises(SettingsError, match="there are en, fr"):
        draft_text("Iremos.", language="es")


@pytest.mark.parametrize(
    ("sentence", "clauses"),
    [
        (
            "Nous construirons une école, formerons des maîtres et créerons un fonds",
            [
                ("Nous construirons une école", "Pledge"), ("formerons des maîtres", "Pledge"),
                ("créerons un fonds", "Pledge"),
            ],
        ),
        (
            "Les deux parties sont convenues d'ouvrir un centre et d’harmoniser leurs cartes",
            [
                ("Les deux parties sont convenues d'ouvrir un centre", "Pledge"),
                ("d’harmoniser leurs cartes", "Pledge"),
            ],
        ),
        (
            "Conscients des risques, nous appelons les communes à fermer les sentiers et invitons l'État à les payer",
            [
                ("Conscients des risques", "Recognition"), ("nous appelons les communes à fermer les sentiers", "Call"),
                ("invitons l'État à les payer", "Call"),
            ],
        ),
        (
            "La Suisse versera 2 francs, tandis que l'Autriche prêtera un bateau",
            [("La Suisse versera 2 francs", "Pledge"), ("l'Autriche prêtera un bateau", "Pledge")],
        ),
        (
            "Ils se sont réunis à Gand, se sont félicités des progrès et condamnent l'attaque",
            [
                ("Ils se sont réunis à Gand", "Report"),
                ("se sont félicités des progrès", "Recognition"),
                ("condamnent l'attaque", "Reaffirmation"),
            ],
        ),
        (
            "Le Canada ouvrira un parc, notamment en plantant des arbres",
            [("Le Canada ouvrira un parc", "Pledge"), ("plantant des arbres", "Pledge")],
        ),
    ],
)  # fmt: skip
def test_a_french_sentence_is_cut_by_the_same_rules(sentence: str, clauses: list[tuple[str, str]]) -> None:
    draft = draft_text(f"Titre\n\n{sentence}.", language="fr")
    found = [d.leaf for d in draft.leaves if d.leaf.is_clause]
    assert [(draft.text[leaf.start : leaf.end], leaf.kind.value) for leaf in found if leaf.kind] == clauses


@pytest.mark.parametrize(
    ("words", "time", "bounds"),
    [
        ("d’ici au 31 mai 2032", "d’ici au 31 mai 2032", ("", "2032-05-31")),
        ("du 29 avril au 1er mai 2030", "du 29 avril au 1er mai 2030", ("2030-04-29", "2030-05-01")),
        ("par le traité du 3 mai 2030", "3 mai 2030", ("2030-05-03", "2030-05-03")),
    ],
)
def test_a_time_of_a_french_text_has_its_bounds_and_ends_what_is_counted(
    words: str, time: str, bounds: tuple[str, str]
) -> None:
    draft = draft_text(f"Titre\n\nLa Suisse entend former 200 gendarmes {words}.", language="fr")
    (clause,) = [d for d in draft.leaves if d.leaf.is_clause]
    assert clause.leaf.kind
    assert clause.leaf.kind.value == "Pledge"
    assert [(draft.text[t.start : t.end], (t.earliest, t.latest)) for t in clause.times] == [(time, bounds)]
    assert [f.counted for f in clause.figures] == ["gendarmes"]


def test_figures_times_and_labels_of_a_french_text_are_read_as_it_writes_them() -> None:
    text = "Titre\n\nLa Suisse versera 2,5 millions d'euros à l’Agence de l'eau le 1er mai 2031.\n"
    draft = draft_text(text, language="fr")
    (clause,) = [d for d in draft.leaves if d.leaf.is_clause]
    assert [(f.value, f.currency and f.currency.value) for f in clause.figures] == [("2500000", "EUR")]
    assert [(t.earliest, t.latest) for t in clause.times] == [("2031-05-01", "2031-05-01")]
    records = make_records(draft, "titre", "2031-06-01")
    labels = [r["label"] for r in records if r["type"] == "PublicBody"]
    assert labels == [{"fr": "Agence de l’eau"}] or labels == []
