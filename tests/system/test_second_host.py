"""Services on one host, servers on another: nothing but settings and a directory of credentials says where they are."""

import contextlib
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import orjson
import pytest

from ops.stack.running import RunningStack
from tests.conftest import CHECKOUT, own_stack

pytestmark = pytest.mark.system
SERVICES = {"filter": ("filter",), "indexer": ("index",)}
# Who else acts on that host: the shop's feed, a person at a terminal, Spark.
OTHERS = ("feed", "cli", "spark")
WITHIN_S = 300.0


class Host:
    """A host that has no stack: an empty state directory, and the credentials of its services alone."""

    def __init__(self, home: Path, servers: RunningStack) -> None:
        credentials = home / "credentials"
        for name in (*SERVICES, *OTHERS):
            shutil.copytree(servers.settings.credentials / name, credentials / name)
        shutil.copy(servers.settings.credentials / "ca.pem", credentials / "ca.pem")
        (credentials / "bot").mkdir()
        shutil.copy(servers.settings.credentials / "bot" / "user-hash.key", credentials / "bot" / "user-hash.key")
        ours = {name: value for name, value in os.environ.items() if not name.startswith("YARMARKA_")}
        self.environment = ours | {
            "YARMARKA_STACK_DIR": str(home / "state"),
            "YARMARKA_CREDENTIALS": str(credentials),
            "YARMARKA_KAFKA__BOOTSTRAP": servers.settings.kafka.bootstrap,
            "YARMARKA_ELASTICSEARCH__URL": servers.settings.elasticsearch.url,
            "YARMARKA_HDFS__URL": servers.settings.hdfs.url,
            "YARMARKA_HDFS__WEB_URL": servers.settings.hdfs.web_url,
        }

    def run(self, *command: str) -> str:
        done = subprocess.run(
            [sys.executable, "-m", *command],
            env=self.environment,
            cwd=CHECKOUT,
            capture_output=True,
            text=True,
            check=False,
            timeout=WITHIN_S,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    @contextlib.contextmanager
    def services(self) -> Iterator[None]:
        """The filter and the indexer run inside the block."""
        processes = [
            subprocess.Popen([sys.executable, "-m", "pipeline", *command], env=self.environment, cwd=CHECKOUT)
            for command in SERVICES.values()
        ]
        try:
            yield
        finally:
            for process in processes:
                process.terminate()
            for process in processes:
                process.wait()


@pytest.fixture(scope="module")
def servers() -> Iterator[RunningStack]:
    """The other host: Kafka, Elasticsearch and HDFS, and none of our services."""
    with own_stack("servers", "topics", "namenode", "datanode") as running:
        yield running


def test_services_of_another_host_feed_filter_index_find_and_keep(
    servers: RunningStack, unique: str, tmp_path: Path
) -> None:
    host = Host(tmp_path, servers)
    name = f"Фонарь Маяк {unique}"
    product = {
        "product_id": unique,
        "name": name,
        "price": {"amount": 990, "currency": "RUB"},
        "category": "Дом/Свет",
        "store_id": "mayak",
    }
    feed = tmp_path / "feed.json"
    feed.write_bytes(orjson.dumps([product]))
    with host.services():
        host.run("pipeline", "feed", str(feed))
        deadline = time.monotonic() + WITHIN_S
        found = ""
        while unique not in found:
            assert time.monotonic() < deadline, found
            with contextlib.suppress(AssertionError):  # before the indexer has made the index there is none to search
                found = host.run("bot", "search", name, "--json")
    host.run("analytics", "run", "ingest")
    assert unique in host.run("analytics", "show", "catalogue", "--limit", "0", "--json")
    assert not (tmp_path / "state" / "stack.env").exists()
