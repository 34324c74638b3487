"""Asking a reconciliation service, in both versions; every answer is held against the specification's schema."""

from __future__ import annotations

import json
from typing import Any

import httpx

from support.schemas import check

BUDAPEST = "id/instrument/budapest-convention"
OLD, NEW = "0.2", "1.0-draft"
CLIENT = httpx.Client(timeout=60)  # the first question of a server makes its catalogue


def ask(server: str, batch: Any, **headers: str) -> Any:
    answer = CLIENT.post(server + "/reconcile", data={"queries": json.dumps(batch)}, headers=headers)
    assert answer.status_code == 200, answer.text
    check(answer.json(), OLD, "reconciliation-result-batch")
    return answer.json()


def best(server: str, **query: Any) -> dict[str, Any]:
    """The first candidate of one query, in few words."""
    (found,) = ask(server, {"q": query}).values()
    return found["result"][0] if found["result"] else {}


def post_json(address: str, content: Any) -> httpx.Response:
    """Post JSON, halves of surrogate pairs included."""
    return CLIENT.post(address, content=json.dumps(content), headers={"Content-Type": "application/json"})


def match(server: str, *queries: Any) -> list[Any]:
    answer = post_json(server + "/reconcile/1.0/match", {"queries": queries})
    assert answer.status_code == 200, answer.text
    check(answer.json(), NEW, "reconciliation-result-batch")
    results: list[Any] = answer.json()["results"]
    return results
