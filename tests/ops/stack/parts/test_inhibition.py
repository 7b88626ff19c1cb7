"""What is only a consequence makes no card of its own: asked of a real Alertmanager with our configuration."""

import json
import socket
import subprocess
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from ops.downloads.debian import ALERTMANAGER, ASSETS
from ops.downloads.report import quiet
from ops.stack.parts.monitoring import alertmanager_config

pytestmark = pytest.mark.system
Labels = dict[str, str]

KAFKA_DOWN = {"alertname": "ServiceDown", "service": "kafka", "severity": "critical"}
SEARCH_DOWN = {"alertname": "ElasticsearchDown", "service": "exporter", "severity": "critical"}
INDEXER_DOWN = {"alertname": "ServiceDown", "service": "indexer", "severity": "critical"}


def warning(name: str, service: str = "") -> Labels:
    return {"alertname": name, "severity": "warning", **({"service": service} if service else {})}


CASES: list[tuple[Labels, Labels, bool]] = [
    (KAFKA_DOWN, warning("ConsumerLagGrowing", "filter"), True),
    (KAFKA_DOWN, warning("NoCommit", "indexer"), True),
    (KAFKA_DOWN, warning("RequestSpoolFilling"), True),
    (KAFKA_DOWN, warning("KafkaUnderReplicated"), True),
    (KAFKA_DOWN, INDEXER_DOWN, False),
    (KAFKA_DOWN, SEARCH_DOWN, False),
    (KAFKA_DOWN, warning("TelegramErrors"), False),
    (SEARCH_DOWN, warning("SearchErrors"), True),
    (SEARCH_DOWN, warning("IndexingDelay"), True),
    (SEARCH_DOWN, warning("NoCommit", "indexer"), True),
    (SEARCH_DOWN, warning("NoCommit", "filter"), False),
    (INDEXER_DOWN, warning("NoCommit", "indexer"), True),
    (INDEXER_DOWN, warning("NoCommit", "requests"), False),
    (INDEXER_DOWN, warning("CertificateExpiring"), False),
]


@pytest.fixture(scope="module")
def alertmanager() -> Iterator[str]:
    """The address of an Alertmanager that nobody hears."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with tempfile.TemporaryDirectory(prefix="yarmarka-inhibition-") as directory:
        home = Path(directory)
        command, assets = ALERTMANAGER.fetch(quiet), ALERTMANAGER.assets()
        if assets is not None:
            (home / ASSETS).symlink_to(assets)
        (home / "token").write_text("x", encoding="ascii")
        text = alertmanager_config("http://127.0.0.1:9/alerts", home / "token")
        (home / "alertmanager.yml").write_text(text, encoding="utf-8")
        flags = [f"--config.file={home / 'alertmanager.yml'}", f"--storage.path={home / 'data'}"]
        flags += [f"--web.listen-address=127.0.0.1:{port}", "--cluster.listen-address="]
        process = subprocess.Popen([str(command), *flags], cwd=home, stderr=subprocess.DEVNULL)
        try:
            yield f"http://127.0.0.1:{port}/api/v2/alerts"
        finally:
            process.terminate()
            process.wait()


@pytest.mark.parametrize(("cause", "consequence", "quiet_then"), CASES)
def test_a_consequence_is_quiet_while_its_cause_is_on_a_card(
    alertmanager: str, cause: Labels, consequence: Labels, quiet_then: bool
) -> None:
    case = f"{CASES.index((cause, consequence, quiet_then))}"
    deadline = time.monotonic() + 60
    while True:
        try:
            # Each case has a label of its own and ends the alerts of those before it.
            before = [one["labels"] for one in ask(alertmanager) if one["labels"].get("case") != case]
            send(alertmanager, [{"labels": labels, "endsAt": "2020-01-01T00:00:00Z"} for labels in before])
            send(alertmanager, [{"labels": cause | {"case": case}}, {"labels": consequence | {"case": case}}])
            states = {
                one["labels"]["alertname"] + one["labels"].get("service", ""): one["status"]
                for one in ask(alertmanager)
            }
            (state,) = [
                one for name, one in states.items() if name == consequence["alertname"] + consequence.get("service", "")
            ]
            if len(states) == 2 and state["state"] == ("suppressed" if quiet_then else "active"):
                return
        except OSError:
            states = {}
        assert time.monotonic() < deadline, states
        time.sleep(0.2)


def ask(address: str) -> list[dict[str, Labels]]:
    with urllib.request.urlopen(address, timeout=5) as answer:  # noqa: S310 - a literal
        found: list[dict[str, Labels]] = json.load(answer)
    return found


def send(address: str, alerts: object) -> None:
    body = json.dumps(alerts).encode()
    request = urllib.request.Request(address, body, {"Content-Type": "application/json"})  # noqa: S310 - a literal
    urllib.request.urlopen(request, timeout=5).close()  # noqa: S310 - a literal
