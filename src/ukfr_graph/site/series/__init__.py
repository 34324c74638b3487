"""The series."""
