"""The names that guides to Kafka use: what is in each file, and that Java itself reads the trust store."""

import stat
import subprocess
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from ops.deployment.kafka_names import TRUST_STORE, export
from ops.downloads.java import java_home
from ops.downloads.report import quiet
from ops.stack import credentials
from ops.stack.directory import StackDirectory


@pytest.fixture
def exported(tmp_path: Path) -> Path:
    stack = StackDirectory.at(tmp_path / "state")
    stack.make()
    credentials.issue(stack)
    export(stack, tmp_path / "ssl")
    return tmp_path / "ssl"


def test_certificate_key_and_authority_belong_together(exported: Path) -> None:
    certificate = x509.load_pem_x509_certificate((exported / "kafka-cert").read_bytes())
    authority = x509.load_pem_x509_certificate((exported / "ca-cert").read_bytes())
    key = load_pem_private_key((exported / "kafka-key").read_bytes(), password=None)
    certificate.verify_directly_issued_by(authority)
    assert key.public_key() == certificate.public_key()
    names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert set(names.get_values_for_type(x509.DNSName)) == {"localhost", "kafka"}


def test_java_reads_the_trust_store(exported: Path) -> None:
    password = (exported / f"{TRUST_STORE}.password").read_text(encoding="ascii")
    listed = subprocess.run(
        [java_home(quiet) / "bin" / "keytool", "-list", "-keystore", exported / TRUST_STORE, "-storepass", password],
        capture_output=True,
        text=True,
        check=False,
    )
    assert listed.returncode == 0, listed.stdout
    assert "caroot" in listed.stdout and "trustedCertEntry" in listed.stdout


def test_only_the_owner_reads_them(exported: Path) -> None:
    assert {stat.S_IMODE(path.stat().st_mode) for path in exported.iterdir()} == {0o600}
