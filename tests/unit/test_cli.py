"""The command line as its users meet it: a process, its streams, its exit code."""

import csv
import hashlib
import io
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from support.commands import run_command
from ukfr_graph.resources import data_folder


def run(
    *arguments: str, stdin: str = "", cwd: Path | None = None, dataset: Path | None = None, **variables: str
) -> subprocess.CompletedProcess[str]:
    language = {"LANGUAGE": "", "LC_ALL": "", "LC_MESSAGES": "", "LANG": "C.UTF-8"}
    variables = {"NO_COLOR": "1", **language, **variables} | ({"UKFR_DATASET": str(dataset)} if dataset else {})
    return run_command(*arguments, stdin=stdin, cwd=cwd, variables=variables)


def test_the_version_is_shown() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "ukfr_graph.cli", "--version"], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout.split()[0]) == (0, "ukfr-graph")


FRENCH = "fr_FR.UTF-8"


def test_the_help_is_in_the_language_of_the_locale(tmp_path: Path) -> None:
    shown = run("code", "--help", LANG=FRENCH, XDG_CACHE_HOME=str(tmp_path), COLUMNS="200").stdout
    assert "Mesurer à quel point deux codages d'un texte s'accordent" in shown
    assert "Montrer cette aide et s'arrêter." in shown
    assert "Commandes" in shown


@pytest.mark.parametrize(
    ("locale", "said"),
    [
        ({"LANG": FRENCH}, "erreur : --param 'x' : écrivez chaque paramètre une fois"),
        ({"LANG": "en_GB.UTF-8", "LC_ALL": FRENCH}, "erreur : "),
        ({"LANG": "C.UTF-8", "LANGUAGE": "xx:fr:en"}, "erreur : "),
        ({"LANG": FRENCH, "LANGUAGE": "en:fr"}, "error: "),
        ({"LANG": FRENCH, "LC_MESSAGES": "C"}, "error: "),
        ({"LANG": "../../fr"}, "error: "),
        ({"LANG": FRENCH, "PYTHONIOENCODING": "ascii"}, "error: "),
        ({"LANG": FRENCH, "XDG_CACHE_HOME": "/dev/null"}, "error: "),
    ],
)
def test_an_error_is_in_the_first_language_that_there_is_a_catalogue_for(
    locale: dict[str, str], said: str, tmp_path: Path, dataset: Path
) -> None:
    variables = {"XDG_CACHE_HOME": str(tmp_path), "UKFR_DATASET": str(dataset), **locale}
    done = run("query", "clauses-by-kind", "--param", "x", stdin="", cwd=None, dataset=None, **variables)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(said)


def test_what_a_curator_checks_is_counted_in_french(tmp_path: Path) -> None:
    shutil.copytree(data_folder(), tmp_path / "data")
    path = tmp_path / "data" / "entities" / "places.yaml"
    path.write_text(path.read_text("utf-8") + "\n  - id: place/nowhere\n    type: Nowhere\n", "utf-8")
    done = run("validate", "--data", str(tmp_path / "data"), LANG=FRENCH, XDG_CACHE_HOME=str(tmp_path))
    assert done.returncode == 1
    assert re.match(r"erreur : \d+ problèmes? dans les données :\n", done.stderr), done.stderr
    assert "\n    remède : " in done.stderr


def test_a_query_without_a_dataset_builds_it_in_the_cache_and_leaves_nothing_where_it_is_asked(tmp_path: Path) -> None:
    here, cache = tmp_path / "here", tmp_path / "cache"
    here.mkdir()
    done = run("query", "clauses-by-kind", "--format", "csv", cwd=here, XDG_CACHE_HOME=str(cache))
    assert done.returncode == 0, done.stderr
    assert "Built" in done.stderr
    assert done.stdout.startswith("statement,kind,label,label_fr,clauses")
    assert not list(here.iterdir())
    again = run("query", "clauses-by-kind", "--format", "csv", cwd=here, XDG_CACHE_HOME=str(cache))
    assert (again.stderr, again.stdout) == ("", done.stdout)


def test_a_dataset_that_was_built_here_is_the_one_that_is_asked(tmp_path: Path, dataset: Path) -> None:
    shutil.copytree(dataset, tmp_path / "out", symlinks=True)
    assert run("load", "-", cwd=tmp_path).returncode == 2
    (tmp_path / "mine.ttl").write_text("<urn:a> <urn:b> <urn:c> .")
    assert run("load", "mine.ttl", "--graph", "https://example.org/mine", cwd=tmp_path).returncode == 0
    assert run("query", "-", cwd=tmp_path, stdin="ASK { <urn:a> ?p ?o }", XDG_CACHE_HOME="/nowhere").stdout == "yes\n"


