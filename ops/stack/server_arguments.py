"""What Elasticsearch's own launcher writes to the server's standard input, so that no launcher is needed.

The launcher is a second JVM that parses `elasticsearch.yml`, hands the result over and waits: 0.1 GB, two seconds of
every start, and one process more between the supervisor and the server. The format is that of
`org.elasticsearch.bootstrap.ServerArgs` in 8.19: a stream of booleans, numbers of variable length and strings. The
server ends when the stream does.
"""

from collections.abc import Mapping
from pathlib import Path

# An empty keystore: no secret of ours is among Elasticsearch's secure settings.
KEYSTORE_CLASS = "org.elasticsearch.common.settings.KeyStoreWrapper"
KEYSTORE_FORMAT = 7
TYPE_STRING = b"\x00"
NO = b"\x00"


def server_arguments(settings: Mapping[str, str], config: Path, logs: Path) -> bytes:
    """The stream for one server: its settings, the directory of its other files, and that of its logs."""
    return b"".join(
        (
            NO,  # it stays in the foreground
            NO,  # and is not quiet
            NO,  # it writes no pid file
            _string(KEYSTORE_CLASS),
            KEYSTORE_FORMAT.to_bytes(4, "big"),
            NO,  # the keystore has no password
            NO,  # no encrypted content
            _number(0),  # no entries
            NO,  # it is not closed
            _number(len(settings)),
            *(_string(name) + TYPE_STRING + _string(value) for name, value in settings.items()),
            _string(str(config)),
            _string(str(logs)),
        )
    )


def _string(text: str) -> bytes:
    # Java counts UTF-16 units; the setting names and paths that come here are within the first plane.
    return _number(len(text)) + text.encode("utf-8")


def _number(value: int) -> bytes:
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)
