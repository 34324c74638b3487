"""Call every operation of a client that openapi-python-client generated; run by the Python of ``.venv/clients``.

Arguments: the address of the server to read from, of one that may be written to, the folder with the package
``generated``, and the description. Prints JSON: the operations ``called``, those ``missing`` from the client, and what
``failed``.
"""

from __future__ import annotations

import importlib
import json
import re
import sys
import typing
from datetime import date
from enum import Enum
from pathlib import Path
from typing import Any

SERVER, PLAIN, FOLDER, DESCRIPTION = sys.argv[1:]
REQUEST = re.compile(r'"method": "(\w+)",\s+"url": "([^"]+)"')


def find_example(described: dict[str, Any]) -> Any:
    """The first value that a parameter or a body is shown with."""
    schema = described.get("schema", {})
    shown = [described["example"]] if "example" in described else []
    shown += [example["value"] for example in described.get("examples", {}).values()]
    return next(iter([*shown, *schema.get("examples", ()), *schema.get("enum", ())]), None)


def list_types(hint: Any) -> list[Any]:
    return [hint, *(found for part in typing.get_args(hint) for found in list_types(part))]


def fit(value: Any, hint: Any) -> Any:
    """Make a value one of the generated types: an enumeration, or a model."""
    for found in list_types(hint):
        if isinstance(found, type) and issubclass(found, Enum):
            return found(value)
        if found is date:
            return date.fromisoformat(value)
        if hasattr(found, "from_dict") and isinstance(value, dict):
            return found.from_dict(value)
    return value


def find_arguments(operation: dict[str, Any], hints: dict[str, Any]) -> dict[str, Any]:
    """The examples of parameters and body, by the names that the generator gave them."""
    arguments = {}
    for parameter in operation.get("parameters", ()):
        if parameter.get("required") or "example" in parameter or "examples" in parameter:
            name = re.sub("[^0-9a-z]+", "_", parameter["name"].lower()).strip("_")
            name = name if name in hints else f"{name}_"  # where Python has a meaning for it
            arguments[name] = fit(find_example(parameter), hints[name])
    bodies = operation.get("requestBody", {}).get("content", {})
    for media_type in ("application/json", "application/ld+json", "application/x-www-form-urlencoded"):
        if media_type in bodies:
            arguments["body"] = fit(find_example(bodies[media_type]), hints["body"])
            break
    return arguments


def main() -> None:
    sys.path.insert(0, FOLDER)
    client = importlib.import_module("generated.client").Client
    modules = {}
    for path in Path(FOLDER, "generated/api").rglob("*.py"):
        if found := REQUEST.search(path.read_text()):
            modules[found.groups()] = ".".join(("generated.api", path.parent.name, path.stem))
    called, missing, failed = [], [], {}
    for path, item in json.loads(Path(DESCRIPTION).read_text())["paths"].items():
        for method, operation in item.items():
            name = f"{method.upper()} {path}"
            if (method, path) not in modules:
                missing.append(name)
                continue
            module = importlib.import_module(modules[method, path])
            base = PLAIN if path in ("/sparql", "/graph-store") and method != "get" else SERVER
            try:
                arguments = find_arguments(operation, typing.get_type_hints(module.sync_detailed))
                answer = module.sync_detailed(client=client(base_url=base, timeout=60), **arguments)
                called.append(name)
                if answer.status_code >= 400:
                    failed[name] = f"{int(answer.status_code)}: {answer.content[:200].decode()}"
            except Exception as error:  # whatever the generated client makes of an answer is to be told
                failed[name] = f"{type(error).__name__}: {error}"
    print(json.dumps({"called": called, "missing": missing, "failed": failed}))  # noqa: T201


main()
