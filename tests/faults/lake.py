"""What the tests of the lake do from outside: send, run jobs as a person would, look, break HDFS."""

import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import orjson

from ops.downloads.java import java_home
from ops.downloads.report import quiet
from ops.kafka import Kafka
from ops.stack.parts.hdfs import JARS
from ops.stack.running import RunningStack
from pipeline.contracts.messages import HEADERS
from pipeline.contracts.topics import FILTERED_PRODUCTS
from tests.pipeline.topic_reader import read_topic

CHECKOUT = Path(__file__).resolve().parent.parent.parent
# Three processes of Java start in a command; on a machine that is busy with other tests that takes minutes.
WITHIN_S = 600


@dataclass(frozen=True)
class LakeUser:
    """A person at a terminal of this stack."""

    stack: RunningStack

    async def send(self, products: Mapping[str, str | None]) -> None:
        """Product id of the shop `s` → name, or None where it is taken back."""
        async with Kafka(self.stack.settings, "filter").producer() as producer:
            for product, name in products.items():
                value = None if name is None else orjson.dumps({
                    "product_id": product, "name": name, "price": {"amount": 1, "currency": "RUB"}, "store_id": "s",
                    "stock": {"available": 5},
                })  # fmt: skip
                await producer.send(FILTERED_PRODUCTS.name, value, key=f"s/{product}".encode(), headers=HEADERS)

    async def accepted(self) -> dict[str, str]:
        """Offer id → name as the compacted topic has it now."""
        found: dict[str, str] = {}
        for record in await read_topic(self.stack.settings, FILTERED_PRODUCTS.name, "indexer"):
            key = (record.key or b"").decode()
            if record.value is None:
                found.pop(key, None)
            else:
                found[key] = str(orjson.loads(record.value)["name"])
        return found

    def analytics(self, *arguments: str, status: int = 0) -> str:
        """Standard output of `python -m analytics …`, which must end with this status; with standard error unless 0."""
        done = subprocess.run(
            [sys.executable, "-m", "analytics", *arguments], capture_output=True, text=True, check=False,
            timeout=WITHIN_S, cwd=CHECKOUT, env=self.stack.environment,
        )  # fmt: skip
        assert done.returncode == status, (
            f"{arguments} ended with {done.returncode}: {done.stdout}{done.stderr[-2000:]}"
        )
        return done.stdout + done.stderr if status else done.stdout

    def rows(self, table: str) -> list[dict[str, object]]:
        lines = self.analytics("show", table, "--limit", "0", "--json").splitlines()
        return [orjson.loads(line) for line in lines]

    def dfsadmin(self, *arguments: str) -> None:
        """HDFS' own tool, as its super user."""
        settings = self.stack.settings
        java = str(java_home(quiet) / "bin" / "java")
        classpath = ":".join(str(path) for path in JARS.fetch(quiet))
        command = [
            java,
            "-cp",
            classpath,
            "org.apache.hadoop.hdfs.tools.DFSAdmin",
            "-fs",
            settings.hdfs.url,
            *arguments,
        ]
        environment = {**os.environ, "HADOOP_USER_NAME": settings.hdfs.user}
        subprocess.run(command, check=True, capture_output=True, env=environment, timeout=WITHIN_S)
