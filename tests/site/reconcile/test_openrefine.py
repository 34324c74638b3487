"""The exchange of OpenRefine with the service, as OpenRefine has it: what its own server posts, and what its page fetches.

After OpenRefine 3.8: ``StandardReconConfig``, ``GuessTypesOfColumnCommand``, ``ReconciledDataExtensionJob``, and the scripts
``recon-manager.js``, ``standard-service-panel.js`` and ``extend-data-preview-dialog.js``. OpenRefine itself, a Java
application, does not run here.
"""

from __future__ import annotations

import json
import shutil
import threading
from collections import defaultdict
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from playwright.sync_api import sync_playwright

TABLE = [  # a column of titles as someone may have them, the day of each, and what it is
    ("Convention on Cybercrime (Budapest Convention)", "2001-11-23T00:00:00Z", "id/instrument/budapest-convention"),
    ("CETS 185", "", "id/instrument/budapest-convention"),
    ("PNR directive (EU) 2016/681", "2016-04-27T00:00:00Z", "id/instrument/pnr-directive"),
    ("Règlement Dublin III (UE) nº 604/2013", "2013-06-26T00:00:00Z", "id/instrument/dublin-iii"),
    ("Dublin III Regulation (EU) No 604/2013", "1999-01-01T00:00:00Z", None),  # the name, and another day: no match
    ("Treaty of Westphalia", "1648-10-24T00:00:00Z", None),
]


class OpenRefine:
    """A project of one column, and the requests that OpenRefine makes for it."""

    def __init__(self, service: str) -> None:
        self.service = service
        self.browser = httpx.Client(
            timeout=60,
            headers={
                "Origin": "http://127.0.0.1:3333", "Accept": "application/json, text/javascript, */*; q=0.01",
                "Accept-Language": "en-GB,en;q=0.5",
            },
        )  # fmt: skip
        self.java = httpx.Client(timeout=60, headers={"User-Agent": "OpenRefine/3.8", "Accept": "*/*"})
        self.manifest = self.fetch(service)

    def fetch(self, address: str, **parameters: str) -> Any:
        """Get JSON as jQuery does; the browser must be allowed to read it."""
        answer = self.browser.get(address, params=parameters or None)
        assert answer.status_code == 200, answer.text
        assert answer.headers["access-control-allow-origin"] == "*"
        assert answer.headers["content-type"].startswith("application/json")
        return answer.json()

    def post(self, name: str, content: Any) -> Any:
        """Post one form field, as its HttpClient does."""
        answer = self.java.post(self.service, data={name: json.dumps(content, ensure_ascii=False)})
        assert answer.status_code == 200, answer.text
        return answer.json()

    def guess_types(self, samples: list[str]) -> list[str]:
        found = self.post("queries", {f"q{n}": {"query": sample, "limit": 3} for n, sample in enumerate(samples[:10])})
        counts: dict[str, int] = defaultdict(int)
        scores: dict[str, float] = defaultdict(float)
        for result in found.values():
            for rank, candidate in enumerate(result["result"]):
                for at, type_ in enumerate(candidate["type"]):
                    assert type_.keys() >= {"id", "name"}
                    counts[type_["id"]] += 1
                    scores[type_["id"]] += (1 / (1 + rank)) * (len(candidate["type"]) - at) / len(candidate["type"])
        return sorted(counts, key=lambda t: (-counts[t], -scores[t] / counts[t]))

    def reconcile(self, rows: list[tuple[str, str]], type_: str, property_: str) -> list[tuple[list[str], str | None]]:
        """Reconcile against a type with one further column: the candidates of each cell, and what is matched by itself."""
        size = self.manifest["batchSize"]
        judged = []
        for start in range(0, len(rows), size):
            batch = {}
            for n, (text, day) in enumerate(rows[start : start + size]):
                query: dict[str, Any] = {"query": text, "type": type_, "type_strict": "should"}
                if day:
                    query["properties"] = [{"pid": property_, "v": day}]
                batch[f"q{n}"] = query
            found = self.post("queries", batch)
            for name in batch:
                results = sorted(found[name]["result"], key=lambda c: -c["score"])
                matched = results[0]["id"] if results and results[0]["match"] else None
                judged.append(([c["id"] for c in results], matched))
        return judged

    def preview(self, id_: str) -> httpx.Response:
        return self.browser.get(self.manifest["preview"]["url"].replace("{{id}}", quote(id_, safe="")))

    def extend(self, ids: list[str], properties: list[dict[str, Any]]) -> dict[str, list[list[Any]]]:
        """Fetch columns, and read each cell as ``collectResult`` does."""
        answer = self.post("extend", {"ids": ids, "properties": properties})
        assert [column["id"] for column in answer["meta"]] == [p["id"] for p in properties]
        table = {}
        for id_ in ids:
            record = answer["rows"][id_]
            cells = []
            for column in answer["meta"]:
                values = record[column["id"]]
                known = [v.get("name", v.get("str", v.get("date", v.get("int", v.get("float"))))) for v in values]
                cells.append(known)
            table[id_] = cells
        return table


@pytest.fixture
def refine(server: str) -> OpenRefine:
    return OpenRefine(server + "/reconcile")


