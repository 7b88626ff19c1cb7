"""The authority and what it signs, checked with Python's own TLS between two in-memory ends."""

import ssl
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from hypothesis import given
from hypothesis import strategies as st

from ops.errors import StartupError
from ops.private_files import write_private
from ops.tls import Authority, read_certificate, split_pem

NOW = datetime(2030, 1, 1, tzinfo=UTC)
OURS = Authority.create("ours")


def test_a_leaf_is_key_then_certificate_as_kafka_wants_it() -> None:
    key, certificates = split_pem(OURS.issue("feed"))
    assert key.startswith(b"-----BEGIN PRIVATE KEY-----")
    private = serialization.load_pem_private_key(key, password=None)
    assert private.public_key() == x509.load_pem_x509_certificate(certificates).public_key()


@pytest.mark.parametrize(("server", "purposes"), [(True, 2), (False, 1)])
def test_a_leaf_says_who_and_what_for(server: bool, purposes: int) -> None:
    leaf = x509.load_pem_x509_certificate(split_pem(OURS.issue("bot", server=server))[1])
    assert [part.value for part in leaf.subject.get_attributes_for_oid(NameOID.COMMON_NAME)] == ["bot"]
    usage = leaf.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    assert len(list(usage)) == purposes
    assert (ExtendedKeyUsageOID.SERVER_AUTH in list(usage)) is server
    names = leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert names.get_values_for_type(x509.DNSName) == ["localhost"]
    assert [str(address) for address in names.get_values_for_type(x509.IPAddress)] == ["127.0.0.1"]
    assert not leaf.extensions.get_extension_for_class(x509.BasicConstraints).value.ca


@given(days=st.integers(min_value=1, max_value=20_000))
def test_a_leaf_never_outlives_its_authority(days: int) -> None:
    leaf = x509.load_pem_x509_certificate(split_pem(OURS.issue("bot", life=timedelta(days=days)))[1])
    assert leaf.not_valid_after_utc <= OURS.certificate.not_valid_after_utc


def test_a_leaf_is_valid_from_a_little_before_now() -> None:
    old = Authority.create("old", now=NOW)
    leaf = x509.load_pem_x509_certificate(split_pem(old.issue("bot", now=NOW))[1])
    assert leaf.not_valid_before_utc < NOW < leaf.not_valid_after_utc == NOW + timedelta(days=365)


def test_an_authority_knows_what_it_signed() -> None:
    other = Authority.create("ours")
    leaf = x509.load_pem_x509_certificate(split_pem(OURS.issue("bot"))[1])
    assert OURS.signed(leaf)
    assert not other.signed(leaf)


def test_an_authority_survives_its_files_and_nobody_else_reads_them(tmp_path: Path) -> None:
    key, certificate = tmp_path / "private" / "ca.key", tmp_path / "ca.pem"
    OURS.save(key, certificate)
    assert Authority.load(key, certificate).pem() == OURS.pem()
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert stat.S_IMODE(key.parent.stat().st_mode) == 0o700


def test_a_key_of_another_authority_is_noticed(tmp_path: Path) -> None:
    OURS.save(tmp_path / "ca.key", tmp_path / "ca.pem")
    write_private(tmp_path / "ca.pem", Authority.create("other").pem())
    with pytest.raises(StartupError, match=r"ca\.key is not the key of .*ca\.pem"):
        Authority.load(tmp_path / "ca.key", tmp_path / "ca.pem")


@pytest.mark.parametrize("content", [None, b"", b"garbage", b"-----BEGIN CERTIFICATE-----\nAA==\n"])
def test_a_damaged_file_is_one_sentence_with_its_name(content: bytes | None, tmp_path: Path) -> None:
    path = tmp_path / "client.pem"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(StartupError, match=r"client\.pem holds no readable certificate"):
        read_certificate(path)


def test_mutual_tls_works_between_two_of_ours(tmp_path: Path) -> None:
    assert handshake(tmp_path, OURS.issue("bot")) == "bot"


def test_a_stranger_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ssl.SSLCertVerificationError):
        handshake(tmp_path, Authority.create("other").issue("bot"))


def test_an_expired_leaf_is_refused(tmp_path: Path) -> None:
    past = datetime.now(UTC) - timedelta(days=2)
    with pytest.raises(ssl.SSLCertVerificationError, match="expired"):
        handshake(tmp_path, OURS.issue("bot", now=past, life=timedelta(days=1)))


def test_a_client_leaf_is_no_server(tmp_path: Path) -> None:
    with pytest.raises(ssl.SSLCertVerificationError, match="purpose"):
        handshake(tmp_path, OURS.issue("bot"), server_leaf=OURS.issue("feed"))


def handshake(home: Path, client_leaf: bytes, server_leaf: bytes | None = None) -> str:
    """A handshake without a network; the name that the server learns of its client."""
    contexts = []
    for name, leaf, purpose in (
        ("client", client_leaf, ssl.Purpose.SERVER_AUTH),
        ("server", server_leaf or OURS.issue("broker", server=True), ssl.Purpose.CLIENT_AUTH),
    ):
        write_private(home / name, leaf)
        context = ssl.create_default_context(purpose, cadata=OURS.pem().decode())
        context.load_cert_chain(home / name)
        context.verify_mode = ssl.CERT_REQUIRED
        contexts.append(context)
    to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
    client = contexts[0].wrap_bio(to_client, to_server, server_hostname="localhost")
    server = contexts[1].wrap_bio(to_server, to_client, server_side=True)
    ends, finished = [client, server], set[int]()
    while len(finished) < len(ends):
        for index, end in enumerate(ends):
            try:
                end.do_handshake()
            except ssl.SSLWantReadError:
                continue
            finished.add(index)
    certificate = server.getpeercert()
    assert certificate is not None
    return str(dict(part[0] for part in certificate["subject"])["commonName"])  # type: ignore[misc]
