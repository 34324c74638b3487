"""The changes since a release as files of a site: a page and a feed in each language, and RDF Patch for programs."""

from __future__ import annotations

from urllib.parse import quote

from ukfr_graph.profile import Profile
from ukfr_graph.publishing.application import show
from ukfr_graph.publishing.layout import Layout
from ukfr_graph.publishing.making import Wishes
from ukfr_graph.publishing.record import Record
from ukfr_graph.site.app import Site
from ukfr_graph.site.changes.feed import write_feed
from ukfr_graph.site.changes.page import FEED, PAGE, PATCH, group_records
from ukfr_graph.site.changes.versions import Changes
from ukfr_graph.site.templates import link_to, read_day

PATCH_FILE = "changes.rdfp"
_SAFE = "/:@!$&'()*+,;=~-._%#"


def list_change_files(layout: Layout) -> set[str]:
    """List the files that ``write_changes`` writes."""
    addresses = (PAGE, FEED, PATCH)
    return {layout.locate(address, language).file for address in addresses for language in layout.languages}


def write_changes(record: Record, site: Site, wishes: Wishes, changes: Changes, profile: Profile) -> None:
    """Write what has changed; a record is linked to where it has a page, as what is gone may have.

    Raises:
        OutputError: a file cannot be written.
    """
    day = read_day(changes.after.day)
    assert day is not None  # a manifest's date is one
    layout, found = Layout(wishes.languages), changes.list_records()
    record.write(layout.locate(PATCH, wishes.languages[0]).file, changes.write_patch())
    for language in wishes.languages:
        page, feed = (layout.locate(address, language).file for address in (PAGE, FEED))
        pages = {
            item.iri: address
            for item in found
            if (address := quote(link_to(item.iri), safe=_SAFE))
            and layout.locate(address, language).file in record.files
        }
        content = show(
            site,
            "changes/changes.html",
            PAGE,
            wishes.place(page, language, lambda _: None),
            changes=changes,
            pages=pages,
            groups=group_records(found),
        )
        record.write(page, content)
        base = wishes.find_base()
        addresses = {"page": f"{base}/{page}", "feed": f"{base}/{feed}"}
        told = write_feed(changes.after.version, day, found, profile, language, addresses)
        record.write(feed, told)