def test_the_build_says_what_it_read_and_what_it_made() -> None:
    done = run("validate")
    assert done.returncode == 0
    read = re.search(r"read: (\d+) records with (\d+) keys and (\d+) values, which made (\d+) triples", done.stderr)
    assert read
    records, keys, values, triples = map(int, read.groups())
    assert values == triples > keys > records > 100


def test_a_saved_query_answers_in_each_format(dataset: Path) -> None:
    expected = {"https://w3id.org/ukfr/id/quantity/uk-fr-2016-08-30/networks-2015"}
    csv_rows = csv.DictReader(io.StringIO(run("query", "networks-by-period", "-f", "csv", dataset=dataset).stdout))
    assert expected < {row["figure"] for row in csv_rows}
    bindings = json.loads(run("query", "networks-by-period", "-f", "json", dataset=dataset).stdout)["results"][
        "bindings"
    ]
    assert expected < {b["figure"]["value"] for b in bindings}
    table = run("query", "networks-by-period", dataset=dataset)
    assert "id:quantity/uk-fr-2016-08-30/networks-2015" in table.stdout
    assert table.stderr.strip() == "2 rows"


def test_a_query_comes_from_a_file_or_from_stdin(dataset: Path, tmp_path: Path) -> None:
    text = (
        "SELECT (COUNT(?c) AS ?n) ?_section_iri { ?c a ukfr:Call ; ukfr:section ?_section_iri } GROUP BY ?_section_iri"
    )
    answer = ["n,_section_iri", "7,https://w3id.org/ukfr/id/section/uk-fr-2016-08-30/terrorism"]
    (tmp_path / "mine.rq").write_text(text)
    parameter = ("-p", "section=id:section/uk-fr-2016-08-30/terrorism", "-f", "csv")
    assert run("query", str(tmp_path / "mine.rq"), *parameter, dataset=dataset).stdout.split() == answer
    assert run("query", "-", *parameter, stdin=text, dataset=dataset).stdout.split() == answer
    unprojected = text.replace("?n) ?_section_iri", "?n)")
    assert run("query", "-", *parameter, stdin=unprojected, dataset=dataset).stdout.split() == answer


def test_an_answer_of_no_ends_with_one(dataset: Path) -> None:
    no = run("query", "pledges-with-deadline", dataset=dataset)
    assert no.returncode == 1
    assert no.stdout.split()[-2:] == ["id:statement/uk-fr-2016-08-30", "no"]
    yes = run("query", "-", stdin="ASK { ?c a ukfr:Pledge }", dataset=dataset)
    assert (yes.returncode, yes.stdout.strip()) == (0, "yes")


@pytest.mark.parametrize(
    ("arguments", "stdin", "words"),
    [
        (("query", "no-such-query"), "", "no saved query"),
        (("query", "clauses-by-knid"), "", "Did you mean 'clauses-by-kind'"),
        (("query", "clauses-on-topic", "-p", "topic=vocab:topic/asilum"), "", "Did you mean 'vocab:topic/asylum'"),
        (("query", "clauses-on-topic", "-p", "topic=vocab:toppic/asylum"), "", "Did you mean 'vocab:topic/asylum'"),
        (
            ("query", "clauses-on-topic", "-p", "topic=https://example.org/asylum"),
            "",
            "Nothing is said here of https://example.org/asylum",
        ),
        (("query", "-", "-p", "of=id:place/calai"), "SELECT ?p { ?_of_iri ?p ?o }", "Did you mean 'id:place/calais'"),
        (("export", "network", "--topic", "vocab:topic/asilum"), "", "Did you mean 'vocab:topic/asylum'"),
        (("query", "-"), "SELECT ?o\u00a0{ ?o a ukfr:Office }", "line 1, column 10: U+00A0 NO-BREAK SPACE"),
        (("query", "-"), "SELECT ?o\n\u000b{ ?o a ukfr:Office }", "line 2, column 1: U+000B LINE TABULATION"),
        (
            ("query", "-"),
            "SELECT ?o { ?o rdfs:label \u201cCalais\u201d }",
            "column 27: U+201C LEFT DOUBLE QUOTATION MARK",
        ),
        (("query", "-"), "ASK {\u200b}", "U+200B ZERO WIDTH SPACE"),
        (
            ("query", "-", "-f", "xml"),
            'SELECT ("a\\u0001b" AS ?x) {}',
            "XML cannot hold U+0001, which stands in 'a\\x01b'; JSON",
        ),
        (
            ("query", "-", "-f", "rdf"),
            'CONSTRUCT { <http://e/a> <http://e/p/> "x" } {}',
            "cannot hold the property <http://e/p/>",
        ),
        (("query", "-", "-f", "rdf"), 'CONSTRUCT { <http://e/a> <http://e/p> "\\u0002" } {}', "XML cannot hold U+0002"),
        (("query", "missing/file.rq"), "", "is not a file"),
        (("query", "-"), "SELECT * { ?s ?p }", "line 1, column"),
        (("query", "-"), "SELECT * { ?s foo:bar ?o }", "no PREFIX is declared for foo"),
        (("query", "-"), "SELECT * { SERVICE <http://localhost/> {} }", "SERVICE and LOAD are refused"),
        (("query", "office-holders", "-p", "day=yesterday"), "", "a date such as"),
        (("query", "office-holders", "-p", "day"), "", "name=value"),
        (("query", "office-holders", "-f", "ttl"), "", "use one of json"),
        (("export", "rdf", "--format", "doc"), "", "use one of nq"),
        (("export", "everything"), "", "No such command"),
        (("load", "x.ttl", "--graph", "https://w3id.org/ukfr/graph/entities"), "", "read-only"),
        (("serve", "--store", "a", "--endpoint", "b"), "", "exclude each other"),
        (("serve", "--workers", "0"), "", "--workers: Input should be"),
        (("serve", "--log-level", "loud"), "", "--log-level: Input should be"),
        (("publish", "--endpoint", "no-address"), "", "not a usable address"),
        (("bild",), "", "No such command"),
    ],
)
def test_a_wrong_call_ends_with_two_and_says_what_to_do(
    dataset: Path, arguments: tuple[str, ...], stdin: str, words: str
) -> None:
    done = run(*arguments, stdin=stdin, dataset=dataset)
    assert done.returncode == 2, done.stderr
    assert words in " ".join(done.stderr.replace("│", " ").split())
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


