"""Pages for frames of other sites: one clause, one chart or one network, with its credit and a link to the whole."""
