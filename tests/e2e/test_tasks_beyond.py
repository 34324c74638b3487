"""Tasks of people who have read nothing, in French, in a terminal and in Python: each begins with the search."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from playwright.sync_api import expect

from support.browser import Open
from support.commands import run_command
from support.tasks import each_reader, find

pytestmark = pytest.mark.usefixtures("scripts")


def test_task_11_the_children_the_vague_promises_and_a_picture_for_a_reader_of_french(open_page: Open) -> None:
    for page, _language, _width in each_reader(open_page, "/", ("fr",)):
        find(page, "que sont devenus les enfants ?")
        card = page.locator(".question-card").first
        expect(card).to_contain_text("accompli en partie")
        find(page, "promesses floues")
        page.locator(".question-card h2 a").first.click()
        headings = page.locator("table.answer thead").first.inner_text()
        assert re.search("clause n°", headings, re.IGNORECASE)
        assert "Vérifiable" in headings
        assert not re.search(r"\b(label|testability|confidence|statement)\b", headings, re.IGNORECASE)
        page.goto("/statements/uk-fr-2016-08-30/deeds")
        expect(page.locator(".chart h2")).to_contain_text("promesses")
        address = page.get_by_role("link", name="SVG").get_attribute("href")
        drawn = page.request.get(address or "", headers={"Accept-Language": "fr"}).text()
        assert re.search("licence CC.BY.4.0", drawn)
        assert "Faire venir au Royaume-Uni" in drawn


def test_task_14_in_a_terminal_by_the_commands_that_a_guide_shows(
    open_page: Open, dataset: Path, tmp_path: Path
) -> None:
    for page, language, _width in each_reader(open_page, "/"):
        find(page, {"en": "command line", "fr": "en ligne de commande"}[language])
        page.locator("#results .pages a").first.click()
        shown = page.locator("main pre").first.inner_text()
        command = next(line for line in shown.splitlines() if line.startswith("$ ukfr-graph "))
        variables = {"UKFR_DATASET": str(dataset), "LC_ALL": {"en": "C.UTF-8", "fr": "fr_FR.UTF-8"}[language]}
        done = run_command(*shlex.split(command)[2:], cwd=tmp_path, variables=variables)
        assert done.returncode == 0, done.stderr
        assert {"en": "More than 2,000 asylum seekers taken in", "fr": "Plus de 2 000 demandeurs d'asile admis"}[
            language
        ] in done.stdout.replace("\u202f", " ")
        assert not list(tmp_path.iterdir())


def test_task_15_in_python_by_the_lines_that_a_guide_shows(open_page: Open, dataset: Path, tmp_path: Path) -> None:
    page = open_page("/")
    find(page, "python")
    page.locator("#results .pages a").first.click()
    shown = page.locator("main pre").all_inner_texts()
    lines = [line for block in shown for line in block.splitlines() if line.startswith((">>> ", "... "))]
    first = next(at for at, line in enumerate(lines) if "graph.search" in line)
    program = "\n".join(line[4:] for line in [*lines[:2], lines[first].replace(">>> ", ">>> found = ")])
    environment = {name: value for name, value in os.environ.items() if not name.startswith("UKFR_")}
    done = subprocess.run(
        [sys.executable, "-c", program + "\nprint(found, graph.query('money'))"],
        cwd=tmp_path, env=environment | {"UKFR_DATASET": str(dataset)}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    assert "Bring unaccompanied children to the UK" in done.stdout
    assert not list(tmp_path.iterdir())
