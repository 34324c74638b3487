"""The figure of who is asked to do what: all that the saved question answers is drawn, tabled and within the picture."""

import csv
import io
import re
import xml.etree.ElementTree as ET
from itertools import pairwise

import httpx
import pytest

from ukfr_graph.service.names import Named
from ukfr_graph.site.deeds.drawing import WIDTH, Deed, draw

PAGE = "/statements/uk-fr-2016-08-30/deeds"
SVG = "{http://www.w3.org/2000/svg}"


def test_every_promise_and_call_of_the_question_is_drawn_once_and_is_a_row_of_the_table(server: str) -> None:
    answer = httpx.get(server + "/queries/who-is-asked-what", params={"format": "csv"}).text
    rows = list(csv.DictReader(io.StringIO(answer)))
    wanted = {row["order"] for row in rows}
    assert len(wanted) == 33
    picture = ET.fromstring(httpx.get(server + PAGE, params={"format": "svg"}).text)
    drawn = [" ".join(text.itertext()) for text in picture.iter(f"{SVG}text")]
    assert sorted(found[1] for text in drawn if (found := re.match(r"(\d+)\. ", text))) == sorted(wanted)
    page = httpx.get(server + PAGE).text
    assert len(re.findall(r'<tr id="deed-', page)) == len(wanted)
    row = re.search(r'<tr id="deed-pnr-implementation">.*?</tr>', page, re.DOTALL)
    assert row
    assert "asked: Member states of the European Union" in row[0]
    assert "#clause-pnr-implementation" in row[0]
    assert "4 calls name nobody who is to act" in page


def test_a_call_alone_can_be_chosen_and_an_unknown_kind_is_told(server: str) -> None:
    page = httpx.get(server + PAGE, params={"kind": "ukfr:Call"}).text
    assert len(re.findall(r'<tr id="deed-', page)) == 7
    assert "Chosen: 7 of 33." in page
    assert httpx.get(server + PAGE, params={"kind": "ukfr:Nothing"}).status_code == 404
    assert httpx.get(server + "/statements/none/deeds").status_code == 404


@pytest.mark.parametrize("count", [0, 1, 60])
@pytest.mark.parametrize(
    "name", ["x", "A name of many words that needs more than one line of the column " * 4, "n" * 300]
)
def test_nothing_drawn_lies_outside_the_picture_or_on_another_text(count: int, name: str) -> None:
    call, pledge = Named("urn:Call", "call"), Named("urn:Pledge", "pledge")
    deeds = [
        Deed(
            Named(f"urn:{at}", name), at, call if at % 3 else pledge, [Named("urn:h", name)] if at % 5 else [],
            [("target", Named(f"urn:{at % 7}", f"{name}{at % 7}"))] if at % 2 else [],
        )
        for at in range(count)
    ]  # fmt: skip
    drawing = draw(deeds, "en")
    assert sorted(row.deed.order for row in drawing.rows) == list(range(count))
    for blocks in (drawing.actors, drawing.others):
        for one, after in pairwise(blocks):
            assert one.bottom <= after.top
        assert all(0 < block.top < block.bottom <= drawing.height for block in blocks)
        assert all(block.bottom - block.top + 4 >= len(block.lines) * 15 for block in blocks)
    middles = [row.y for row in drawing.rows]
    assert middles == sorted(middles)
    assert all(0 < lead.end < drawing.height and lead.start < WIDTH for lead in drawing.leads)
