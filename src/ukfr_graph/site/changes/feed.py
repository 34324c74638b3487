"""The feed of what has changed between two versions, for a server and for files."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date

from ukfr_graph.messages import load_messages
from ukfr_graph.profile import Profile
from ukfr_graph.site.atom import Feed, FeedEntry, write_atom
from ukfr_graph.site.changes.versions import ChangedRecord


def write_feed(
    version: str,
    day: date,
    found: Sequence[ChangedRecord] | None,
    profile: Profile,
    language: str,
    addresses: Mapping[str, str],
) -> bytes:
    """Write the feed of a version: the version itself, then each record that has changed, as far as that is known.

    ``addresses`` are the whole ones of its ``page`` and ``feed``.
    """
    messages = load_messages(language)
    words = {"new": messages.gettext("new"), "changed": messages.gettext("changed"), "gone": messages.gettext("gone")}
    counts = Counter(item.kind for item in found or ())
    told = ", ".join(f"{counts[kind]} {word}" for kind, word in words.items() if counts[kind])
    if found is None:
        summary = messages.gettext("No version from before this one can be compared here.")
    else:
        summary = (
            messages.gettext("Records: %(told)s.") % {"told": told} if told else messages.gettext("No record differs.")
        )
    entries = [
        FeedEntry(
            uuid.uuid5(uuid.NAMESPACE_URL, f"{profile.namespace}version/{version}").urn,
            messages.gettext("Version %(version)s") % {"version": version},
            summary,
            day,
            addresses["page"],
        ),
        *(
            FeedEntry(
                uuid.uuid5(uuid.NAMESPACE_URL, f"{item.iri} {version}").urn,
                f"{item.name(language)} ({words[item.kind]})",
                messages.gettext("Triples: %(added)s added, %(removed)s removed.")
                % {"added": item.added, "removed": item.removed},
                day,
                item.iri,
            )
            for item in found or ()
        ),
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
