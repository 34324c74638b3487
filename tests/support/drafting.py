"""A small workspace with one text, to draft and to code."""

import hashlib
from pathlib import Path

import yaml

from ukfr_graph import iris


def copy_workspace(folder: Path, text: str) -> Path:
    """Make a workspace whose one source, ``made-up``, has a text."""
    root = folder / "workspace"
    source = root / "sources" / "made-up"
    for path in (source, root / "statements", root / "entities"):
        path.mkdir(parents=True)
    (source / "text.txt").write_bytes(text.encode())
    record = {
        "id": "expression/made-up",
        "type": "Expression",
        "file": "text.txt",
        "checksum": {"checksumValue": hashlib.sha256(text.encode()).hexdigest()},
    }
    head = {"@context": [iris.CONTEXT, {"@base": iris.ID}]}
    (source / "source.yaml").write_text(yaml.safe_dump({**head, "@graph": [record]}, sort_keys=False), "utf-8")
    return root
