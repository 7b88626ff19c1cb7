"""The address of a shop's feed: whether it is one, and how it is shown without what is secret in it. Pure."""

import re
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import SplitResult, urlsplit

from ops.public_addresses import is_private_literal, is_public

LONGEST = 2_000
HIDDEN = "•••"
SCHEMES = frozenset({"http", "https"})
SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")
# Names that no resolver of the internet knows, or that lead to this very machine.
OURS = ("localhost", "local", "internal", "intranet", "lan", "home", "corp", "localdomain", "home.arpa")
NUMERIC = re.compile(r"(0x[0-9a-f]*|[0-9]+)(\.(0x[0-9a-f]*|[0-9]+)){0,3}", re.IGNORECASE)
# A long piece of a path with letters and digits mixed is a key that somebody was given, not a word.
KEY = re.compile(r"(?=(?:[^0-9]*[0-9]){3})(?=[^A-Za-z]*[A-Za-z])[A-Za-z0-9_~=-]{16,}")


class AddressFault(StrEnum):
    """Why an address cannot be a feed's."""

    EMPTY = "empty"
    LONG = "long"
    BLANKS = "blanks"
    SCHEME = "scheme"
    HOST = "host"
    PORT = "port"
    PRIVATE = "private"


SAID = {
    AddressFault.EMPTY: "the address is empty",
    AddressFault.LONG: f"the address is longer than {LONGEST} characters",
    AddressFault.BLANKS: "the address has blanks or control characters in it",
    AddressFault.SCHEME: "the address must begin with https:// or http://",
    AddressFault.HOST: "the address names no site",
    AddressFault.PORT: "the port in the address is none",
    AddressFault.PRIVATE: "the address is not of the public internet, so nothing is fetched from it",
}


@dataclass(frozen=True, slots=True)
class WrongAddress(Exception):
    """The text is no address of a feed; `str` says why."""

    fault: AddressFault

    def __str__(self) -> str:
        return SAID[self.fault]


def checked(text: str, *, private: bool = False) -> str:
    """The address that is meant, without what stands behind `#`; a missing https:// is put before it.

    `private`: those of this machine and its network are allowed too. Where the name leads is checked only when it is
    fetched. Raises WrongAddress.
    """
    address = text.strip()
    if not address:
        raise WrongAddress(AddressFault.EMPTY)
    if len(address) > LONGEST:
        raise WrongAddress(AddressFault.LONG)
    if any(letter.isspace() or not letter.isprintable() for letter in address) or "\\" in address:
        raise WrongAddress(AddressFault.BLANKS)
    if not SCHEME.match(address):
        address = f"https://{address}"
    parts = _split(address)
    if parts.scheme not in SCHEMES:
        raise WrongAddress(AddressFault.SCHEME)
    host = _host(parts)
    if not private:
        if _is_private(host):
            raise WrongAddress(AddressFault.PRIVATE)
        if "." not in host and ":" not in host:
            # A word without a dot: somebody has written something else, or means a host of their own network.
            raise WrongAddress(AddressFault.HOST)
    return parts._replace(fragment="").geturl()


def _host(parts: SplitResult) -> str:
    """The host of an address, in small letters. Raises WrongAddress when it has none that could be one, or no port."""
    host = (parts.hostname or "").rstrip(".")
    if not host or host.startswith((".", "-")) or ".." in host:
        raise WrongAddress(AddressFault.HOST)
    try:
        if parts.port == 0:
            raise WrongAddress(AddressFault.PORT)
    except ValueError:
        raise WrongAddress(AddressFault.PORT) from None
    return host


def has_secret(address: str) -> bool:
    """Whether there is something in the address that must not be shown."""
    return HIDDEN in masked(address)


def masked(address: str) -> str:
    """The address as it may be shown and logged: without name, password, the query's values, and keys in its path."""
    try:
        parts = urlsplit(address)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return HIDDEN
    if not host:
        return HIDDEN
    shown = f"[{host}]" if ":" in host else host
    place = f"{HIDDEN}@{shown}" if "@" in parts.netloc else shown
    place += f":{port}" if port is not None else ""
    path = "/".join(_piece(piece) for piece in parts.path.split("/"))
    query = "&".join(_parameter(each) for each in parts.query.split("&")) if parts.query else ""
    return f"{parts.scheme}://{place}{path}" + (f"?{query}" if query else "")


def _split(address: str) -> SplitResult:
    try:
        return urlsplit(address)
    except ValueError:
        raise WrongAddress(AddressFault.HOST) from None


def _is_private(host: str) -> bool:
    if host in OURS or host.endswith(tuple(f".{name}" for name in OURS)):
        return True
    # 127.1, 2130706433 and 0x7f000001 are addresses to whoever resolves them, though not as one writes them.
    return is_private_literal(host) or (NUMERIC.fullmatch(host) is not None and not is_public(host))


def _piece(piece: str) -> str:
    name, dot, ending = piece.partition(".")
    return f"{HIDDEN}{dot}{ending}" if KEY.fullmatch(name) else piece


def _parameter(parameter: str) -> str:
    name, sign, value = parameter.partition("=")
    if not sign:
        return HIDDEN if name else ""
    return f"{name}={HIDDEN}" if value else f"{name}="
