"""The last one out: a tiny process that outlives a killed supervisor by a moment and kills what it left running.

It is run as a plain file by `python -I -S`, so that it costs little memory and imports nothing of ours. Its standard
input is a pipe from the supervisor: `+<group>` for a process group that now runs, `-<group>` when it ended. The end of
the input means that the supervisor is gone, however it went.
"""

import contextlib
import os
import signal
import sys


def main() -> None:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    groups: set[int] = set()
    for line in sys.stdin:
        group = int(line[1:])
        if line[0] == "+":
            groups.add(group)
        else:
            groups.discard(group)
    for group in groups:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(group, signal.SIGKILL)


if __name__ == "__main__":
    main()
