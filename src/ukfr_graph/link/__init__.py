"""Linking: what names alike, which records are the same, and the reconciliation service's logic."""
