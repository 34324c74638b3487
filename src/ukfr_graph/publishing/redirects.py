"""Redirections of permanent addresses to a site of files: for w3id.org, which runs Apache, and for Netlify."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from ukfr_graph import iris
from ukfr_graph.site.negotiation import GRAPH_VARIANTS

_EVERY_TYPE = ("text/html", *(name for variant in GRAPH_VARIANTS for name in variant.media_types))
_THING = r"id/(.+)"
_NAMED = r"(vocab(?:/.+)?|links/.+|ontology(?:/alignments/.+)?|shapes)"


def list_rooms(site: Path) -> list[str]:
    """List the pages at the top of a site of files, by the first part of their permanent addresses."""
    return sorted({path.stem for path in site.glob("*.html")} - {"404", "index"})


def write_w3id(base_url: str, forms: Sequence[str], rooms: Sequence[str], namespace: str = iris.BASE) -> str:
    """Write the rules of a folder of https://github.com/perma-id/w3id.org: data by ``Accept``, else the page.

    ``rooms`` are the pages at the top of the site (see ``list_rooms``): they and what is below them have permanent
    addresses as well. ``namespace`` is that of the dataset, which the folder is for.

    A version of the ontology leads to the ontology, a shape to its place among the shapes, an answer to its question.
    Who accepts a form that the site does not have is led to the first of its ``forms``: there is no better answer
    (RFC 9110, section 12.4.1, lets a server send what was not asked for).
    """
    lines = [
        f"# {namespace} is published at {base_url}/ (ukfr-graph publish --static).",
        "RewriteEngine On",
        "Options -MultiViews",
    ]
    for variant in GRAPH_VARIANTS:
        lines += _write_rules(base_url, variant.name if variant.name in forms else forms[0], variant.media_types)
    lines += [
        rf"RewriteRule ^{_THING}$ {base_url}/doc/$1.html [R=303,L]",
        rf"RewriteRule ^ontology/[0-9][^/]*$ {base_url}/ontology.html [R=303,L]",
        rf"RewriteRule ^shapes/([A-Za-z]+)$ {base_url}/shapes.html#$1 [R=303,L,NE]",
        rf"RewriteRule ^{_NAMED}$ {base_url}/$1.html [R=303,L]",
        rf"RewriteRule ^queries/([a-z0-9-]+)$ {base_url}/queries/$1.html [R=303,L]",
        rf"RewriteRule ^graph/(.+)$ {base_url}/export/rdf/graphs/$1.ttl.gz [R=303,L]",
        rf"RewriteRule ^\.well-known/void$ {base_url}/.well-known/void.ttl [R=303,L]",
        rf"RewriteRule ^(catalog|\.well-known/sparql-examples)$ {base_url}/$1.ttl [R=303,L]",
        rf"RewriteRule ^context\.jsonld$ {base_url}/context.jsonld [R=302,L]",
        rf"RewriteRule ^(statements/[^/]+/records)/([^/]+)$ {base_url}/$1.html#record-$2 [R=302,L,NE]",
        rf"RewriteRule ^((?:{'|'.join(rooms)})(?:/[A-Za-z0-9._-]+)*)$ {base_url}/$1.html [R=302,L]",
        rf"RewriteRule ^$ {base_url}/index.html [R=302,L]",
    ]
    return "\n".join(lines) + "\n"


def _write_rules(base_url: str, suffix: str, media_types: Sequence[str]) -> list[str]:
    """Write the rules for one form: it is given where it is the first of ours that ``Accept`` names."""
    condition = rf"RewriteCond %{{HTTP_ACCEPT}} ^(?:(?!{_escape(_EVERY_TYPE)}).)*(?:{_escape(media_types)})"
    return [
        condition, rf"RewriteRule ^{_THING}$ {base_url}/doc/$1.{suffix} [R=303,L]",
        condition, rf"RewriteRule ^ontology/[0-9][^/]*$ {base_url}/ontology.{suffix} [R=303,L]",
        condition, rf"RewriteRule ^{_NAMED}$ {base_url}/$1.{suffix} [R=303,L]",
    ]  # fmt: skip


def _escape(media_types: Iterable[str]) -> str:
    return "|".join(name.replace("+", r"\+").replace(".", r"\.") for name in media_types)


def write_netlify() -> str:
    """Write ``_redirects`` (https://docs.netlify.com/routing/redirects), which other hosts read too."""
    return "/id/*  /doc/:splat.html  303\n/ontology/ukfr  /ontology.html  303\n"
