"""Evaluating where dying is allowed: worker processes, the nursery that forks them, and the pool that commands them.

::

    server (event loop) ── Pool ──┬── control socket ──> Nursery (small, single-threaded, forks and reaps)
                                  ├── Link ──> worker   a read-only snapshot, an address-space limit
                                  └── Link ──> writer   made for one write, gone after it

Nothing is imported here: the nursery must stay small, and forks with whatever it has imported.
"""
