"""An error is told in the reader's language, wherever it comes from; what it quotes stays as it was sent."""

from __future__ import annotations

import ast

import httpx
import pytest

import messages
from ukfr_graph.errors import Message, NotFoundError, UkfrError
from ukfr_graph.messages import find_languages, say_error
from ukfr_graph.resources import package_folder

FRENCH = {"Accept-Language": "fr-FR,fr;q=0.9"}


def test_a_problem_of_the_endpoint_is_in_the_language_that_the_client_accepts(server: str) -> None:
    asked = {"query": "SELECT * {"}
    english = httpx.get(server + "/sparql", params=asked)
    french = httpx.get(server + "/sparql", params=asked, headers=FRENCH)
    assert (english.headers["content-language"], french.headers["content-language"]) == ("en", "fr")
    assert "Accept-Language" in french.headers["vary"]
    assert english.json()["detail"].startswith("line 1, column 11: ")
    assert french.json()["detail"].startswith("ligne 1, colonne 11 : ")
    assert french.json() | {"detail": "", "title": ""} == english.json() | {"detail": "", "title": ""}


def test_what_a_worker_refuses_is_said_in_french_too(server: str) -> None:
    nested = "SELECT * " + "{" * 300 + "}" * 300
    said = httpx.get(server + "/sparql", params={"query": nested}, headers=FRENCH).json()
    assert said["title"] == "La requête est refusée"
    assert said["detail"] == "La requête a plus de 200 niveaux d'imbrication (UKFR_MAX_QUERY_NESTING)."


def test_what_a_worker_suggests_reaches_a_page_in_its_language(server: str) -> None:
    address = server + "/queries/clauses-on-topic?topic=vocab:topic/asilum&lang="
    pages = [httpx.get(address + language, headers={"Accept": "text/html"}).text for language in ("en", "fr")]
    assert "Did you mean &#39;vocab:topic/asylum&#39;?" in pages[0]
    assert "Vouliez-vous dire &#39;vocab:topic/asylum&#39;\u202f?" in pages[1]
    assert "<strong>Introuvable.</strong>" in pages[1]


def test_a_page_of_an_error_is_in_one_language(server: str) -> None:
    page = httpx.get(server + "/statements/none?lang=fr", headers={"Accept": "text/html"})
    assert page.status_code == 404
    assert "Il n&#39;y a pas de déclaration &#39;none&#39;" in page.text
    problem = httpx.get(server + "/statements/none", headers={"Accept": "application/json", **FRENCH})
    assert problem.json()["title"] == "Introuvable"
    assert problem.headers["content-language"] == "fr"


def test_what_a_client_sent_is_never_taken_for_a_placeholder(server: str) -> None:
    asked = "%(name)s %s {0} %"
    said = httpx.get(server + "/export/network", params={asked: "x"}, headers=FRENCH).json()
    assert said["detail"].startswith(f"Il n'y a pas de paramètre {asked} ;")


@pytest.mark.parametrize("inner", ["%(x)s", "100 %", ""])
def test_a_message_survives_the_way_between_processes(inner: str) -> None:
    error = NotFoundError(
        "There is no graph <%(graph)s> here.", graph=Message("%(one)s or %(other)s", {"one": inner, "other": "b"})
    )
    again = Message.from_plain(error.message.to_plain())
    assert again == error.message
    assert str(error) == f"There is no graph <{inner} or b> here."
    assert say_error(error, "fr").detail == f"Il n'y a pas de graphe <{inner} ou b> ici."


def test_what_no_catalogue_has_is_said_in_english_and_marked_as_such() -> None:
    assert say_error(UkfrError("Never said before."), "fr")[1:] == ("Never said before.", "en")
    assert all(say_error(NotFoundError("x"), language).title for language in find_languages())


def test_messages_of_errors_are_templates() -> None:
    """A message that was put together already is in no catalogue."""
    found = [
        f"{path.relative_to(package_folder())}:{node.lineno}"
        for path in package_folder().rglob("*.py")
        if path.relative_to(package_folder()).parts[0] not in messages.IN_ENGLISH
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in messages.ERRORS
        if node.args and isinstance(node.args[0], ast.JoinedStr | ast.BinOp)
    ]
    assert found == []
