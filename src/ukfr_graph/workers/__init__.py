"""Evaluating where dying is allowed: worker processes, the fork server that starts them, and the pool over them.

::

    server (event loop) ── Pool ──┬── control socket ──> ForkServer (small, single-threaded, forks and reaps)
                                  ├── WorkerHandle ──> worker   a read-only snapshot, an address-space limit
                                  └── WorkerHandle ──> writer   made for one write, gone after it

Nothing is imported here: the fork server must stay small, and forks with whatever it has imported.
"""
