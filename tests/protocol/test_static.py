"""The scripts of the pages over HTTP, and in an installed wheel."""

from __future__ import annotations

import gzip
import importlib.util
import re
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from support.servers import start_server
from ukfr_graph.resources import static_folder
from ukfr_graph.site.static import find_asset

ROOT = Path(__file__).parent.parent.parent
BROWSER = {"Accept": "text/html"}
needs_scripts = pytest.mark.skipif(find_asset("graph") is None, reason="not built: python hatch_build.py")


@needs_scripts
@pytest.mark.parametrize("name", ["graph", "workbench"])
def test_a_script_is_good_for_ever_and_compressed_where_that_is_read(server: str, name: str) -> None:
    asset = find_asset(name)
    assert asset
    for address in (asset.script, *asset.imports, *asset.styles):
        plain = httpx.get(server + address, headers={"Accept-Encoding": "identity"})
        assert plain.headers["content-type"].split(";")[0] == (
            "text/css" if address.endswith("css") else "text/javascript"
        )
        assert plain.headers["cache-control"] == "public, max-age=31536000, immutable"
        with httpx.stream("GET", server + address, headers={"Accept-Encoding": "gzip"}) as packed:
            content = b"".join(packed.iter_raw())
            is_packed = packed.headers.get("content-encoding") == "gzip"
            assert is_packed == (len(plain.content) >= 1_000)  # a small one would grow
            assert (gzip.decompress(content) if is_packed else content) == plain.content
        again = httpx.get(
            server + address, headers={"If-None-Match": plain.headers["etag"], "Accept-Encoding": "identity"}
        )
        assert again.status_code == 304


@needs_scripts
def test_the_licences_are_listed_and_may_change(server: str) -> None:
    licences = httpx.get(server + "/static/licences.txt")
    assert licences.headers["cache-control"] == "no-cache"
    for library in ("sigma", "graphology", "lit", "codemirror", "codemirror-lang-sparql"):
        assert re.search(rf"^## {library} - ", licences.text, re.MULTILINE), library
    assert "GPL" not in licences.text


@pytest.mark.parametrize(
    "name",
    [
        "none.js",
        "..%2f..%2fserver%2fapp.py",
        "../templates/style.css",
        ".vite%2fmanifest.json",
        ".built-from",
        "%00.js",
    ],
)
def test_nothing_else_is_given(server: str, name: str) -> None:
    answer = httpx.get(f"{server}/static/{name}")
    assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")


@pytest.mark.programs
@needs_scripts
def test_a_wheel_carries_the_scripts_and_serves_without_them_too(
    dataset: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spec = importlib.util.spec_from_file_location("hatch_build", ROOT / "hatch_build.py")
    assert spec
    assert spec.loader
    hook = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(hook)
    stamp = static_folder() / ".built-from"
    if not stamp.is_file() or stamp.read_text() != hook.hash_folder(ROOT / "web"):
        pytest.skip("web/ has changed since it was built: python hatch_build.py")
    subprocess.run([sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", tmp_path], cwd=ROOT, check=True)
    (wheel,) = tmp_path.glob("*.whl")
    site = tmp_path / "site"
    subprocess.run(
        [sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--no-index", "--target", site, wheel], check=True
    )
    monkeypatch.setenv("PYTHONPATH", str(site))  # comes before the checkout
    with start_server("--store", str(dataset), forked=False) as running:
        page = httpx.get(running.url + "/graph", headers=BROWSER, timeout=60).text
        script = re.search(r'<script type="module" src="([^"]+)"', page)
        assert script
        assert httpx.get(running.url + script[1]).content == (static_folder() / Path(script[1]).name).read_bytes()
    installed = site / "ukfr_graph" / "web" / "static"
    for file in sorted(installed.rglob("*"), reverse=True):
        file.rmdir() if file.is_dir() else file.unlink()
    installed.rmdir()
    with start_server("--store", str(dataset), forked=False) as running:
        for path, words in (("/graph", "<table>"), ("/sparql", "<textarea")):
            plain = httpx.get(running.url + path, headers=BROWSER, timeout=60)
            assert plain.status_code == 200
            assert words in plain.text
            assert '<script type="module"' not in plain.text
