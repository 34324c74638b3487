"""The terms, their alignments and shapes."""
