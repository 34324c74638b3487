"""The notebook of research questions: its cells here, its answers in ``docs/research.ipynb``.

``python tests/docs/notebook.py --write`` runs it on the bundled dataset and keeps the outputs. Read the
difference before you commit it.
"""

from __future__ import annotations

import sys
from pathlib import Path

import nbformat
from nbclient import NotebookClient

PATH = Path(__file__).resolve().parents[2] / "docs/research.ipynb"
TIMEOUT_S = 180


def run_notebook(notebook: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """Run every cell in a fresh kernel; an error in a cell is an error here."""
    NotebookClient(notebook, timeout=TIMEOUT_S, kernel_name="python3", coalesce_streams=True).execute()
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)  # times of the run, which differ each time
    notebook.metadata.pop("language_info", None)
    return notebook


def read_texts(notebook: nbformat.NotebookNode) -> list[str]:
    """Return what the cells print, in order; plots are told by their presence."""
    found = []
    for cell in notebook.cells:
        for output in cell.get("outputs", ()):
            if output.get("name") == "stderr":  # how a dataset is built, where there is none yet
                continue
            data = output.get("data", {})
            found.append("plot" if "image/png" in data else output.get("text") or data.get("text/plain", ""))
    return found


def main() -> None:
    notebook = run_notebook(nbformat.read(PATH, 4))
    if "--write" in sys.argv:
        nbformat.write(notebook, PATH)
    print("\n".join(read_texts(notebook)))  # noqa: T201


if __name__ == "__main__":
    main()
