"""The indices of the logs in Elasticsearch: their template, and the deletion of old months."""

from dataclasses import dataclass
from datetime import datetime

from elasticsearch import AsyncElasticsearch

from ops import logs
from pipeline.requests.journal import JOURNALS, months_of
from pipeline.requests.months import past

log = logs.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class LogIndices:
    """Templates and retention. `client` needs manage_index_templates, and create and delete on the indices."""

    client: AsyncElasticsearch
    months: int
    replicas: int = 0

    async def prepare(self) -> None:
        """Write the templates by which a month's first document makes its index; the same ones may stand already."""
        for journal in JOURNALS:
            await self.client.indices.put_index_template(
                name=f"yarmarka-{journal.prefix}",
                index_patterns=[f"{journal.prefix}-*"],
                priority=500,
                template={
                    "settings": {"number_of_shards": 1, "number_of_replicas": self.replicas, "refresh_interval": "1s"},
                    "mappings": dict(journal.mappings),
                },
            )

    async def any(self) -> bool:
        """Whether anything was ever written. Raises what the client raises."""
        patterns = ",".join(f"{journal.prefix}-*" for journal in JOURNALS)
        return bool(await self.client.indices.get_alias(index=patterns))

    async def delete_old(self, now: datetime) -> list[str]:
        """Delete the indices of months that are no longer kept; their names."""
        deleted = []
        for journal in JOURNALS:
            names = await self.client.indices.get_alias(index=f"{journal.prefix}-*")
            for name in past(names, journal.prefix, now, months_of(journal, self.months)):
                await self.client.options(ignore_status=404).indices.delete(index=name)
                log.info("month deleted", index=name)
                deleted.append(name)
        return deleted
