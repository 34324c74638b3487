"""An evidence-first knowledge graph of what states declare to each other.

``ukfr_graph.open()`` opens the graph (see ``ukfr_graph.library``). What it needs is imported when it is first used:
the server and the command line import this package too, and start at once.
"""

from importlib import import_module
from typing import Any

__version__ = "0.1.0"

_LIBRARY = {"open": "open_graph"} | {
    name: name for name in ("Clause", "Evidence", "Figure", "Graph", "Role", "Rows", "Triples", "open_graph")
}
__all__ = ["__version__", *_LIBRARY]


def __getattr__(name: str) -> Any:
    """Find a name of the library (PEP 562); ``__init__.pyi`` tells type checkers what there is."""
    if name not in _LIBRARY:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module("ukfr_graph.library"), _LIBRARY[name])


def __dir__() -> list[str]:
    """List the names of the library too."""
    return sorted({*globals(), *_LIBRARY})
