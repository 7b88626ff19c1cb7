"""Addresses of servers as settings hold them, those of IPv6 in their brackets. Pure."""


def host_and_port(place: str) -> tuple[str, int]:
    """The two parts of `host:port`, or of `[::1]:port`, whose brackets are none of the host's. Raises ValueError."""
    host, colon, port = place.strip().rpartition(":")
    bare = host.removeprefix("[").removesuffix("]")
    if not colon or not bare or not port.isdecimal():
        raise ValueError(f"{place} has no host and port")
    if ":" in bare and bare == host:
        raise ValueError(f"an address of IPv6 stands in brackets, as [{place}]:9092")
    return bare, int(port)


def shown(host: str, port: int) -> str:
    """The two as one, as they stand in an address."""
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
