"""The servers of the protocol's tests, for attacking them."""

from protocol.conftest import own_dataset, plain, relay, server, writable

__all__ = ["own_dataset", "plain", "relay", "server", "writable"]
