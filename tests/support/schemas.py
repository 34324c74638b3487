"""The JSON schemas of the Reconciliation Service API, as its community group publishes them."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft7Validator
from referencing import Registry
from referencing.jsonschema import DRAFT7

FOLDER = Path(__file__).parents[1] / "site" / "reconcile" / "schemas"
SWAGGER = "http://swagger.io/v2/schema.json"


@cache
def validator(version: str, name: str) -> Draft7Validator:
    contents = [_read(path) for path in sorted((FOLDER / version).glob("*.json"))]
    swagger: dict[str, Any] = {"definitions": {"securityDefinitions": {"additionalProperties": {}}}}
    resources = [(content["$id"], DRAFT7.create_resource(content)) for content in contents]
    registry: Registry[Any] = Registry().with_resources([*resources, (SWAGGER, DRAFT7.create_resource(swagger))])
    return Draft7Validator(_read(FOLDER / version / f"{name}.json"), registry=registry)


def check(content: Any, version: str, name: str) -> None:
    """Fail where an answer is not of the schema's form."""
    faults = [
        f"{'/'.join(map(str, e.absolute_path))}: {e.message}" for e in validator(version, name).iter_errors(content)
    ]
    assert not faults, faults[:5]


def is_valid(content: Any, version: str, name: str) -> bool:
    return bool(validator(version, name).is_valid(content))


def _read(path: Path) -> Any:
    content = json.loads(path.read_text("utf-8"))
    content["$schema"] = "http://json-schema.org/draft-07/schema#"  # "http://json-schema.org/schema#" is the latest
    return content
