"""The languages that pages are offered in."""

from __future__ import annotations

from ukfr_graph.messages import find_languages
from ukfr_graph.profile import Profile


def list_languages(profile: Profile) -> tuple[str, ...]:
    """List the languages that pages are offered in: those of the dataset, else those that the software speaks.

    What the software lacks in one of the dataset's is said in English.
    """
    return profile.languages or find_languages()
