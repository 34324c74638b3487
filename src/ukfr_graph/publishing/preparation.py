"""The preparation of the processes that make files, done once before they part: who imports this waits for all of it.

The process that makers are forked from imports it (https://docs.python.org/3/library/multiprocessing.html#contexts-and-start-methods).
"""

from __future__ import annotations

import gc
import signal
from importlib import import_module

signal.signal(signal.SIGINT, signal.SIG_DFL)  # Ctrl-C reaches the whole group: who waits says it all

from ukfr_graph.messages import find_languages  # noqa: E402
from ukfr_graph.query.saved_files import read_library  # noqa: E402
from ukfr_graph.site.templates import open_templates  # noqa: E402

_NEEDED_LATER = (
    "ukfr_graph.publishing.making", "ukfr_graph.analysis.network_formats", "ukfr_graph.analysis.requests",
    "graspologic_native", "markdown_it", "numpy", "pyld.jsonld", "resvg_py",
)  # fmt: skip

for name in _NEEDED_LATER:
    import_module(name)
for language in find_languages():
    templates = open_templates(language)
    for template in templates.list_templates(extensions=["html"]):
        templates.get_template(template)
read_library()
gc.collect()
gc.freeze()  # it stays shared
