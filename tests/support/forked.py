"""The command line of a forked process: hands its streams to ``forking``, and ends as that process does."""

import json
import os
import signal
import socket
import sys

end = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
end.connect("\0" + sys.argv[1])
call = {"arguments": sys.argv[2:], "environment": dict(os.environ), "cwd": os.getcwd()}  # noqa: PTH109
socket.send_fds(end, [json.dumps(call).encode()], [0, 1, 2])
process = int(end.recv(64))
for number in (signal.SIGINT, signal.SIGTERM):
    signal.signal(number, lambda number, _: os.kill(process, number))
for stream in (0, 1, 2):
    os.close(stream)
code = int(end.recv(64))
if code < 0:  # the signal that ended it
    if -code != signal.SIGKILL:
        signal.signal(-code, signal.SIG_DFL)
    os.kill(os.getpid(), -code)
os._exit(code)
