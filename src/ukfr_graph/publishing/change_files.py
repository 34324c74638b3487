"""The changes since a release as files of a site: a page and a feed in each language, and RDF Patch for programs."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from urllib.parse import quote

from ukfr_graph.messages import load_messages
from ukfr_graph.profile import Profile
from ukfr_graph.publishing.application import show
from ukfr_graph.publishing.changes import ChangedRecord, Changes
from ukfr_graph.publishing.layout import Layout
from ukfr_graph.publishing.making import Wishes
from ukfr_graph.publishing.record import Record
from ukfr_graph.site.app import Site
from ukfr_graph.site.atom import Feed, FeedEntry, write_atom
from ukfr_graph.site.rendering import link_to, read_day

PAGE, FEED, PATCH = "/changes", "/changes.atom", "/changes.rdfp"
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
            "changes.html",
            PAGE,
            wishes.place(page, language, lambda _: None),
            changes=changes,
            pages=pages,
            groups={kind: [item for item in found if item.kind == kind] for kind in ("new", "changed", "gone")},
        )
        record.write(page, content)
        base = wishes.find_base()
        told = _write_feed(changes, found, profile, language, {"page": f"{base}/{page}", "feed": f"{base}/{feed}"})
        record.write(feed, told)


def _write_feed(
    changes: Changes, found: list[ChangedRecord], profile: Profile, language: str, addresses: Mapping[str, str]
) -> bytes:
    messages = load_messages(language)
    day = read_day(changes.after.day)
    assert day is not None  # a manifest's date is one
    words = {"new": messages.gettext("new"), "changed": messages.gettext("changed"), "gone": messages.gettext("gone")}
    entries = [
        FeedEntry(
            uuid.uuid5(uuid.NAMESPACE_URL, f"{item.iri} {changes.after.version}").urn,
            f"{item.name(language)} ({words[item.kind]})",
            messages.gettext("Triples: %(added)s added, %(removed)s removed.")
            % {"added": item.added, "removed": item.removed},
            day,
            item.iri,
        )
        for item in found
    ]
    return write_atom(
        Feed(
            uuid.uuid5(uuid.NAMESPACE_URL, f"{profile.namespace}changes {language}").urn,
            messages.gettext("Changes: %(dataset)s") % {"dataset": profile.say(profile.title, language)},
            profile.creator,
            language,
            day,
            addresses["feed"],
            addresses["page"],
            profile.license_name,
            entries,
        )
    )
