"""Certificates, passwords and keys of one stack: made when missing, renewed on demand, never shown."""

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import bcrypt

from ops.private_files import write_private
from ops.sandbox.bot_token import made_token
from ops.stack.directory import StackDirectory
from ops.stack.identities import IDENTITIES, SANDBOX_TOKEN, Identity
from ops.tls import Authority, read_certificate

# The passwords have 256 bits of their own; the hash needs no more rounds than the format asks for.
BCRYPT_ROUNDS = 6
# Certificates are renewed by themselves when a stack starts with less than this left.
RENEW_BEFORE = timedelta(days=30)


@dataclass(frozen=True)
class Expiry:
    """When one certificate ends."""

    identity: str
    path: Path
    ends: datetime

    def left(self, now: datetime) -> timedelta:
        return self.ends - now


def issue(directory: StackDirectory, *, renew: bool = False, now: datetime | None = None) -> tuple[str, ...]:
    """Make what is missing, renew certificates that end soon (all of them with `renew`); names of what was issued.

    The authority stays, so what was issued before is still accepted until it ends.
    """
    moment = now or datetime.now(UTC)
    authority = _authority(directory)
    issued: list[str] = []
    for one in IDENTITIES:
        home = directory.credentials / one.name
        leaf = home / "client.pem"
        if renew or _needs_leaf(leaf, authority, moment):
            write_private(leaf, authority.issue(one.name, names=one.names, server=one.server, now=moment))
            issued.append(one.name)
        _issue_secrets(home, one)
    return tuple(issued)


def expiries(directory: StackDirectory) -> tuple[Expiry, ...]:
    """The end of every certificate, the authority's first. Raises StartupError when one cannot be read."""
    paths = [("authority", directory.authority_certificate)]
    paths += [(one.name, directory.credentials / one.name / "client.pem") for one in IDENTITIES]
    return tuple(Expiry(name, path, read_certificate(path).not_valid_after_utc) for name, path in paths)


def password_hash(credentials: Path, name: str) -> str:
    """The bcrypt hash of an identity's Elasticsearch password, as the server's file realm wants it."""
    return (credentials / name / "elasticsearch.bcrypt").read_text(encoding="ascii")


def sandbox_token(credentials: Path) -> str:
    """The token by which the sandbox of this stack knows its bot, and nobody else's."""
    return (credentials / "bot" / SANDBOX_TOKEN).read_text(encoding="ascii")


def _authority(directory: StackDirectory) -> Authority:
    if directory.authority_key.exists() and directory.authority_certificate.exists():
        return Authority.load(directory.authority_key, directory.authority_certificate)
    authority = Authority.create(f"Yarmarka {secrets.token_hex(4)}")
    authority.save(directory.authority_key, directory.authority_certificate)
    return authority


def _needs_leaf(leaf: Path, authority: Authority, now: datetime) -> bool:
    if not leaf.exists():
        return True
    certificate = read_certificate(leaf)
    return certificate.not_valid_after_utc - now < RENEW_BEFORE or not authority.signed(certificate)


def _issue_secrets(home: Path, one: Identity) -> None:
    if one.uses_elasticsearch and not (home / "elasticsearch.bcrypt").exists():
        password = secrets.token_urlsafe(32).encode("ascii")
        write_private(home / "elasticsearch.password", password)
        write_private(home / "elasticsearch.bcrypt", bcrypt.hashpw(password, bcrypt.gensalt(BCRYPT_ROUNDS, b"2a")))
    for name in one.secrets:
        if not (home / name).exists():
            write_private(home / name, _secret(name).encode("ascii"))


def _secret(name: str) -> str:
    return made_token() if name == SANDBOX_TOKEN else secrets.token_hex(32)
