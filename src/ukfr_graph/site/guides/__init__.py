"""The guides that come with the software, as pages."""
