"""What Elasticsearch reads from its standard input in place of its launcher."""

from pathlib import Path

from ops.stack.server_arguments import server_arguments


def test_the_arguments_of_a_server_are_the_bytes_that_its_launcher_would_send() -> None:
    stream = server_arguments({"node.name": "é" * 100}, Path("/c"), Path("/l"))
    begin = b"\0\0\0\x31org.elasticsearch.common.settings.KeyStoreWrapper\0\0\0\x07\0\0\0\0"
    assert stream == begin + b"\x01\x09node.name\0\x64" + "é".encode() * 100 + b"\x02/c\x02/l"
    assert b"\x80\x02" + b"x" * 256 in server_arguments({"a": "x" * 256}, Path("/c"), Path("/l"))
