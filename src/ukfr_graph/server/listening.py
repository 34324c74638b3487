"""The address that the server listens on: taken before anything else is done, told when it answers."""

from __future__ import annotations

import ipaddress
import socket

from ukfr_graph.errors import SettingsError


def bind_address(host: str, port: int) -> list[socket.socket]:
    """Bind an address, each that its name has, without listening yet; port 0 takes a free one.

    Raises:
        SettingsError: it is in use, or none of this machine.
    """
    sockets: list[socket.socket] = []
    fault = "it names no address"
    try:
        found = socket.getaddrinfo(host or None, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except OSError as error:
        found, fault = [], str(error.strerror)
    for family, kind, protocol, _, address in dict.fromkeys(found):
        sock = socket.socket(family, kind, protocol)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        taken = sockets[0].getsockname()[1] if sockets else port
        try:
            sock.bind((address[0], taken, *address[2:]))
        except OSError as error:
            sock.close()
            fault = str(error.strerror)
        else:
            sockets.append(sock)
    if not sockets:
        raise SettingsError(
            "%(address)s cannot be listened on: %(fault)s. Give another --port (0 takes a free one) or --host.",
            address=write_address(host, port),
            fault=fault,
        )
    return sockets


def write_address(host: str, port: int) -> str:
    """Write where the server is found from this machine, as an address to open.

    >>> write_address("0.0.0.0", 8000), write_address("::1", 8000)
    ('http://localhost:8000/', 'http://[::1]:8000/')
    """
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return f"http://{host or 'localhost'}:{port}/"
    name = "localhost" if address.is_unspecified else f"[{host}]" if address.version == 6 else host
    return f"http://{name}:{port}/"
