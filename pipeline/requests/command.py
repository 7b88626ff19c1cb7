"""`python -m pipeline requests`."""

from ops.cli import run


def requests() -> None:
    """Write client_requests and audit into Elasticsearch, by month, and delete months that are past their time."""
    run(_serve())


async def _serve() -> None:
    from ops.elasticsearch import client as connect
    from ops.kafka import Kafka
    from ops.service import running
    from ops.settings import load
    from pipeline.requests.indices import LogIndices
    from pipeline.requests.log import keep

    settings = load()
    async with running("requests", settings) as service, connect(settings, "requests") as client:
        indices = LogIndices(client, settings.search.request_retention_months, settings.search.replicas)
        await keep(service, Kafka(settings, "requests"), indices)
