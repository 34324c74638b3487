"""Every chart can be taken along: as SVG, PNG, PDF, CSV and XLSX, by its address, as of a day, and as it was chosen."""

import csv
import io
import re
import xml.etree.ElementTree as ET
from collections.abc import Iterable, Iterator
from pathlib import PurePosixPath

import httpx
import openpyxl
import pytest
from pdfminer.high_level import extract_pages
from pdfminer.layout import LAParams, LTImage, LTTextLine
from pdfminer.pdfdocument import PDFDocument
from pdfminer.pdfparser import PDFParser
from pdfminer.utils import decode_text
from PIL import Image

SVG = "{http://www.w3.org/2000/svg}"
ROOMS = ("money", "series", "outcomes", "places", "statements/uk-fr-2016-08-30/deeds")
DRAWN = (*ROOMS, "timeline")
DAY = "2020-12-31"


def take(server: str, room: str, form: str, **given: str) -> httpx.Response:
    return httpx.get(f"{server}/{room}", params={"format": form, "at": DAY, **given}, timeout=60)


def rows_of(answer: httpx.Response) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"), newline="")))


def darkest(picture: Image.Image) -> int:
    return next(shade for shade, count in enumerate(picture.histogram()) if count)


def identifiers(page: str) -> set[str]:
    return set(re.findall(r'<(?:tr|article)[^>]* id="(?:sum|series|outcome|deed|place)-([^"]+)"', page))


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("room", ROOMS)
def test_an_svg_says_all_that_its_page_says_of_it_with_its_version_licence_and_address(
    server: str, room: str, language: str
) -> None:
    answer = take(server, room, "svg", lang=language)
    assert answer.headers["content-type"] == "image/svg+xml"
    assert "set-cookie" not in answer.headers
    picture = ET.fromstring(answer.text)
    drawn = " ".join(text.text or "" for text in picture.findall(f"{SVG}text"))
    page = httpx.get(f"{server}/{room}", params={"at": DAY, "lang": language}).text
    figure = re.search(r'<figure class="chart".*?</figure>', page, re.DOTALL)
    assert figure
    words = re.findall(r'<h2 id="finding">(.*?)</h2>|<p class="note">(.*?)</p>', figure[0], re.DOTALL)
    finding, measured, note = (re.sub("<.*?>", "", "".join(found)).replace("&#39;", "'") for found in words[:3])
    assert "".join(drawn.split()).count("".join(finding.split())) == 1
    assert "".join(measured.split()) in "".join(drawn.split())
    assert "".join(note.split()) in "".join(drawn.split())
    version = re.search(r"<code>([^<]+)</code></p>\s*</figure>", page)
    assert version
    for wanted in (version[1], "CC BY 4.0", f"https://w3id.org/ukfr/{room}?at={DAY}", "Sources"):
        assert wanted in drawn
    assert picture.findtext(f"{SVG}title")
    assert picture.findtext(f"{SVG}desc")


@pytest.mark.parametrize("room", DRAWN)
def test_nothing_of_a_picture_needs_a_colour(server: str, room: str) -> None:
    painted = re.findall(r'\b(?:fill|stroke)="([^"]+)"', take(server, room, "svg").text)
    assert set(painted) <= {"currentColor", "none", "#fff"}


@pytest.mark.parametrize(("room", "language"), [("money", "fr"), ("series", "en"), ("outcomes", "fr")])
def test_a_png_shows_the_svg_whole_with_white_margins(server: str, room: str, language: str) -> None:
    root = ET.fromstring(take(server, room, "svg", lang=language).text)
    answer = take(server, room, "png", lang=language)
    assert answer.headers["content-type"] == "image/png"
    picture = Image.open(io.BytesIO(answer.content)).convert("L")
    assert picture.size == tuple(round(2 * float(root.attrib[side])) for side in ("width", "height"))
    width, height = picture.size
    for edge in (
        (0, 0, width, 20),
        (0, height - 12, width, height),
        (0, 0, 40, height),
        (width - 40, 0, width, height),
    ):
        assert picture.crop(edge).getextrema() == (255, 255), edge
    assert darkest(picture) < 60
    title = picture.crop((40, 40, width, 130))
    assert darkest(title) < 60  # there is type for it, whatever the machine has


