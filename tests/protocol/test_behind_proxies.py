"""One setting makes every address right: under a path, behind TLS and other people's proxies, whatever Host says."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from support.proxies import NAME, read_example, start_apache, start_caddy, start_nginx
from support.servers import Server, open_client, start_server
from ukfr_graph.endpoint.addresses import drop_forwarded, find_base, is_trusted, strip_prefix
from ukfr_graph.endpoint.exchange import is_host
from ukfr_graph.settings import Settings

PREFIX = "/ukfr"
PUBLIC = f"https://{NAME}{PREFIX}"
PAGE = {"Accept": "text/html,*/*;q=0.8"}
PAGES = (
    "/", "/?lang=fr", "/statements/uk-fr-2016-08-30", "/statements/uk-fr-2016-08-30/records",
    "/statements/uk-fr-2016-08-30?kind=ukfr:Pledge", "/timeline?at=2016-08-30", "/compare", "/graph", "/sparql",
    "/editor?query=ASK%7B%7D", "/doc/place/calais", "/doc/clause/uk-fr-2016-08-30/children-to-uk", "/vocab", "/vocab/topic",
    "/graph/entities", "/links/cets", "/queries", "/queries/figures?page=2&page_size=5", "/search?q=asylum", "/ontology",
    "/shapes", "/docs", "/export", "/catalog", "/.well-known/void", "/outcomes", "/money", "/series",
    "/reconcile/preview?id=id/place/calais", "/nowhere", "/doc/nothing",
)  # fmt: skip
DATA = (
    ("/sparql", "text/turtle"), ("/.well-known/void", "text/turtle"), ("/catalog", "text/turtle"),
    ("/catalog", "application/ld+json"), ("/.well-known/sparql-examples", "text/turtle"),
    ("/openapi.json", "application/json"), ("/reconcile", "application/json"), ("/reconcile/1.0", "application/json"),
    ("/queries", "application/json"), ("/search?q=asylum", "application/json"), ("/export", "application/json"),
    ("/doc/place/calais", "application/ld+json"), ("/ontology", "text/turtle"),
    ("/queries/figures?page=2&page_size=5&format=json", "application/json"),
    ("/queries/office-holders/citation", "application/x-bibtex"), ("/outcomes?format=svg", "image/svg+xml"),
)  # fmt: skip
SLASHED = ("/vocab/", "/export/", "/queries/all/", "/statements//")
REDIRECTED = ("/statements", "/id/place/calais", "/id/place/calais?lang=fr", "/shapes/Actor")
OUTSIDE = re.compile(r"https?://(?:127\.0\.0\.1|localhost|evil)[^\s\"'<>]*")
ATTRIBUTES = re.compile(r'\s(?:href|src|action|data-reading)="([^"]*)"')


@pytest.fixture(scope="module")
def published(dataset: Path) -> Iterator[Server]:
    with start_server("--store", str(dataset), settings={"public_url": PUBLIC, "query_timeout_s": "120"}) as running:
        yield running


PROXIES = ("nginx", "nginx that takes the path off", "apache", "caddy")
WAYS = ["direct", *(pytest.param(name, marks=pytest.mark.programs) for name in PROXIES)]


@pytest.fixture(scope="module", params=WAYS)
def public(
    request: pytest.FixtureRequest, published: Server, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[httpx.Client]:
    """Clients of https://example.org/ukfr, by each way to the server."""
    folder = tmp_path_factory.mktemp("proxy")
    match request.param:
        case "direct":
            with httpx.Client(base_url=published.url, headers={"Host": "evil.example"}, timeout=60) as client:
                yield client
        case "apache":
            with start_apache(read_example("apache"), published.url, folder) as client:
                yield client
        case "caddy":
            with start_caddy(read_example("caddy"), published.url, folder) as client:
                yield client
        case name:
            example = read_example("nginx")
            if name != "nginx":
                example = example.replace("127.0.0.1:8000;", "127.0.0.1:8000/;")
            with start_nginx(example, published.url, folder) as client:
                yield client


MISSING = ("/nowhere", "/doc/nothing")


