"""The canonical form of Turtle and YAML, so that diffs show changes and nothing else, and what is written from others.

``python tests/formatting.py --check`` lists the files that are not in it; ``--write`` puts them into it.
"""

from __future__ import annotations

import io
import re
import sys
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

from rdflib import Graph
from ruamel.yaml import YAML

from context import write_context
from record_schema import write_keys, write_schema
from ukfr_graph.build.shortening import WIDTH as SHORT_WIDTH
from ukfr_graph.settings import Settings

ROOT = Path(__file__).resolve().parent.parent
WIDTH = 110


def canonical_turtle(text: str) -> str:
    """One predicate and object a line, subjects and objects in order, blank nodes named canonically."""
    graph = Graph().parse(data=text, format="turtle")
    return str(graph.serialize(format="longturtle", canon=True))


def canonical_yaml(text: str) -> str:
    """Two spaces for mappings, lists indented below their key, long texts folded but in the short forms."""
    yaml = YAML(typ="rt")
    yaml.width = SHORT_WIDTH if re.search("^defaults:", text, re.MULTILINE) else WIDTH
    yaml.indent(mapping=2, sequence=4, offset=2)
    out = io.StringIO()
    yaml.dump(yaml.load(text), out)
    return out.getvalue()


def write_settings(text: str) -> str:
    """Put the settings as the code has them into the table of their documentation."""
    rows = "".join(
        f"| `UKFR_{name.upper()}` | `{field.default}` | {field.description} |\n"
        for name, field in Settings.model_fields.items()
    )
    return re.sub(r"(?:^\| `UKFR_.*\n)+", lambda _: rows, text, count=1, flags=re.MULTILINE)


def write_derived(root: Path) -> Iterator[tuple[Path, str]]:
    """Yield each file that is written from others, with its text; the schema and the keys are made from the context."""
    settings, keys = root / "docs/settings.md", root / "docs/keys.md"
    yield settings, write_settings(settings.read_text("utf-8"))
    yield root / "ontology/context.jsonld", write_context(root / "ontology")
    yield root / "ontology/records.schema.json", write_schema(root / "ontology")
    yield keys, write_keys(keys.read_text("utf-8"), root / "ontology")


def write_canonical(root: Path) -> Iterator[tuple[Path, str]]:
    """Yield each file of the ontology and of the data, with its text in canonical form."""
    for folder, pattern, form in (("ontology", "*.ttl", canonical_turtle), ("data", "*.yaml", canonical_yaml)):
        for path in sorted((root / folder).rglob(pattern)):
            yield path, form(path.read_text("utf-8"))


def find_unformatted(root: Path = ROOT) -> Iterator[tuple[Path, str]]:
    """Yield each file that is not as it should be, with the text that it should have.

    What is written to one before the next is asked for counts for the next.
    """
    for path, text in chain(write_derived(root), write_canonical(root)):
        if not path.exists() or path.read_text("utf-8") != text:
            yield path, text


def main() -> int:
    """Check or write; 1 where a check finds something."""
    is_wrong = False
    for path, text in find_unformatted():
        is_wrong = True
        print(f"{path.relative_to(ROOT)} is not in canonical form")  # noqa: T201
        if "--write" in sys.argv:
            path.write_text(text, "utf-8")
    if is_wrong and "--check" in sys.argv:
        print("repair with: make format")  # noqa: T201
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
