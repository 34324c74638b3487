"""Pages as a reader asks for them, and what stands in one."""

from collections import Counter
from html.parser import HTMLParser

CLAUSE = "/doc/clause/uk-fr-2016-08-30/networks-disrupted-2016"
INSTRUMENT = "/doc/instrument/budapest-convention"
PAGE = {"Accept": "text/html"}
BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}


class Reader(HTMLParser):
    """Collects the ids, the links and the tags of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.tags: Counter[str] = Counter()
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags[tag] += 1
        for name, value in attrs:
            if name == "id":
                self.ids.append(value or "")
            elif name in ("href", "src"):
                self.links.append(value or "")
