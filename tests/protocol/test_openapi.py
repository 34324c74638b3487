"""The OpenAPI description is whole and true: schemathesis calls every operation against a real server."""

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx
import pytest

from support.servers import TOKEN, start_server
from ukfr_graph.query import read_queries

CONFIG = Path(__file__).with_name("schemathesis.toml")


def run_schemathesis(url: str, folder: Path, *arguments: str) -> int:
    """Run the tool with all its checks; how many cases passed, where none failed."""
    command = [
        str(Path(sys.executable).with_name("schemathesis")), "--config-file", str(CONFIG), "run", f"{url}/openapi.json",
        "--seed", "1", "--continue-on-failure", "--request-timeout", "60", "--no-color", "--generation-database", ":memory:",
        *arguments,
    ]  # fmt: skip
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(CONFIG.parents[1]), *sys.path])}  # for its hooks
    httpx.get(f"{url}/openapi.json").raise_for_status()  # made on a busy machine, it takes longer than the tool waits
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 0, done.stdout[-8000:] + done.stderr[-2000:]
    passed = re.search(r"(\d+) generated, \1 passed", done.stdout)
    assert passed, done.stdout[-3000:]
    return int(passed[1])


@pytest.mark.programs
def test_the_examples_and_a_case_of_each_operation_are_as_described(server: str, tmp_path: Path) -> None:
    arguments = ("--phases", "examples,fuzzing", "--max-examples", "1")
    assert run_schemathesis(server, tmp_path, *arguments) >= 2 * len(read_queries())


@pytest.mark.exhaustive
def test_everything_but_the_questions_is_as_described(server: str, tmp_path: Path) -> None:
    arguments = ("--exclude-path-regex", "^/queries/", "--phases", "examples,coverage,fuzzing", "--max-examples", "3")
    assert run_schemathesis(server, tmp_path, *arguments) > 300


@pytest.mark.exhaustive
def test_writing_is_as_described(own_dataset: Path, tmp_path: Path) -> None:
    arguments = (
        "--include-path-regex", "^/(sparql|graph-store)$", "--phases", "coverage,fuzzing", "--max-examples", "1",
        "-H", f"Authorization: Bearer {TOKEN}",
    )  # fmt: skip
    with start_server("--store", str(own_dataset), settings={"write_token": TOKEN}) as writable:
        assert run_schemathesis(writable.url, tmp_path, *arguments) > 100


@pytest.fixture(scope="module")
def description(server: str) -> dict[str, Any]:
    found: dict[str, Any] = httpx.get(server + "/openapi.json").json()
    return found


@pytest.fixture(scope="module")
def paths(description: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = description["paths"]
    return found


def test_every_operation_has_a_name_of_its_own_and_says_how_it_fails(description: dict[str, Any]) -> None:
    assert description["openapi"].startswith("3.1")
    operations = [o for item in description["paths"].values() for o in item.values()]
    names = [o["operationId"] for o in operations if "operationId" in o]
    assert len(names) == len(set(names))
    for operation in operations:
        assert operation["summary"]
        for status, response in operation["responses"].items():
            assert response["description"]
            if int(status) >= 400:
                assert "application/problem+json" in response["content"]


def find_examples(described: dict[str, Any]) -> list[Any]:
    """The values that a parameter or a body is shown with, else those that it may have."""
    schema = described.get("schema", {})
    shown = [described["example"]] if "example" in described else []
    shown += [example["value"] for example in described.get("examples", {}).values()]
    return [*shown, *schema.get("examples", ()), *schema.get("enum", ())]


def test_what_is_required_has_an_example_and_every_reading_operation_answers_to_its_examples(
    server: str, paths: dict[str, Any]
) -> None:
    federated = {f"/queries/{query.name}" for query in read_queries().values() if query.services}
    for path, item in paths.items():
        for method, operation in item.items():
            given: dict[str, dict[str, Any]] = {"path": {}, "query": {}}
            for parameter in operation.get("parameters", ()):
                examples = find_examples(parameter)
                if parameter.get("required") or "example" in parameter or "examples" in parameter:
                    assert examples, f"{method} {path}: {parameter['name']} has no example"
                    example = examples[0]
                    given[parameter["in"]][parameter["name"]] = example if isinstance(example, list) else str(example)
            for media_type, body in operation.get("requestBody", {}).get("content", {}).items():
                assert media_type == "multipart/form-data" or find_examples(body), f"{method} {path}: {media_type}"
            if method == "get":
                answer = httpx.get(server + path.format(**given["path"]), params=given["query"])
                refused = {"/changes.rdfp": 404}  # there is no version before
                expected = (403,) if path in federated else (refused.get(path, 200), 303)
                assert answer.status_code in expected, f"{path}: {answer.text}"
                if answer.status_code == 200:  # generated clients read the first form that they know
                    given_form = answer.headers["content-type"].partition(";")[0]
                    assert given_form == next(iter(operation["responses"]["200"]["content"])), path


@pytest.mark.parametrize("name", sorted(read_queries()))
def test_each_question_is_an_operation_with_its_parameters(paths: dict[str, Any], name: str) -> None:
    query = read_queries()[name]
    operation = paths[f"/queries/{name}"]["get"]
    described = {p["name"]: p for p in operation["parameters"]}
    assert operation["summary"] == query.summary["en"]
    for parameter in query.parameters:
        schema = described[parameter.name]["schema"]
        assert described[parameter.name]["required"] == parameter.required
        assert schema.get("default") == parameter.default
        assert tuple(schema.get("enum", ())) == parameter.choices
        if parameter.kind == "date":
            assert schema["format"] == "date"
    assert ("page" in described) == (query.kind == "solutions")


def test_the_reference_for_people_lists_every_operation_without_a_script(server: str, paths: dict[str, Any]) -> None:
    page = httpx.get(server + "/docs", headers={"Accept": "text/html"})
    for path in paths:
        assert path in page.text or path.endswith("/citation")
    assert page.text.count("<script") == page.text.count("/static/reader-")  # what every page has
    assert 'href="/docs"' in httpx.get(server + "/", headers={"Accept": "text/html"}).text
