"""The coding workbench as a browser without scripts meets it: who may, from where, and what each form does."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import httpx
import pytest

from support.coding import FERRIES, MEET, NAME, PIER, make_root, read
from support.servers import TOKEN, start_server
from ukfr_graph.drafting.proposal_files import ProposalFile
from unit.coding.test_parts import WITH_PARTS, propose

CODER = "coder/isles-desk"
PAGE = f"/code/{NAME}"


@pytest.fixture(scope="module")
def url(dataset: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    folder = tmp_path_factory.mktemp("coding")
    root = make_root(folder / "isles")
    own = shutil.copytree(dataset, folder / "out", symlinks=True)
    with start_server("--store", str(own), settings={"edit": str(root)}, forked=False) as running:  # its check forks
        yield running.url, root


@pytest.fixture
def client(url: tuple[str, Path]) -> Iterator[httpx.Client]:
    base, root = url
    while root.exists():  # the server may still write what the test before has asked for
        shutil.rmtree(root, ignore_errors=True)
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


def test_a_figure_and_a_time_are_made_changed_and_taken_out_without_scripts(
    client: httpx.Client, url: tuple[str, Path]
) -> None:
    sign_in(client)
    page = client.get(PAGE, params={"record": FERRIES}).text
    for name in ("New figure", "New time", "New condition or limit"):
        assert f">{name}</summary>" in page
    time = {"record": FERRIES, "key": "timeframe", "words": "without delay", "value-timeAspect": "performing"}
    page = act(client, page, "write-part", **time, **{"value-latestEnd": "2022-12-31"}).text
    assert "latestEnd: 2022-12-31" in read(url[1])
    wrong = act(client, page, "write-part", **time, **{"value-latestEnd": "next year"})
    assert (wrong.status_code, "is no day; write it as 2016-08-30" in unescape(wrong.text)) == (400, True)
    figure = {
        "record": FERRIES, "key": "quantity", "words": "2 ferries", "value-value": "2", "value-unit": "ferry",
        "value-comparator": "exactly", "value-measureKind": "cardinality", "text-en": "ferries",
    }  # fmt: skip
    page = act(client, page, "write-part", number="0", **figure).text
    assert "comparator: exactly" in read(url[1])
    refused = act(client, page, "write-part", **{**figure, "value-value": "two"})
    assert refused.status_code == 400
    assert '<details id="new-quantity" open>' in refused.text
    assert 'value="two"' in refused.text
    page = act(client, page, "remove-part", record=FERRIES, key="quantity", number="0").text
    assert "comparator" not in read(url[1])


def test_topics_relations_sections_terms_and_words_are_set_without_scripts(
    client: httpx.Client, url: tuple[str, Path]
) -> None:
    page = sign_in(client)
    page = act(client, page, "add-term", kind="Topic", **{"text-en": "Harbours", "definition-en": "Ports."}).text
    page = act(client, page, "set", record=PIER, key="subject", **{"tick-ferries": "on", "tick-harbours": "on"}).text
    assert "subject: [ferries, harbours]" in read(url[1])
    assert re.search(r'id="topic-harbours"\s+checked', page) or 'id="topic-harbours" checked' in page
    page = act(client, page, "add-value", record=PIER, key="grounds", value=FERRIES).text
    page = act(client, page, "add-section", words="Both sides will meet again", **{"text-en": "The end"}).text
    section = f"section/{NAME}/the-end"
    assert f'<h2 id="form" tabindex="-1">{section}</h2>' in page
    page = act(client, page, "set", record=PIER, key="section", value=section).text
    page = act(client, page, "quote", record=PIER, words="The Isles welcome the light").text
    for words in ("grounds:", f"section: {section}", "exact: The Isles welcome the light\n"):
        assert words in read(url[1])
    page = act(client, page, "remove", record=PIER).text
    assert f"id: {PIER}" not in read(url[1])
    odd = act(client, page, "set", record=FERRIES, key="label", **{"text-x y": "no language"})
    assert "no language" not in read(url[1]) + odd.text


def test_what_a_draft_lacks_is_told_beside_the_clause_in_either_language(
    client: httpx.Client, url: tuple[str, Path]
) -> None:
    page = act(client, sign_in(client), "reject", record=MEET).text
    act(client, page, "add", words="Both sides will meet again", kind="Pledge")
    name = f"clause/{NAME}/both-sides-will-meet-again"
    found = client.get(PAGE + "/findings", params={"record": name}).text
    told, _, rest = found.partition('<div id="found"')
    for key in ("keep-label", "keep-summary", "topics", "keep-novelty", "keep-testability"):
        assert f"#{key}" in told, key
    assert f"statements/{NAME}.yaml:" in rest
    french = client.get(PAGE + "/findings", params={"record": name, "lang": "fr"}).text
    assert "Encore à remplir" in french
    assert "un texte dans chaque langue" in french


def test_what_the_gate_refuses_is_told_in_french(client: httpx.Client) -> None:
    page = sign_in(client)
    (seen,) = set(re.findall(r'name="seen" value="(\w+)"', page))
    form = {"act": "add", "seen": seen, "words": "build 2 ferries", "kind": "Pledge"}
    told = unescape(client.post(PAGE + "/act", params={"lang": "fr"}, data=form).text)
    assert '<strong lang="fr">1 problème dans les données' in told
    assert "partage 'build 2 ferries' avec" in told


def test_names_that_no_file_can_have_are_refused_and_open_nothing(client: httpx.Client, url: tuple[str, Path]) -> None:
    sign_in(client)
    before = sorted(url[1].rglob("*"))
    for name in ("a" * 5_000, "..%2F..%2Fetc", "a%00b", "%2Fetc%2Fpasswd"):
        for tail in ("", "/findings", "/agreement"):
            assert client.get(f"/code/{name}{tail}").status_code in (400, 404, 414)
    for coder in ("coder/" + "a" * 5_000, "coder/../x", "coder/a\nb"):
        assert client.post(PAGE + "/sign-in", data={"coder": coder, "second": "yes"}).status_code == 400
    assert sorted(url[1].rglob("*")) == before


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


def sign_in_as(client: httpx.Client, coder: str, **form: str) -> str:
    return client.post(PAGE + "/sign-in", data={"coder": coder, **form}).text


def test_parts_are_accepted_and_refused_one_by_one_with_their_rules(
    client: httpx.Client, url: tuple[str, Path]
) -> None:
    propose(url[1], WITH_PARTS)
    page = sign_in(client)
    assert "rule number, confidence high" in page
    page = act(client, page, "accept-part", record=MEET, key="quantity", number="0").text
    assert "Accepted." in page
    page = act(client, page, "reject-part", record=MEET, key="quantity", number="0").text
    assert "value: 2\n" in read(url[1])
    assert "value: 1\n" not in read(url[1])
    done = act(client, page, "accept-part", record=MEET, key="quantity", number="7")
    assert (done.status_code, "There is no part 7" in done.text) == (404, True)
    assert act(client, page, "accept-part", record=MEET, key="quantity", number="x").status_code == 400
    french = client.get(PAGE, params={"record": MEET, "lang": "fr"}).text
    assert "règle number, confiance élevée" in french


def test_an_entity_is_found_by_its_name_named_in_the_clause_and_added_where_there_is_none(
    client: httpx.Client, url: tuple[str, Path]
) -> None:
    sign_in(client)
    page = client.get(PAGE, params={"record": PIER, "q": "norland goverment"}).text
    assert 'name="entity" value="government/norland-of-isles"' in page
    page = act(client, page, "use", record=PIER, entity="government/norland-of-isles", role="target", words="pier").text
    assert "role: target" in read(url[1])
    page = act(client, page, "add-entity", record=PIER, kind="Place", **{"text-en": "Pier Bay"}).text
    assert 'name="entity" value="place/pier-bay"' in page
    assert "new with this statement" in page
    assert "place/pier-bay  # new: coder/isles-desk" in (url[1] / f"entities/{NAME}.yaml").read_text("utf-8")


def test_the_findings_of_the_whole_check_stand_beside_the_text_and_follow_each_act(
    client: httpx.Client, url: tuple[str, Path]
) -> None:
    page = sign_in(client)
    assert f'data-address="{PAGE}/findings"' in page
    assert "Nothing is wrong." in client.get(PAGE + "/findings").text
    path = url[1] / f"statements/{NAME}.yaml"
    path.write_text(read(url[1]).replace("subject: [ferries]", "subject: [feries]", 1), "utf-8")
    found = client.get(PAGE + "/findings").text
    assert "feries is missing" in found
    assert f'href="{PAGE}?record=clause%2F{NAME}%2Fbuild-ferries#form"' in unescape(found).replace("/build", "%2Fbuild")
    page = client.get(PAGE).text
    act(client, page, "set", record=f"clause/{NAME}/build-ferries", key="subject")
    assert "feries" not in client.get(PAGE + "/findings").text


def test_a_second_coder_sees_nothing_of_the_first_coding_and_both_see_all_when_it_is_finished(
    client: httpx.Client, url: tuple[str, Path]
) -> None:
    first = httpx.Client(base_url=url[0], headers=client.headers, follow_redirects=True, timeout=60)
    sign_in(first)
    page = sign_in_as(client, "coder/ada", second="yes")
    secrets = ("build-ferries", "Build 2 ferries", "An outsider can check it.", "light of the pier", MEET)
    seen = page + client.get(PAGE, params={"record": PIER}).text + client.get(PAGE + "/findings").text
    assert not [secret for secret in secrets if secret in seen]
    page = act(client, page, "add", words="The Isles welcome the light of the new pier", kind="Report").text
    own = f"clause/{NAME}/the-isles-welcome-the-light"
    assert f"{own}</h2>" in page
    for coder in (client, first):
        hidden = coder.get(PAGE + "/agreement")
        assert hidden.status_code == 403
        assert own not in hidden.text
    assert own not in first.get(PAGE).text
    again = sign_in_as(client, "coder/ada")  # without the mark: it is still a second coding
    assert "Welcome the light of the pier" not in again
    page = act(client, again, "finish").text
    told = first.get(PAGE + "/agreement").text
    assert "Krippendorff" in told
    third = httpx.Client(base_url=url[0], headers=client.headers, follow_redirects=True, timeout=60)
    sign_in_as(third, "coder/eve", second="yes")  # who is not finished sees none of the others'
    hidden = third.get(PAGE + "/agreement", params={"with": "ada"})
    assert (hidden.status_code, "Recognition" in hidden.text) == (403, False)
    third.close()
    assert "Recognition" in told
    assert "Report" in told
    form = {"seen": re.findall(r'name="seen" value="(\w+)"', told)[0], "with": "ada", "what": "kind", "ours": PIER,
            "theirs": own, "role": "", "taken": "second", "page": "1"}  # fmt: skip
    settled = first.post(PAGE + "/agreement", data=form)
    assert (settled.status_code, "type: Report" in read(url[1])) == (200, True)
    stale = first.post(PAGE + "/agreement", data=form)
    assert (stale.status_code, "Somebody has changed" in stale.text) == (412, True)
    assert "1 est décidée." in first.get(PAGE + "/agreement", params={"lang": "fr"}).text
    first.close()


@pytest.mark.parametrize("coder", ["coder/before-settling", "coder/../x", "coder/a/b"])
def test_a_second_coding_has_no_name_that_means_something_else(
    client: httpx.Client, url: tuple[str, Path], coder: str
) -> None:
    assert client.post(PAGE + "/sign-in", data={"coder": coder, "second": "yes"}).status_code == 400
    assert not (url[1] / "codings").exists()


def test_an_act_is_undone_and_done_again(client: httpx.Client, url: tuple[str, Path]) -> None:
    page = act(client, sign_in(client), "accept", record=MEET).text
    after = read(url[1])
    page = act(client, page, "undo").text
    page = act(client, page, "redo").text
    assert read(url[1]) == after
    assert act(client, page, "redo").status_code == 404


def test_no_address_of_coding_writes_for_another_site(client: httpx.Client, url: tuple[str, Path]) -> None:
    page = sign_in(client)
    before = {path: path.read_bytes() for path in url[1].rglob("*") if path.is_file()}
    form = {"seen": re.findall(r'name="seen" value="(\w+)"', page)[0], "act": "reject", "record": MEET,
            "coder": "coder/eve", "second": "yes"}  # fmt: skip
    for path in ("/sign-in", "/act", "/agreement", "/sign-out"):
        for headers in (
            {"Origin": "https://evil.example"}, {"Origin": "null"}, {"Origin": url[0].replace("127.0.0.1", "127.0.0.2")},
            {"Origin": "", "Sec-Fetch-Site": "cross-site"}, {"Origin": "", "Sec-Fetch-Site": "same-site"},
            {"Host": "evil.example", "Origin": "http://evil.example"},
        ):  # fmt: skip
            answer = client.post(PAGE + path, data=form, headers=headers)
            assert answer.status_code == 403, (path, headers)
    assert {path: path.read_bytes() for path in url[1].rglob("*") if path.is_file()} == before
    assert 'name="record"' in client.get(PAGE).text  # and nobody was signed out
