"""Ports of a stack: chosen free once, then kept, so that clients outlive a restart of a part and of the stack."""

import random
import socket
from pathlib import Path

import orjson

from ops.downloads.cache import cache_directory, locked

# Below the range from which systems take ports for outgoing connections, which would steal one while a part restarts.
RANGE = range(20_000, 32_000)
HOST = "127.0.0.1"


class Ports:
    """The ports of one stack by name (`kafka`, `kafka.controller`), kept in its `ports.json`.

    A list of all stacks' claims beside the downloads keeps two stacks that start together from the same port.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._claims = cache_directory() / "ports.json"

    def assigned(self) -> dict[str, int]:
        """What is chosen so far."""
        return _read_numbers(self._path)

    def assign(self, names: tuple[str, ...]) -> dict[str, int]:
        """A port for each name: the one it had, or a new one when it is taken by somebody else.

        Only call this while no part of the stack runs.
        """
        with locked(self._claims.with_suffix(".lock")):
            claims = {path: ports for path, ports in _read_claims(self._claims).items() if Path(path).exists()}
            others = {port for path, ports in claims.items() if path != str(self._path) for port in ports}
            chosen = self.assigned()
            for name in names:
                if name not in chosen or chosen[name] in others or not is_free(chosen[name]):
                    chosen[name] = _choose(others | set(chosen.values()))
            self._path.write_bytes(orjson.dumps(chosen, option=orjson.OPT_INDENT_2))
            claims[str(self._path)] = list(chosen.values())
            self._claims.write_bytes(orjson.dumps(claims))
        return chosen


def is_free(port: int) -> bool:
    """True when a server could listen on the port now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True


def _choose(taken: set[int]) -> int:
    while True:
        port = random.choice(RANGE)  # noqa: S311 - a port, not a secret
        if port not in taken and is_free(port):
            return port


def _read_numbers(path: Path) -> dict[str, int]:
    return {str(name): int(port) for name, port in orjson.loads(path.read_bytes()).items()} if path.exists() else {}


def _read_claims(path: Path) -> dict[str, list[int]]:
    return {str(name): list(ports) for name, ports in orjson.loads(path.read_bytes()).items()} if path.exists() else {}
