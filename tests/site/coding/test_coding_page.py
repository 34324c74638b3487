"""The coding workbench as a browser without scripts meets it: who may, from where, and what each form does."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import httpx
import pytest

from support.servers import TOKEN, start_server
from ukfr_graph.drafting.proposal_files import ProposalFile
from unit.coding.test_acts import MEET, NAME, PIER, make_root, read

CODER = "coder/isles-desk"
PAGE = f"/code/{NAME}"


@pytest.fixture(scope="module")
def url(dataset: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    folder = tmp_path_factory.mktemp("coding")
    root = make_root(folder / "isles")
    own = shutil.copytree(dataset, folder / "out", symlinks=True)
    with start_server("--store", str(own), settings={"edit": str(root)}) as running:
        yield running.url, root


@pytest.fixture
def client(url: tuple[str, Path]) -> Iterator[httpx.Client]:
    base, root = url
    shutil.rmtree(root)
    make_root(root)
    headers = {"Origin": base, "Accept": "text/html"}
    with httpx.Client(base_url=base, headers=headers, follow_redirects=True, timeout=60) as made:
        yield made


def sign_in(client: httpx.Client) -> str:
    done = client.post(PAGE + "/sign-in", data={"coder": CODER})
    assert done.status_code == 200, done.text
    return done.text


def act(client: httpx.Client, page: str, name: str, **form: str) -> httpx.Response:
    (seen,) = set(re.findall(r'name="seen" value="(\w+)"', page))
    return client.post(PAGE + "/act", data={"act": name, "seen": seen, **form})


def test_without_the_flag_there_is_no_coding(server: str) -> None:
    assert httpx.get(server + PAGE).status_code == 404
    assert httpx.post(server + PAGE + "/act", data={"act": "undo"}).status_code == 404


def test_nothing_is_shown_or_done_before_somebody_says_who_codes(client: httpx.Client, url: tuple[str, Path]) -> None:
    before = read(url[1])
    page = client.get(PAGE)
    assert page.status_code == 200
    assert "will build 2 ferries" not in page.text
    assert client.post(PAGE + "/act", data={"act": "accept", "record": MEET}).status_code == 200
    assert read(url[1]) == before
    wrong = client.post(PAGE + "/sign-in", data={"coder": "Ada"})
    assert (wrong.status_code, "coder/ada" in wrong.text) == (400, True)


def test_a_proposal_is_accepted_and_taken_back(client: httpx.Client, url: tuple[str, Path]) -> None:
    page = sign_in(client)
    assert MEET in page
    assert "A commissive clause: the speakers bind themselves to act." not in page
    done = act(client, page, "accept", record=MEET)
    assert f"id: {MEET}" in read(url[1])
    assert "Proposals: 0" in done.text
    undone = act(client, done.text, "undo")
    assert f"id: {MEET}" not in read(url[1])
    assert "Proposals: 1" in undone.text


def test_a_clause_gets_another_kind_a_label_and_a_judgement(client: httpx.Client, url: tuple[str, Path]) -> None:
    sign_in(client)
    page = client.get(PAGE, params={"record": PIER}).text
    assert "A commissive clause: the speakers bind themselves to act." in page
    page = act(client, page, "kind", record=PIER, kind="Report").text
    page = act(client, page, "set", record=PIER, key="label", **{"text-en": "The light"}).text
    page = act(client, page, "judge", record=PIER, judgement="testability", verdict="testable", confidence="low",
               **{"text-en": "One can look."}).text  # fmt: skip
    text = read(url[1])
    for words in ("type: Report", "en: The light", "en: One can look."):
        assert words in text
    assert 'aria-pressed="true">report<' in page
    french = client.get(PAGE, params={"record": PIER, "lang": "fr"}).text
    assert "les locuteurs s&#39;engagent à agir" in french


def test_words_become_a_clause_and_are_split_and_joined(client: httpx.Client, url: tuple[str, Path]) -> None:
    page = act(client, sign_in(client), "reject", record=MEET).text
    page = act(client, page, "add", words="Both sides will meet again", kind="Pledge").text
    name = f"clause/{NAME}/both-sides-will-meet-again"
    assert f"id: {name}" in read(url[1])
    page = act(client, page, "split", record=name, words="meet again").text
    assert f"id: clause/{NAME}/meet-again" in read(url[1])
    act(client, page, "join", record=name)
    assert f"id: clause/{NAME}/meet-again" not in read(url[1])


def test_what_is_refused_is_told_and_what_was_typed_stays(client: httpx.Client) -> None:
    page = sign_in(client)
    done = act(client, page, "add", words="no such words", kind="Pledge")
    assert done.status_code == 400
    assert "stand 0 times" in unescape(done.text)
    assert "no such words</textarea>" in done.text
    overlap = act(client, page, "add", words="build 2 ferries", kind="Pledge")
    assert (overlap.status_code, "overlap" in overlap.text) == (422, True)


def test_a_change_of_somebody_else_is_told(client: httpx.Client, url: tuple[str, Path]) -> None:
    page = sign_in(client)
    path = url[1] / f"statements/{NAME}.yaml"
    path.write_text(read(url[1]) + "# mine\n", "utf-8")
    done = act(client, page, "accept", record=MEET)
    assert (done.status_code, "Somebody has changed" in done.text) == (412, True)
    assert read(url[1]).endswith("# mine\n")


def test_another_sites_form_or_name_changes_nothing(client: httpx.Client, url: tuple[str, Path]) -> None:
    page = sign_in(client)
    (seen,) = set(re.findall(r'name="seen" value="(\w+)"', page))
    form = {"act": "accept", "record": MEET, "seen": seen}
    for headers in (
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Host": "evil.example", "Origin": "http://evil.example"},
    ):
        assert client.post(PAGE + "/act", data=form, headers=headers).status_code == 403
    with httpx.Client(base_url=url[0], cookies=client.cookies) as bare:
        assert bare.post(PAGE + "/act", data=form).status_code == 403
    assert len(ProposalFile(url[1], NAME).read()) == 1


def test_where_tokens_are_a_token_is_needed(dataset: Path, tmp_path: Path) -> None:
    root = make_root(tmp_path / "isles")
    own = shutil.copytree(dataset, tmp_path / "out", symlinks=True)
    settings = {"edit": str(root), "write_token": TOKEN}
    form = {"coder": CODER}
    with start_server("--store", str(own), settings=settings) as running, httpx.Client(
        base_url=running.url, headers={"Origin": running.url, "Accept": "text/html"}, follow_redirects=True
    ) as client:  # fmt: skip
        assert client.post(PAGE + "/sign-in", data=form).status_code == 401
        assert client.post(PAGE + "/sign-in", data={**form, "token": "wrong"}).status_code == 401
        assert "build 2 ferries" in client.post(PAGE + "/sign-in", data={**form, "token": TOKEN}).text


def test_behind_a_public_address_nobody_codes_without_a_token(dataset: Path, tmp_path: Path) -> None:
    root = make_root(tmp_path / "isles")
    own = shutil.copytree(dataset, tmp_path / "out", symlinks=True)
    settings = {"edit": str(root), "public_url": "https://example.org/"}
    with start_server("--store", str(own), settings=settings) as running:
        assert httpx.get(running.url + PAGE).status_code == 403