def test_no_link_of_a_page_leaves_the_path_or_names_another_host(public: httpx.Client) -> None:
    found: set[str] = set()
    for path in PAGES:
        answer = public.get(PREFIX + path, headers=PAGE)
        assert answer.status_code == (404 if path in MISSING else 200), path
        assert not OUTSIDE.findall(answer.text), path
        links = [urljoin(PREFIX + path, link) for link in ATTRIBUTES.findall(answer.text)]
        ours = {link for link in links if link.startswith("/")}
        assert ours, path
        assert not {link for link in ours if not link.startswith(PREFIX + "/")}, path
        found |= {link.partition("#")[0] for link in ours if not link.startswith(tuple(PREFIX + p for p in MISSING))}
    for link in sorted(found)[:: len(found) // 40]:  # and they answer; some lead to data
        answer = public.get(link.replace("&amp;", "&"), headers={"Accept": "text/html, */*;q=0.1"})
        if "/reconcile" not in link and "format=" not in link:
            assert answer.status_code in (200, 303), link


def test_every_description_for_programs_has_the_public_address(public: httpx.Client) -> None:
    for path, accept in DATA:
        answer = public.get(PREFIX + path, headers={"Accept": accept})
        assert answer.status_code == 200, path
        assert not OUTSIDE.findall(answer.text), path
        for link in re.findall(r"<([^>]+)>", answer.headers.get("link", "")):
            assert link.startswith((PREFIX + "/", "https://w3id.org/ukfr/", "http://creativecommons.org/")), (
                path,
                link,
            )
    assert f"<{PUBLIC}/sparql>" in public.get(PREFIX + "/sparql", headers={"Accept": "application/n-triples"}).text
    assert public.get(PREFIX + "/openapi.json").json()["servers"] == [{"url": PUBLIC}]
    manifest = public.get(PREFIX + "/reconcile").json()
    assert manifest["view"]["url"] == PUBLIC + "/{{id}}"
    assert manifest["preview"]["url"].startswith(PUBLIC + "/reconcile/preview?")


def test_a_permanent_address_names_no_server(public: httpx.Client) -> None:
    links = public.get(PREFIX + "/queries/office-holders", headers={"Accept": "text/csv"}).headers["link"]
    assert "<https://w3id.org/ukfr/queries/office-holders?day=" in links
    for form in ("bibtex", "csl"):
        cited = public.get(f"{PREFIX}/queries/office-holders/citation?format={form}").text
        assert "https://w3id.org/ukfr/queries/office-holders" in cited
    assert (
        "<https://w3id.org/ukfr/.well-known/void#dataset>"
        in public.get(PREFIX + "/catalog", headers={"Accept": "application/n-triples"}).text
    )


def test_a_page_names_itself_by_the_public_address_in_each_language(public: httpx.Client) -> None:
    head = public.get(PREFIX + "/outcomes?verdict=done", headers=PAGE).text.partition("</head>")[0]
    assert f'<link rel="canonical" href="{PUBLIC}/outcomes?verdict=done&amp;lang=en">' in head
    assert f'hreflang="fr" href="{PUBLIC}/outcomes?verdict=done&amp;lang=fr">' in head
    assert f'hreflang="x-default" href="{PUBLIC}/outcomes?verdict=done">' in head
    assert f'<meta property="og:image" content="{PUBLIC}/outcomes?format=png">' in head
    rules = public.get(PREFIX + "/robots.txt").text
    assert f"Disallow: {PREFIX}/sparql\n" in rules
    assert rules.endswith(f"Sitemap: {PUBLIC}/sitemap.xml\n")
    assert f"<loc>{PUBLIC}/doc/place/calais?lang=fr</loc>" in public.get(PREFIX + "/sitemap.xml").text


@pytest.mark.parametrize("path", ["/id/..%2f..%2fother/logout", "/id/place/..%2F..%2F..%2F", "/id/%2e%2e"])
def test_no_redirect_climbs_out_of_the_path(published: Server, path: str) -> None:
    answer = httpx.get(published.url + path)
    assert (answer.status_code, answer.headers.get("location")) == (404, None)


def test_redirects_and_cookies_stay_under_the_path(public: httpx.Client) -> None:
    for path in REDIRECTED:
        answer = public.get(PREFIX + path, headers=PAGE)
        assert answer.status_code == 303
        assert answer.headers["location"].startswith(PREFIX + "/")
    for path in SLASHED:
        answer = public.get(PREFIX + path, headers=PAGE)
        assert (answer.status_code, answer.headers["location"]) == (307, PREFIX + path.rstrip("/"))
    cookies = public.get(PREFIX + "/?lang=fr&at=2016-08-30", headers=PAGE).headers.get_list("set-cookie")
    assert len(cookies) == 2
    for cookie in cookies:
        assert {"Path=/ukfr/", "Secure"} <= {part.strip() for part in cookie.split(";")}


def test_queries_by_post_and_get_are_answered_under_the_path(public: httpx.Client) -> None:
    for _ in range(3):  # the third comes from what is kept by its very bytes
        answer = public.get(PREFIX + "/sparql", params={"query": "ASK {}"}, headers={"Accept": "application/json"})
        assert answer.json()["boolean"] is True
    assert public.post(PREFIX + "/sparql", data={"query": "ASK {}"}).json()["boolean"] is True


def test_a_host_of_a_stranger_is_never_repeated(server: str) -> None:
    strange = {"Host": "evil.example", "X-Forwarded-Host": "evil.example", "Forwarded": "host=evil.example;proto=https"}
    with open_client() as client:
        for path in SLASHED:
            assert client.get(server + path, headers=strange).headers["location"] == path.rstrip("/")
        for path in PAGES:
            assert "evil" not in (answer := client.get(server + path, headers={**PAGE, **strange})).text, path
            assert "evil" not in str(answer.headers)
        for path, accept in DATA:
            assert "evil" not in (answer := client.get(server + path, headers={"Accept": accept, **strange})).text, path
            assert "evil" not in str(answer.headers)


@pytest.mark.parametrize(
    ("headers", "base"),
    [
        ({"X-Forwarded-Proto": "https", "X-Forwarded-Host": "a.example"}, "https://a.example"),
        ({"X-Forwarded-Proto": "https", "X-Forwarded-Host": "evil.example, a.example"}, "https://a.example"),
        ({"X-Forwarded-Host": "a.example", "X-Forwarded-Prefix": "/x/y/"}, "http://a.example/x/y"),
        ({"X-Forwarded-Proto": "https", "X-Forwarded-Host": "a.example", "X-Forwarded-Port": "8443"},
         "https://a.example:8443"),
        ({"Forwarded": 'for=1.2.3.4;host=evil.example, for="[::1]";proto=https;host="b.example:444"'},
         "https://b.example:444"),
        ({"X-Forwarded-Host": "a b", "Host": "c.example"}, "http://c.example"),
        ({"X-Forwarded-Host": "a.example", "X-Forwarded-Prefix": "//evil.example"}, "http://a.example"),
        ({"X-Forwarded-Host": "a.example", "X-Forwarded-Prefix": "/../x"}, "http://a.example"),
        ({"X-Forwarded-Proto": "javascript", "X-Forwarded-Host": "a.example"}, "http://a.example"),
    ],
)  # fmt: skip
def test_what_a_trusted_proxy_forwards_is_believed(
    dataset: Path, trusting: Server, headers: dict[str, str], base: str
) -> None:
    for _ in range(2):
        answer = httpx.get(trusting.url + "/reconcile", headers=headers)
        assert answer.json()["documentation"] == base + "/docs"
    page = httpx.get(trusting.url + "/", headers={**PAGE, **headers}).text
    assert f'href="{urlsplit(base).path}/style.css"' in page


@pytest.fixture(scope="module")
def trusting(dataset: Path) -> Iterator[Server]:
    with start_server("--store", str(dataset), settings={"trusted_proxies": "10.0.0.0/8 127.0.0.1"}) as running:
        yield running


TEXTS = st.one_of(
    st.text(st.characters(min_codepoint=1, max_codepoint=255), max_size=30),
    st.lists(st.sampled_from(["host=", "proto=https", "a.example", "evil", ";", ",", '"', "\\", "/", "//", "..", ":80", " "]),
             max_size=8).map("".join),
)  # fmt: skip
NAMES = st.sampled_from(
    [b"host", b"forwarded", b"x-forwarded-proto", b"x-forwarded-host", b"x-forwarded-port", b"x-forwarded-prefix"]
)


@settings(deadline=None)
@given(st.lists(st.tuples(NAMES, TEXTS.map(lambda text: text.encode("latin-1"))), max_size=6))
def test_whatever_is_forwarded_the_address_is_one(headers: list[tuple[bytes, bytes]]) -> None:
    headers = [(name, value) for name, value in headers if name != b"host" or is_host(value)]
    scope = {"headers": headers, "server": ("127.0.0.1", 8000)}
    parts = urlsplit(find_base(Settings(), scope))
    assert parts.scheme in ("http", "https")
    assert is_host(parts.netloc.encode("latin-1"))
    assert re.fullmatch(r"(?:/[A-Za-z0-9._~-]+)*", parts.path)
    assert ".." not in parts.path.split("/")
    assert not (parts.query or parts.fragment)
    drop_forwarded(headers)
    own = urlsplit(find_base(Settings(), scope))
    assert own.path == ""
    assert own.netloc == "127.0.0.1:8000" or own.hostname in ("localhost", "127.0.0.1", "::1")


@pytest.mark.parametrize("url", ["example.org", "ftp://example.org", "https://", "https://a b", "https://example.org/?x",
                                 "https://example.org//x", "https://example.org/../x", "https://u:p@example.org"])  # fmt: skip
def test_a_public_address_that_is_none_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match=r"https://example\.org"):
        Settings(public_url=url)


def test_a_prefix_is_taken_off_once_and_only_whole() -> None:
    given = Settings(public_url=PUBLIC + "/")
    for path, stripped in (("/ukfr/x", "/x"), ("/ukfr", "/"), ("/ukfr/", "/"), ("/ukfrx", "/ukfrx"), ("/x", "/x")):
        scope = strip_prefix(given, {"path": path, "raw_path": path.encode()})
        assert (scope["path"], scope["raw_path"]) == (stripped, stripped.encode())


def test_proxies_are_networks_or_addresses() -> None:
    assert is_trusted(("192.0.2.0/24",), "::ffff:192.0.2.7")
    assert not is_trusted(("192.0.2.0/24",), "no address")
    with pytest.raises(ValueError, match="does not appear"):
        Settings(trusted_proxies="proxy.example")
