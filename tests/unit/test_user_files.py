"""The file of a graph is the same whatever it was made from."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ukfr_graph.store import user_files

MINE = ox.NamedNode("https://example.org/mine")


@settings(max_examples=40, deadline=None)
@given(st.lists(st.lists(st.integers(0, 30)), max_size=3), st.integers(1, 7))
def test_the_file_of_a_graph_has_each_line_once_and_in_order_however_few_fit_into_memory(
    parts: list[list[int]], together: int
) -> None:
    def write(numbers: list[int]) -> Iterator[bytes]:
        node = ox.NamedNode("https://a/1")
        return user_files.write_lines((ox.Triple(node, node, ox.Literal(n)) for n in numbers), MINE)

    with pytest.MonkeyPatch.context() as patch, TemporaryDirectory() as folder, ExitStack() as stack:
        patch.setattr(user_files, "_SORTED_LINES", together)
        lines = user_files.merge_lines(*(user_files.sort_lines(write(part), Path(folder), stack) for part in parts))
        count = user_files.write_file(Path(folder), MINE, lines)
        numbers = {n for part in parts for n in part}
        file = user_files.find_file(Path(folder), MINE)
        assert count == len(numbers)
        assert (file.read_bytes() if file else b"") == b"".join(sorted(write(list(numbers))))
