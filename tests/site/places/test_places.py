"""The map of places: each point where its source has it, labels that cover nothing, and a list of what is drawn."""

import csv
import io
import re
import xml.etree.ElementTree as ET

import httpx
from hypothesis import given
from hypothesis import strategies as st

from ukfr_graph.site.places.map import WIDTH, Box, Spot, draw_map

SVG = "{http://www.w3.org/2000/svg}"
SPOTS = st.builds(
    Spot,
    label=st.text("abc Ée", min_size=1, max_size=40),
    latitude=st.floats(-90, 90),
    longitude=st.floats(-180, 180),
    radius=st.floats(0, 20),
)


@given(st.lists(SPOTS, min_size=1, max_size=25))
def test_spots_lie_on_the_map_and_no_label_lies_outside_or_covers_a_label_or_a_spot(spots: list[Spot]) -> None:
    drawn = draw_map(spots)
    frame = Box(0, 0, WIDTH, drawn.height)
    circles = [
        Box(s.x - s.spot.radius, s.y - s.spot.radius, s.x + s.spot.radius, s.y + s.spot.radius) for s in drawn.spots
    ]
    labels = [spot.label for spot in drawn.spots if spot.label]
    assert sorted(s.spot.label for s in drawn.spots) == sorted(spot.label for spot in spots)
    assert all(0 <= s.x <= WIDTH and 0 <= s.y <= drawn.height for s in drawn.spots)
    assert all(label.lies_in(frame) for label in labels)
    assert not any(one.overlaps(other) for at, one in enumerate(labels) for other in [*labels[at + 1 :], *circles])
    assert 0 < drawn.scale_width <= WIDTH / 3 or drawn.scale_km == 10


def test_north_is_up_east_is_right_and_a_kilometre_is_as_long_both_ways() -> None:
    spots = [Spot("a", 50, 0, 1), Spot("north", 51, 0, 1), Spot("east", 50, 1, 1)]
    at = {drawn.spot.label: drawn for drawn in draw_map(spots).spots}
    up, right = at["a"].y - at["north"].y, at["east"].x - at["a"].x
    assert up > 0
    assert 0.62 < right / up < 0.65  # the cosine of 50.5 degrees


def test_every_place_is_in_the_list_with_its_point_and_source_and_those_with_a_point_on_the_map(server: str) -> None:
    page = httpx.get(server + "/places").text
    rows = dict(re.findall(r'<tr id="place-([^"]+)">(.*?)</tr>', page, re.DOTALL))
    assert len(rows) >= 20
    drawn = re.findall(r'<g class="place">.*?<text[^>]*>([^<]+)</text>', page, re.DOTALL)
    assert set(drawn) == {"Calais", "Paris", "London", "Amiens", "Le Touquet", "Évian", "Prague"}
    assert "https://www.geonames.org/3029162" in rows["calais"]
    assert "50.95° N, 1.86° E" in rows["calais"]
    assert "no point known" in rows["shared-border"]
    named = csv.DictReader(io.StringIO(httpx.get(server + "/queries/places", params={"format": "csv"}).text))
    for row in named:
        name = row["place"].rpartition("/")[2]
        assert f'name it">{row["clauses"]}</td>' in rows[name]
    picture = ET.fromstring(httpx.get(server + "/places", params={"format": "svg", "lang": "fr"}).text)
    words = " ".join(picture.itertext())
    for wanted in ("www.geonames.org", "Natural Earth", "CC BY 4.0", "Londres", "200\u202fkm".replace("\u202f", " ")):
        assert wanted in words
    assert len(picture.findall(f".//{SVG}path[@class='coast']")) > 3


def test_what_was_made_after_the_day_is_not_counted(server: str) -> None:
    def count(day: str) -> int:
        rows = csv.DictReader(
            io.StringIO(httpx.get(server + "/places", params={"format": "csv", "at": day}).content.decode("utf-8-sig"))
        )
        return sum(int(row["Statements and treaties made there"]) for row in rows)

    assert 0 < count("2010-12-31") < count("2020-12-31")
