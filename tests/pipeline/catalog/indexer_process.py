"""`python -m … follow|narrow|rebuild TOPIC`: the indexer on a topic of a test's own.

It runs as `admin` for Kafka, since `indexer` may read only the marketplace's topics. `narrow` follows into an index
that refuses what ours takes: more pieces of a product than 2³¹.
"""

import sys

from ops.cli import run
from ops.elasticsearch import client as connect
from ops.kafka import Kafka
from ops.service import running
from ops.settings import load
from pipeline.catalog.indexer.alias import Indices
from pipeline.catalog.indexer.live import follow
from pipeline.catalog.indexer.rebuild import rebuild
from pipeline.catalog.mapping import PROPERTIES
from pipeline.contracts.topics import Cleanup, Topic


async def main(task: str, name: str) -> None:
    settings = load()
    topic = Topic(name, 3, Cleanup.COMPACT, frozenset(), frozenset())
    kafka = Kafka(settings, "admin")
    async with running("indexer", settings) as service, connect(settings, "indexer") as client:
        indices = Indices(client, settings.search.alias, settings.search.replicas)
        if task == "narrow":
            PROPERTIES["available"] = {"type": "integer"}
        if task != "rebuild":
            await follow(service, kafka, indices, topic)
        else:
            await rebuild(kafka, indices, lambda done, total: print(done, total, flush=True), topic)  # noqa: T201


if __name__ == "__main__":
    run(main(*sys.argv[1:]))