def test_the_service_is_added_by_its_address(refine: OpenRefine) -> None:
    assert "cooperation" in refine.manifest["name"]
    assert refine.manifest["identifierSpace"]
    assert refine.manifest["schemaSpace"]
    assert all(type_["name"] for type_ in refine.manifest["defaultTypes"])


def test_the_type_of_the_column_is_guessed(refine: OpenRefine) -> None:
    assert refine.guess_types([text for text, _, _ in TABLE])[0] == "ukfr:Instrument"
    assert set(refine.guess_types(["France", "Royaume-Uni", "Germany"])[:2]) == {"ukfr:State", "ukfr:Actor"}


def test_a_column_is_reconciled_with_the_day_of_another_column(refine: OpenRefine) -> None:
    suggest = refine.manifest["suggest"]["property"]
    found = refine.fetch(suggest["service_url"] + suggest["service_path"], prefix="document d", type="ukfr:Instrument")
    property_ = found["result"][0]["id"]
    assert property_ == "ukfr:documentDate"
    judged = refine.reconcile([(text, day) for text, day, _ in TABLE], "ukfr:Instrument", property_)
    assert [matched for _, matched in judged] == [expected for _, _, expected in TABLE]
    assert judged[4][0][0] == "id/instrument/dublin-iii"  # it is offered to the person all the same


def test_a_candidate_is_previewed_in_a_frame(refine: OpenRefine) -> None:
    page = refine.preview("id/instrument/budapest-convention")
    assert page.headers["content-type"].startswith("text/html")
    assert "frame-ancestors *" in page.headers["content-security-policy"]
    assert (refine.manifest["preview"]["width"], refine.manifest["preview"]["height"]) == (430, 300)


def test_a_match_is_searched_for_by_hand(refine: OpenRefine) -> None:
    suggest = refine.manifest["suggest"]["entity"]
    found = refine.fetch(suggest["service_url"] + suggest["service_path"], prefix="Budap")["result"][0]
    assert found["id"] == "id/instrument/budapest-convention"
    assert ",".join(found["notable"]) == "ukfr:Instrument"  # its script joins the types


def test_columns_are_added_from_reconciled_values(refine: OpenRefine) -> None:
    propose = refine.manifest["extend"]["propose_properties"]
    proposed = refine.fetch(propose["service_url"] + propose["service_path"] + "?type=ukfr:Instrument")["properties"]
    assert {"ukfr:documentDate", "ukfr:party"} <= {p["id"] for p in proposed}
    ids = sorted({expected for _, _, expected in TABLE if expected})
    settings = {s["name"]: str(s["default"]) for s in refine.manifest["extend"]["property_settings"]}
    table = refine.extend(
        ids,
        [
            {"id": "ukfr:documentDate"},
            {"id": "ukfr:party", "settings": settings},
            {"id": "vocab:identifier-scheme/celex", "settings": {**settings, "limit": "1"}},
        ],
    )
    assert table == {
        "id/instrument/budapest-convention": [["2001-11-23T00:00:00Z"], ["France", "United Kingdom"], []],
        "id/instrument/dublin-iii": [["2013-06-26T00:00:00Z"], ["United Kingdom"], ["32013R0604"]],
        "id/instrument/pnr-directive": [["2016-04-27T00:00:00Z"], ["United Kingdom"], ["32016L0681"]],
    }


PAGE = """<!doctype html><title>Another site</title><p id="said"></p><iframe width="430" height="300"></iframe><script>
(async () => {
  const manifest = await (await fetch(SERVER + "/reconcile")).json();
  const form = new URLSearchParams({queries: JSON.stringify({q0: {query: "CETS 185"}})});
  const old = await (await fetch(SERVER + "/reconcile", {method: "POST", body: form})).json();
  const asked = {queries: [{conditions: [{matchType: "name", propertyValue: "CETS 185"}]}]};
  const draft = await (await fetch(SERVER + "/reconcile/1.0/match", {
    method: "POST", headers: {"Content-Type": "application/json"}, body: JSON.stringify(asked)})).json();
  const found = [old.q0.result[0].id, draft.results[0].candidates[0].id];
  document.querySelector("iframe").src = manifest.preview.url.replace("{{id}}", encodeURIComponent(found[0]));
  document.getElementById("said").textContent = found.join(" ");
})().catch(error => document.getElementById("said").textContent = error);
</script>"""


@pytest.fixture
def other_site(server: str) -> Iterator[str]:
    """A page of another origin that uses the service."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = PAGE.replace("SERVER", json.dumps(server)).encode()
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    site = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=site.serve_forever, args=(0.01,), daemon=True).start()  # it ends at once
    yield f"http://127.0.0.1:{site.server_port}/"
    site.shutdown()


@pytest.mark.programs
def test_a_real_browser_lets_another_site_use_the_service(other_site: str) -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        page = browser.new_page()
        page.goto(other_site)
        page.wait_for_function("document.getElementById('said').textContent", timeout=60_000)
        assert page.text_content("#said") == "id/instrument/budapest-convention id/instrument/budapest-convention"
        heading = page.frame_locator("iframe").locator("h1")
        heading.wait_for(timeout=60_000)
        assert heading.inner_text() == "Convention on Cybercrime (Budapest Convention)"
        browser.close()