def test_an_unusable_environment_is_named(dataset: Path) -> None:
    done = run("query", "money", dataset=dataset, UKFR_PORT="many")
    assert done.returncode == 2
    assert "UKFR_PORT" in done.stderr


def test_validate_reports_what_a_curator_can_act_on(tmp_path: Path) -> None:
    data = Path(shutil.copytree(data_folder(), tmp_path / "data"))
    path = data / "entities/places.yaml"
    path.write_text(path.read_text("utf-8").replace("type: Place", "type: Plaice", 1), "utf-8")
    done = run("validate", str(data))
    assert done.returncode == 1
    assert "entities/places.yaml:" in done.stderr
    assert "Plaice is not a term of the ontology" in done.stderr
    assert "fix:" in done.stderr


def test_rdf_is_exported_with_and_without_its_graphs(dataset: Path) -> None:
    lines = {form: run("export", "rdf", "--format", form, dataset=dataset).stdout.count("\n") for form in ("nq", "nt")}
    assert lines["nq"] == lines["nt"] == json.loads((dataset / "manifest.json").read_text())["counts"]["triples"]
    assert (
        "GRAPH" in run("export", "rdf", "--format", "trig", dataset=dataset).stdout
        or "{" in run("export", "rdf", "--format", "trig", dataset=dataset).stdout
    )


def test_a_file_in_the_folder_is_not_taken_for_a_module(dataset: Path, tmp_path: Path) -> None:
    (tmp_path / "pyoxigraph.py").write_text("raise SystemExit('taken')")
    command = [sys.executable, "-P", "-m", "ukfr_graph.cli", "verify", "--out", str(dataset)]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr


def test_control_characters_of_data_do_not_reach_the_terminal(dataset: Path) -> None:
    done = run("query", "-", stdin='SELECT ("a\\u001b[31mb" AS ?x) {}', dataset=dataset)
    assert "\x1b" not in done.stdout
    assert "a\N{REPLACEMENT CHARACTER}[31mb" in done.stdout


def test_loading_ones_own_rdf_is_said_and_can_be_asked(dataset: Path, tmp_path: Path) -> None:
    root = Path(shutil.copytree(dataset, tmp_path / "out", symlinks=True))
    (tmp_path / "mine.ttl").write_text("<https://a/1> a <https://a/Treaty> .")
    loaded = run("load", str(tmp_path / "mine.ttl"), "--graph", "https://example.org/mine", "--out", str(root))
    assert loaded.returncode == 0, loaded.stderr
    assert "now has 1 triples" in loaded.stderr
    answer = run(
        "query", "-", "-f", "csv", "--out", str(root), stdin="SELECT ?g { GRAPH ?g { ?s a <https://a/Treaty> } }"
    )
    assert answer.stdout.split() == ["g", "https://example.org/mine"]


def test_a_token_is_shown_once_and_kept_as_a_hash() -> None:
    done = run("token", "--name", "team", "--scope", "write", "--graphs", "https://example.org/team/")
    (entry,) = json.loads(done.stdout)
    secret = done.stderr.strip().removeprefix("token: ")
    assert entry["sha256"] == hashlib.sha256(secret.encode()).hexdigest()
    assert (entry["scopes"], entry["graphs"]) == (["write"], ["https://example.org/team/"])
    assert secret not in done.stdout
