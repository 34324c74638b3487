"""The page for reviewing links: who may, from where, and that nothing is lost."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import httpx
import pytest

from support.servers import TOKEN, start_server
from ukfr_graph.link.matching.matcher import match_all
from ukfr_graph.link.review.candidate_files import open_whole, write_candidates
from ukfr_graph.link.review.decisions import Decisions
from unit.link.review.test_review import MINE, OURS, SOURCES

FORM = {"name": "Ada", "orcid": "0000-0002-1825-0097", "token": TOKEN}


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("review") / "c.sssom.tsv"
    with open_whole(path) as out:
        write_candidates(out, [m for _, piece in match_all(OURS, SOURCES) for m in piece], MINE, date(2026, 11, 24))
    return path


@pytest.fixture(scope="module")
def url(dataset: Path, file: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    own = shutil.copytree(dataset, tmp_path_factory.mktemp("served") / "out", symlinks=True)
    settings = {"write_token": TOKEN, "review_candidates": str(file)}
    with start_server("--store", str(own), settings=settings) as running:
        yield running.url + "/link/review"


@pytest.fixture
def client(url: str, file: Path) -> Iterator[httpx.Client]:
    Decisions(file).path.unlink(missing_ok=True)
    with httpx.Client(headers={"Origin": url.removesuffix("/link/review"), "Accept": "text/html"}) as made:
        yield made


def sign_in(client: httpx.Client, url: str) -> None:
    done = client.post(url + "/sign-in", data=FORM)
    assert (done.status_code, done.headers["location"]) == (303, "/link/review")
    cookie = done.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=strict" in cookie
    assert TOKEN not in cookie


def test_without_the_setting_there_is_no_review(server: str) -> None:
    assert httpx.get(server + "/link/review").status_code == 404
    assert httpx.post(server + "/link/review/sign-in", data=FORM).status_code == 404


def test_who_has_no_token_sees_nothing(client: httpx.Client, url: str) -> None:
    page = client.get(url)
    assert page.status_code == 200
    assert "instrument/mother" not in page.text
    assert client.post(url + "/decide", data={"verdict": "exact"}).status_code == 303
    wrong = client.post(url + "/sign-in", data={**FORM, "token": "wrong"})
    assert wrong.status_code == 401
    assert 'role="alert"' in wrong.text
    assert client.post(url + "/sign-in", data={**FORM, "name": " "}).status_code == 400
    assert client.post(url + "/sign-in", data={**FORM, "orcid": "1"}).status_code == 400


def test_a_form_of_another_site_is_refused(client: httpx.Client, url: str, file: Path) -> None:
    sign_in(client, url)
    pair = {"subject": "id:instrument/mother", "object": "mine:1", "verdict": "exact"}
    for headers in ({"Origin": "https://evil.example"}, {"Origin": "null"}):
        assert client.post(url + "/decide", data=pair, headers=headers).status_code == 403
    with httpx.Client(cookies=client.cookies) as bare:
        assert bare.post(url + "/decide", data=pair).status_code == 403
        assert bare.post(url + "/decide", data=pair, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert Decisions(file).read() == {}


def test_pairs_are_shown_with_their_evidence_and_decisions_are_kept(client: httpx.Client, url: str, file: Path) -> None:
    sign_in(client, url)
    page = client.get(url)
    assert page.headers["cache-control"] == "no-store"
    assert "id:instrument/mother" in page.text
    assert "&#39;=Treaty on &#39;Frontier Controls" in page.text or "Treaty on &#34;Frontier Controls&#34;" in page.text
    assert "signed on the same day" in page.text
    assert '<a href="https://example.org/t/1">' in page.text
    pair = {"subject": "id:instrument/mother", "object": "mine:1"}
    assert client.post(url + "/decide", data={**pair, "verdict": "exact"}).status_code == 303
    (decision,) = Decisions(file).read().values()
    assert (decision.verdict, decision.author, decision.author_id) == ("exact", "Ada", "orcid:0000-0002-1825-0097")
    assert "Decided: 1. " in client.get(url).text
    assert client.post(url + "/decide", data={"verdict": "undo"}).status_code == 303
    assert Decisions(file).read() == {}


def test_a_decision_that_makes_no_sense_is_refused(client: httpx.Client, url: str, file: Path) -> None:
    sign_in(client, url)
    for form in (
        {"subject": "id:x", "object": "mine:1", "verdict": "exact"},
        {"subject": "id:instrument/mother", "object": "mine:1", "verdict": "maybe"},
    ):
        assert client.post(url + "/decide", data=form).status_code == 400
    assert client.post(url + "/decide", data={"x": "y" * 30_000}).status_code == 413
    assert Decisions(file).read() == {}


def test_the_page_speaks_french_and_ends_the_session(client: httpx.Client, url: str) -> None:
    sign_in(client, url)
    assert "Relecture des liens" in client.get(url + "?lang=fr").text
    client.post(url + "/sign-out")
    assert "instrument/mother" not in client.get(url).text
