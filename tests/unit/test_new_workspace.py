import subprocess
from datetime import date
from pathlib import Path

import pytest

from support.commands import run_command
from ukfr_graph import iris
from ukfr_graph.build import build_graphs
from ukfr_graph.build.pipeline import examine
from ukfr_graph.errors import SettingsError
from ukfr_graph.new_workspace import begin_workspace, find_state, propose_paratexts
from ukfr_graph.triples import node
from ukfr_graph.workspace import read_workspaces

TEXT = b"""Joint communique
Wellington, 3 March 2022

New Zealand and Chile will plant 4 trees.
They welcome the rain.

Published by both
"""
DAY = date(2022, 3, 3)


def begin(folder: Path, **given: object) -> str:
    begun = begin_workspace(folder, ("new-zealand", "CL"), DAY, TEXT, "text.txt", **given)  # type: ignore[arg-type]
    return begun.statement


def test_a_text_and_two_states_become_a_workspace_that_builds_as_a_draft(tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    assert begin(folder, languages=("en", "es")) == "nz-cl-2022-03-03"
    assert sorted(path.name for path in folder.iterdir()) == [
        "entities", "links", "observations", "outcomes", "queries", "sources", "statements", "vocab", "workspace.yaml",
    ]  # fmt: skip
    built = build_graphs(folder)
    assert built.profile.title == {"en": "New Zealand – Chile", "es": "Nueva Zelanda – Chile"}
    assert built.profile.namespace == "https://example.org/nz-cl-2022-03-03/"
    (coverage,) = built.coverage.values()
    (gap,) = coverage.gaps
    text = (folder / "sources/nz-cl-2022-03-03/text.txt").read_text("utf-8")
    assert text[gap.start : gap.end] == "New Zealand and Chile will plant 4 trees.\nThey welcome the rain."
    for path in (folder / "entities/states.yaml", folder / "statements/nz-cl-2022-03-03.yaml"):
        assert path.read_text("utf-8").startswith("# yaml-language-server: $schema=https://w3id.org/ukfr/records.sch")
    words = "\n".join(path.read_text("utf-8") for path in folder.rglob("*.yaml")).lower()
    assert not [name for name in ("france", "french", "kingdom", "home office", "/ukfr/id/") if name in words]


def test_states_go_by_their_name_in_a_language_or_by_their_code() -> None:
    assert find_state("uk", ["en"]).name == "united-kingdom"
    assert find_state("nueva-zelanda", ["es"]).labels == {"es": "Nueva Zelanda"}
    assert find_state("DE", ["en", "fr"]).labels == {"en": "Germany", "fr": "Allemagne"}
    assert find_state("yugoslavia", ["en"]).code == ""
    with pytest.raises(SettingsError, match="canada"):
        find_state("cananda", ["en"])


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("A title\n2 May\n\nWe act.\n\nColophon\n", [("title", 1, 3), ("colophon", 6, 6)]),
        ("We act at once.\nAnd again.\n", []),
        ("Only a title\n", []),
        ("1\n2\n3\n4\n5\nWe act.\n", [("title", 1, 4)]),
        ("We act.\n\nAnnex\n\n| Year | Dollars |\n| 2024 | 10 million |\n", []),
        ("We act.\n\nAnnex\n\n- 3 ports\n- 4 pilots\n", []),
        ("- We act\n- and build 3 ports\nDone at Lima\n", [("colophon", 3, 3)]),
    ],
)
def test_paratexts_are_proposed_and_never_the_whole(text: str, found: list[tuple[str, int, int]]) -> None:
    assert propose_paratexts(text) == found


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"languages": ("Klingon",)}, "is no language"),
        ({"namespace": "mine"}, "begins with https://"),
        ({"extends": "all"}, "--extends"),
    ],
)
def test_a_call_that_cannot_be_used_leaves_nothing_behind(tmp_path: Path, given: dict[str, object], told: str) -> None:
    with pytest.raises(SettingsError, match=told):
        begin(tmp_path / "mine", **given)
    assert list(tmp_path.iterdir()) == []


def test_nothing_that_is_there_is_replaced(tmp_path: Path) -> None:
    (tmp_path / "note").write_text("mine")
    with pytest.raises(SettingsError, match="is not empty"):
        begin(tmp_path)
    assert (tmp_path / "note").read_text() == "mine"


def test_the_command_reads_stdin_and_a_question_is_answered_of_the_folder(tmp_path: Path) -> None:
    environment = {"XDG_CACHE_HOME": str(tmp_path / "cache")}

    def run(*arguments: str, given: str = "") -> subprocess.CompletedProcess[str]:
        return run_command(*arguments, stdin=given, cwd=tmp_path, variables=environment)

    done = run("init", "w", "--between", "NZ", "chile", "--date", "2022-03-03", "--from", "-", given=TEXT.decode())
    assert (done.returncode, "is a draft" in done.stderr) == (0, True), done.stderr
    environment["UKFR_DATA"] = "w"
    done = run("query", "pledges-with-deadline", "--format", "csv")
    assert done.stdout.splitlines()[1:] == [
        "https://example.org/nz-cl-2022-03-03/id/statement/nz-cl-2022-03-03,unknown,,,"
    ]
    done = run("build", "--strict", "--out", "out")
    assert (done.returncode, "its coding is a draft" in done.stderr) == (1, True)
    done = run("init", "v", "--between", "NZ", "chile", "--date", "yesterday", "--from", "-", given=TEXT.decode())
    assert (done.returncode, "is no day" in done.stderr) == (2, True)


def test_a_workspace_that_extends_the_bundled_entities_is_built_and_has_no_statement_of_theirs(tmp_path: Path) -> None:
    begun = begin_workspace(
        tmp_path / "own", ["FR", "DE"], date(2019, 1, 22), b"T\n\nWe met.\n", "t.txt", extends="entities"
    )
    built = build_graphs(begun.folder)
    typed = node(iris.RDF + "type")
    kinds = {
        str(triple.subject)
        for triples in built.graphs.values()
        for triple in triples
        if triple.predicate == typed and triple.object == node(iris.UKFR + "Statement")
    }
    assert kinds == {"<https://example.org/fr-de-2019-01-22/id/statement/fr-de-2019-01-22>"}
    assert not built.profile.has_bundled


def test_a_workspace_that_extends_the_bundled_one_has_no_id_of_it(tmp_path: Path) -> None:
    begun = begin_workspace(
        tmp_path / "own", ["FR", "DE"], date(2019, 1, 22), b"T\n\nWe met.\n", "t.txt", extends="bundled"
    )
    assert next(examine(read_workspaces([begun.folder]))).problems == []
