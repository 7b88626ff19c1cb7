"""The attack list: every attempt is made for real, and each denial must be the one that is expected."""

import re
import shutil
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import orjson

from ops.tls import Authority
from tests.deploy import attacker
from tests.deploy.deployment import Deployment

IMAGE = "yarmarka/services:0.1.0"
# Attempt → (the network the attacker got into, the denial).
EXPECTED: dict[str, tuple[str, str]] = {
    "plaintext to Kafka": ("kafka", r"TLS alert 80, then closed"),
    "no certificate": ("kafka", r"SSLV3_ALERT_BAD_CERTIFICATE"),
    "certificate of another authority": ("kafka", r"SSLV3_ALERT_CERTIFICATE_UNKNOWN"),
    "expired certificate": ("kafka", r"SSLV3_ALERT_CERTIFICATE_UNKNOWN"),
    "the filter's certificate writes bans": ("kafka", r"TopicAuthorizationFailedError \[29\]"),
    "the bot's certificate reads products": ("kafka", r"TopicAuthorizationFailedError \[29\]"),
    "Elasticsearch without a password": ("search", r"401 security_exception: missing authentication credentials.*"),
    "a reader writes to Elasticsearch": (
        "search",
        r"403 security_exception: action \[indices:data/write/\w+\] is unauthorized for user \[bot\].*",
    ),
    "webhook without a bearer": ("watch", "401"),
}
UNREACHED = r"no answer|Connection refused|No route to host|Network is unreachable"


def attack(deployment: Deployment) -> str:
    """Every attempt and its denial, one line each."""
    # Never inside a checkout, where a commit could take real keys along.
    with tempfile.TemporaryDirectory(prefix="yarmarka-stolen-") as place:
        return _attack(deployment, _stolen(deployment, Path(place)))


def _attack(deployment: Deployment, stolen: Path) -> str:
    assert set(EXPECTED) == set(attacker.ATTEMPTS)
    lines, otherwise = [], []
    for network in ("kafka", "search", "watch"):
        attempts = [name for name, (where, _) in EXPECTED.items() if where == network]
        for attempt, denied in _attempts(deployment, f"{deployment.project}_{network}", stolen, attempts):
            lines.append(f"{attempt}: {denied}")
            if not re.fullmatch(EXPECTED[attempt][1], denied):
                otherwise.append(lines[-1])
    assert not otherwise, otherwise
    lines += _from_another_network(deployment, stolen)
    lines += _writes_to_the_root(deployment)
    return "\n".join(lines)


def _from_another_network(deployment: Deployment, stolen: Path) -> list[str]:
    """A container that is on none of our networks tries every published port, and every container's address."""
    engine, name = deployment.engine, f"{deployment.project}-elsewhere"
    engine.must("network", "create", name)
    try:
        gateway = engine.must("network", "inspect", "-f", "{{(index .IPAM.Config 0).Gateway}}", name).strip()
        places = [f"{gateway}:{port}" for port in deployment.ports.values()]
        inner = {
            "kafka": 9092,
            "elasticsearch": 9200,
            "bot": 8001,
            "grafana": 3000,
            "prometheus": 9090,
            "sandbox": 8081,
        }
        for service, port in inner.items():
            (one,) = deployment.inspected(*deployment.containers(service))
            places += [f"{net['IPAddress']}:{port}" for net in one["NetworkSettings"]["Networks"].values()]
        denials = _attempts(deployment, name, stolen, places)
        for place, denied in denials:
            assert re.fullmatch(UNREACHED, denied), (place, denied)
        counted = ", ".join(
            f"{said} ×{sum(denied == said for _, denied in denials)}" for said in sorted({d for _, d in denials})
        )
        return [f"{len(places)} addresses from another network: {counted}"]
    finally:
        engine.must("network", "rm", name)


def _writes_to_the_root(deployment: Deployment) -> list[str]:
    lines = []
    for service in deployment.must("ps", "--services").split():
        said = deployment.inside(service, "sh", "-c", "echo x > /etc/yarmarka.test")
        assert said.status != 0 and "Read-only file system" in said.err, (service, said)
        lines.append(service)
    return [f"a write to the root: Read-only file system, in {len(lines)} services"]


def _attempts(deployment: Deployment, network: str, stolen: Path, attempts: list[str]) -> list[tuple[str, str]]:
    out = deployment.engine.must(
        *("run", "--rm", "--network", network, "--user", "0", "--read-only", "-e", "PYTHONDONTWRITEBYTECODE=1"),
        *("-v", f"{stolen}:/attack:ro", IMAGE, "python", "/attack/attacker.py", *attempts),
    )
    rows = [orjson.loads(line) for line in out.splitlines()]
    assert len(rows) == len(attempts), out
    return [(row["attempt"], row["denied"]) for row in rows]


def _stolen(deployment: Deployment, place: Path) -> Path:
    """What the attacker has: real certificates of two services, one that has expired, one of another authority."""
    shutil.copy(attacker.__file__, place / "attacker.py")
    taken = place / "taken"
    (authority,) = deployment.containers("setup")
    deployment.engine.must("cp", f"{authority}:/var/lib/yarmarka", str(taken))
    for name in ("filter", "bot"):
        shutil.copy(taken / "credentials" / name / "client.pem", place / f"{name}.pem")
    shutil.copy(taken / "credentials" / "bot" / "elasticsearch.password", place / "bot.password")
    shutil.copy(taken / "credentials" / "ca.pem", place / "ca.pem")
    ours = Authority.load(taken / "authority" / "ca.key", taken / "credentials" / "ca.pem")
    long_ago = datetime.now(UTC) - timedelta(days=30)
    (place / "expired.pem").write_bytes(ours.issue("filter", now=long_ago, life=timedelta(days=1)))
    (place / "stranger.pem").write_bytes(Authority.create("Somebody else").issue("filter"))
    shutil.rmtree(taken)
    return place
