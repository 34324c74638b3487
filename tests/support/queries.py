"""Queries that tests ask a server: a cheap one, one without end, and each as nobody has asked it before."""

from __future__ import annotations

import time

import httpx

from support.servers import Server

CHEAP = "ASK { ?c a ukfr:Call }"
RUNAWAY = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"


def ask(server: Server, query: str) -> httpx.Response:
    return httpx.post(f"{server.url}/sparql", data={"query": query}, timeout=120)


def salt(query: str) -> str:
    """Return a query with the same meaning that nobody has asked before."""
    return query.replace("}", f" FILTER ({time.monotonic_ns()} > 0) }}", 1)