@pytest.mark.parametrize(("room", "language"), [(room, ("en", "fr")[at % 2]) for at, room in enumerate(DRAWN)])
def test_a_pdf_is_one_page_with_all_words_of_the_svg_as_text_within_its_edges(
    server: str, room: str, language: str
) -> None:
    root = ET.fromstring(take(server, room, "svg", lang=language).text)
    answer = take(server, room, "pdf", lang=language)
    assert answer.headers["content-type"] == "application/pdf"
    assert re.search(r'inline; filename="\w+-2020-12-31\.pdf"', answer.headers["content-disposition"])
    (page,) = extract_pages(io.BytesIO(answer.content), laparams=LAParams(all_texts=True))
    assert (page.width, page.height) == pytest.approx([0.75 * float(root.attrib[side]) for side in ("width", "height")])
    lines = list(find_lines(page))
    drawn = "".join("".join(line.get_text().split()) for line in lines)
    for text in root.iter(f"{SVG}text"):
        assert "".join((text.text or "").split()) in drawn
    for line in lines:
        assert 8 < line.x0 < line.x1 < page.width - 8, line
        assert 8 < line.y0 < line.y1 < page.height - 8, line
    assert not [part for part in page if isinstance(part, LTImage)]  # lines, and no pixels
    document = PDFDocument(PDFParser(io.BytesIO(answer.content)))
    assert decode_text(document.info[0]["Title"]) == root.findtext(f"{SVG}title")
    assert document.catalog["Lang"] == language.encode()


def find_lines(part: object) -> Iterator[LTTextLine]:
    if isinstance(part, LTTextLine):
        yield part
    elif isinstance(part, Iterable):
        for inner in part:
            yield from find_lines(inner)


@pytest.mark.parametrize("room", ROOMS)
@pytest.mark.parametrize("day", ["2016-12-31", "2020-12-31", "2026-11-01"])
def test_csv_and_xlsx_have_the_rows_of_the_page_on_that_day(server: str, room: str, day: str) -> None:
    shown = identifiers(httpx.get(f"{server}/{room}", params={"at": day}).text)
    answer = take(server, room, "csv", at=day)
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.content.startswith(b"\xef\xbb\xbf")
    names = {row["Identifier"].rpartition("/")[2] for row in rows_of(answer)}
    assert names == shown
    assert shown
    book = openpyxl.load_workbook(io.BytesIO(take(server, room, "xlsx", at=day).content))
    heading, *rows = book.worksheets[0].iter_rows(values_only=True)
    place = heading.index("Identifier")
    assert {str(row[place]).rpartition("/")[2] for row in rows} == shown
    about = {str(row[0]): str(row[1]) for row in book.worksheets[-1].iter_rows(values_only=True)}
    assert about["As of"] == day
    assert about["Permanent address"] == f"https://w3id.org/ukfr/{room}?at={day}"
    assert "CC BY 4.0" in about["Licence"]


@pytest.mark.parametrize(
    ("room", "name", "pattern"),
    [
        ("money", "status", r'<option value="([^"]*/paid)"'),
        ("series", "kind", r'<option value="([^"]*/bilateral-treaty)"'),
        ("outcomes", "verdict", r'<option value="(partly-done)"'),
        ("outcomes", "testability", r'name="testability" value="([^"]+)"'),
    ],
)
def test_what_is_chosen_on_the_page_is_what_is_taken_along(server: str, room: str, name: str, pattern: str) -> None:
    whole = httpx.get(f"{server}/{room}", params={"at": DAY}).text
    value = re.search(pattern, whole)
    assert value
    page = httpx.get(f"{server}/{room}", params={"at": DAY, name: value[1]}).text
    shown = identifiers(page)
    assert 0 < len(shown) < len(identifiers(whole))
    for form in ("svg", "csv", "xlsx"):
        link = re.search(rf'href="(/{room}\?[^"]*format={form})"', page)
        assert link
        answer = httpx.get(server + link[1].replace("&amp;", "&"), timeout=60)
        assert answer.status_code == 200
        assert f'filename="{room}-{DAY}.{form}"' in answer.headers["content-disposition"]
        if form == "csv":
            assert {PurePosixPath(row["Identifier"]).name for row in rows_of(answer)} == shown
        if form == "svg":
            assert f"Chosen: {len(shown)} of {len(identifiers(whole))}." in " ".join(
                ET.fromstring(answer.text).itertext()
            )


@pytest.mark.parametrize("room", ROOMS)
def test_the_day_that_the_reader_chose_before_holds_for_files_too(server: str, room: str) -> None:
    with httpx.Client(base_url=server) as reader:
        reader.get(f"/{room}", params={"at": "2016-12-31"})
        kept = reader.get(f"/{room}", params={"format": "csv"})
    assert rows_of(kept) == rows_of(take(server, room, "csv", at="2016-12-31"))


@pytest.mark.parametrize("room", ROOMS)
def test_another_form_is_refused_with_those_that_there_are(server: str, room: str) -> None:
    answer = take(server, room, "gif")
    assert answer.status_code == 406
    assert all(
        name in answer.text for name in ("image/svg+xml", "image/png", "application/pdf", "text/csv", "spreadsheetml")
    )


@pytest.mark.parametrize("accept", ["*/*", "text/html", "image/png", "application/json"])
def test_without_a_form_in_the_address_the_page_is_given(server: str, accept: str) -> None:
    answer = httpx.get(f"{server}/money", headers={"Accept": accept})
    assert answer.headers["content-type"].startswith("text/html")
