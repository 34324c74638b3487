"""The dataset that comes with the package, built where it is not yet."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ukfr_graph import __version__
from ukfr_graph.resources import data_folder, ontology_folder
from ukfr_graph.settings import read_settings


def find_dataset() -> Path:
    """Return the folder of the bundled dataset: ``UKFR_DATASET`` where that is set, else one in the user's cache.

    The cache has a folder for each content of the curated files, so that an upgrade makes a new one:
    ``$XDG_CACHE_HOME/ukfr-graph/<hash>`` (https://specifications.freedesktop.org/basedir-spec/).
    """
    settings = read_settings()
    if "dataset" in settings.model_fields_set:
        return settings.dataset
    digest = hashlib.sha256(__version__.encode())
    for folder in (ontology_folder(), data_folder()):
        for path in sorted(p for p in folder.rglob("*") if p.is_file()):
            digest.update(path.relative_to(folder).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return cache / "ukfr-graph" / digest.hexdigest()[:12]


def build_dataset(root: Path, progress: Callable[[str], None]) -> tuple[dict[str, Any], Path]:
    """Build the dataset from the bundled files, and put it in force under ``root``; its manifest and its folder.

    Raises:
        DataError: the files do not conform.
        DatasetError: ``root`` cannot be written to.
    """
    from ukfr_graph.build import build_graphs, write_dataset
    from ukfr_graph.store import install_dataset, staging_folder, write_lock

    with write_lock(root), staging_folder(root) as staging:
        built = build_graphs(data_folder(), progress)
        progress("Writing")
        manifest = write_dataset(built, data_folder(), staging)
        progress("Loading the store")
        return manifest, install_dataset(staging, root)
