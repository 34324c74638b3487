"""The search of a site without a server: its index as a script, since from a disk a page can load nothing else."""

from __future__ import annotations

import base64
import gzip
import json
from contextlib import closing
from pathlib import Path

from ukfr_graph.query.search_export import describe_search
from ukfr_graph.service.service import Service
from ukfr_graph.store.text_index import open_index

NAME = "search-index.js"
"""The file, at the top of the site; ``site/search/search.html`` says it to its script."""


def write_search_index(service: Service) -> bytes:
    """Write the script that has the index, packed by gzip, in the variable ``ukfrSearchIndex``.

    Raises:
        DatasetError: the version has no text index.
    """
    with closing(open_index(Path(service.pool.folder))) as index:
        described = describe_search(index, list(service.library().queries.values()))
    text = json.dumps(described, ensure_ascii=False, separators=(",", ":"))
    packed = base64.b64encode(gzip.compress(text.encode(), mtime=0)).decode()
    return f'ukfrSearchIndex="{packed}";\n'.encode()
