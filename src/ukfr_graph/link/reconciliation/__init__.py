"""Reconciliation: which entities of the graph are meant by what someone else wrote (Reconciliation Service API)."""
