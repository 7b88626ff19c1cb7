"""Ports for what a test starts itself."""

import socket


def free_port() -> int:
    """A port on which nobody listens at this moment."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port: int = taken.getsockname()[1]
        return port
