"""Limits of a process that evaluates: it opens no socket, starts no program, touches no other process.

A seccomp filter (Linux, ``seccomp(2)``) answers those system calls with ``EACCES``; what is open already, such as
the socket to the server, goes on working. It cannot be taken off again, and threads and children inherit it. Where
SERVICE is allowed, a call for a TCP socket goes to the fork server instead (``seccomp_unotify(2)``), which hands in one
that is connected to the relay: no address that the engine is told has any effect.

The kept libraries either need a C library that an installation may not have, or cannot hand in a descriptor.
"""

from __future__ import annotations

import contextlib
import ctypes
import errno
import fcntl
import os
import platform
import signal
import socket
import struct
from typing import Literal, NamedTuple

Isolation = Literal["seccomp", "none"]
"""The means that keep evaluating processes from the network: by the kernel, or by reading the text of a query alone."""

_PR_SET_PDEATHSIG, _PR_SET_NO_NEW_PRIVS = 1, 38
_SECCOMP_SET_MODE_FILTER, _SPEC_ALLOW, _NEW_LISTENER = 1, 4, 8  # speculation as without a filter: it is not slower
_ALLOW, _ERRNO, _NOTIFY, _KILL = 0x7FFF0000, 0x00050000, 0x7FC00000, 0x80000000
_LOAD, _JUMP_EQUAL, _JUMP_FROM, _RETURN = 0x20, 0x15, 0x35, 0x06  # classic BPF
_NUMBER, _ARCHITECTURE, _FIRST, _SECOND = 0, 4, 16, 24  # offsets in struct seccomp_data; arguments' lower halves
_X32 = 0x40000000  # from here on, numbers of the x32 ABI
_STREAM_TYPES = [
    socket.SOCK_STREAM | more
    for more in (0, socket.SOCK_CLOEXEC, socket.SOCK_NONBLOCK, socket.SOCK_CLOEXEC | socket.SOCK_NONBLOCK)
]
_RECEIVE, _SEND, _ADD_DESCRIPTOR = 0xC0502100, 0xC0182101, 0x40182103  # SECCOMP_IOCTL_NOTIF_…


class _Calls(NamedTuple):
    """Numbers of system calls on one architecture; ``denied`` is what has no other treatment."""

    architecture: int
    seccomp: int
    socket: int
    connect: int
    tgkill: int
    denied: tuple[int, ...]


# In order: socketpair bind listen accept accept4 · execve execveat · ptrace process_vm_readv process_vm_writev kill
# tkill · pidfd_send_signal io_uring_setup pidfd_open pidfd_getfd
_CALLS = {
    "x86_64": _Calls(
        0xC000003E, 317, 41, 42, 234, (53, 49, 50, 43, 288, 59, 322, 101, 310, 311, 62, 200, 424, 425, 434, 438)
    ),
    "aarch64": _Calls(
        0xC00000B7, 277, 198, 203, 131, (199, 200, 201, 202, 242, 221, 281, 117, 270, 271, 129, 130, 424, 425, 434, 438)
    ),
}


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_char_p))


def isolate(*, with_relay: bool = False) -> int | None:
    """Close the doors of this process, for good.

    ``with_relay`` leaves TCP sockets to who reads the descriptor that is returned then (see ``connect_to_relay``).

    Raises:
        OSError: the kernel or the machine does not have what it takes.
    """
    calls = _CALLS.get(platform.machine())
    if calls is None:
        raise OSError(errno.ENOSYS, f"no filter is known for {platform.machine()}")
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0):
        raise _last_error()
    code = _write_filter(calls, with_relay=with_relay)
    program = _Program(len(code) // 8, code)
    flags = _SPEC_ALLOW | (_NEW_LISTENER if with_relay else 0)
    done = libc.syscall(calls.seccomp, _SECCOMP_SET_MODE_FILTER, flags, ctypes.byref(program))
    if done < 0:
        raise _last_error()
    return int(done) if with_relay else None


def find_isolation(*, with_relay: bool = False) -> Isolation:
    """Try in a child whether processes can be isolated here."""
    pid = os.fork()
    if pid == 0:
        with contextlib.suppress(BaseException):  # whatever fails, the child ends and says no
            isolate(with_relay=with_relay)
            try:
                socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            except PermissionError:
                os._exit(0)
        os._exit(1)
    return "seccomp" if os.waitpid(pid, 0)[1] == 0 else "none"


def connect_to_relay(listener: int, port: int) -> None:
    """Answer one call for a socket: hand in one that is connected to ``port`` on the loopback address."""
    notice = bytearray(80)  # struct seccomp_notif
    with contextlib.suppress(OSError):  # who called may be gone
        fcntl.ioctl(listener, _RECEIVE, notice, True)
        (call,) = struct.unpack_from("Q", notice)
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=1) as end:
                end.setblocking(True)
                order = bytearray(struct.pack("QIIII", call, 0, end.fileno(), 0, os.O_CLOEXEC))
                value, error = fcntl.ioctl(listener, _ADD_DESCRIPTOR, order, True), 0
        except OSError:
            value, error = 0, -errno.ECONNREFUSED
        fcntl.ioctl(listener, _SEND, bytearray(struct.pack("QqiI", call, value, error, 0)), True)


def end_with_parent() -> None:
    """Let the kernel end this process when its parent ends."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)


def _write_filter(calls: _Calls, *, with_relay: bool) -> bytes:
    """Write the filter: tests one after the other, each of which ends in an answer or goes on."""
    refuse, succeed = _ERRNO | errno.EACCES, _ERRNO
    code = [(_LOAD, 0, 0, _ARCHITECTURE), *_answer(calls.architecture, _KILL, unless=True), (_LOAD, 0, 0, _NUMBER)]
    if calls is _CALLS["x86_64"]:
        code += [(_JUMP_FROM, 0, 1, _X32), (_RETURN, 0, 0, refuse)]
    for number in calls.denied:
        code += _answer(number, refuse)
    own = [(_LOAD, 0, 0, _FIRST), *_answer(os.getpid(), _ALLOW), (_RETURN, 0, 0, refuse)]  # abort() needs it
    code += [(_JUMP_EQUAL, 0, len(own), calls.tgkill), *own]
    if with_relay:
        stream = [(_LOAD, 0, 0, _SECOND)]
        for kind in _STREAM_TYPES:
            stream += _answer(kind, _NOTIFY)
        family = [
            (_LOAD, 0, 0, _FIRST),
            (_JUMP_EQUAL, 0, len(stream), socket.AF_INET),
            *stream,
            (_RETURN, 0, 0, refuse),
        ]
        code += [(_JUMP_EQUAL, 0, len(family), calls.socket), *family, *_answer(calls.connect, succeed)]
    else:
        code += [*_answer(calls.socket, refuse), *_answer(calls.connect, refuse)]
    code.append((_RETURN, 0, 0, _ALLOW))
    return b"".join(struct.pack("HBBI", *step) for step in code)


def _answer(value: int, action: int, *, unless: bool = False) -> list[tuple[int, int, int, int]]:
    """Answer where what was loaded is a value; with ``unless``, where it is another."""
    return [(_JUMP_EQUAL, int(unless), int(not unless), value), (_RETURN, 0, 0, action)]


def _last_error() -> OSError:
    code = ctypes.get_errno()
    return OSError(code, os.strerror(code))
