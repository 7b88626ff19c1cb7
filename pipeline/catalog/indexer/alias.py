"""The alias of the product index: which index is behind it, creating the first, putting a new one there.

Names: `products` is the alias that searches and the indexer use, `products-20261124t170000123-1a2b` an index,
`products-building` the alias of an index that a rebuild is filling.
"""

import asyncio
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http import HTTPStatus

from elasticsearch import ApiError, AsyncElasticsearch, BadRequestError, NotFoundError

from ops import logs
from ops.errors import StartupError
from pipeline.catalog.mapping import MAPPINGS, SETTINGS, VERSION
from pipeline.meaning.model import MODEL

log = logs.get_logger(__name__)

# A delete is remembered for so long, to win against a delayed write of an older version. Replays need no more:
# they go in order and end with the delete.
GC_DELETES = "15m"
BUILDING = "building"
ALIVE_FOR = timedelta(seconds=30)
SHARDS_WITHIN_S = 60


def group_of(index: str) -> str:
    """The consumer group whose committed offsets say what is in this index."""
    return f"indexer-{index}"


@dataclass(frozen=True, slots=True)
class Indices:
    """The indices of one alias. `client` needs create_index and manage on `<alias>*`."""

    client: AsyncElasticsearch
    alias: str
    replicas: int = 0
    currency: str = "RUB"
    """In which the prices of documents are."""

    @property
    def building(self) -> str:
        """The alias of the index that a rebuild is filling."""
        return f"{self.alias}-{BUILDING}"

    async def current(self) -> str | None:
        """The index behind the alias; None when there is none.

        When two indexers created the first index at once, the one with the lesser name stays and the other goes.
        """
        names = await self._behind(self.alias)
        for name in names[1:]:
            log.warning("a second index behind the alias is removed", index=name)
            await self.client.options(ignore_status=404).indices.delete(index=name)
        return names[0] if names else None

    async def ensure(self) -> str:
        """The index behind the alias, created empty when there is none. Raises StartupError when it cannot be."""
        found = await self.current()
        if found is not None:
            return found
        name = self.new_name()
        try:
            await self.client.indices.create(
                index=name,
                settings=self._settings(),
                mappings={**MAPPINGS, "_meta": self._meta_first()},
                aliases={self.alias: {}},
            )
        except BadRequestError as error:
            raise StartupError(
                f"Elasticsearch refuses the index {name} behind the alias {self.alias} (YARMARKA_SEARCH__ALIAS): "
                f"{error.error}; is there an index of that name?"
            ) from None
        log.info("index created", index=name, alias=self.alias)
        return await self.current() or name

    async def is_outdated(self, index: str) -> bool:
        """Whether the index was made for another version of the mapping, another model, or other prices."""
        meta = await self._meta(index)
        made_for = (meta.get("version"), meta.get("model"), meta.get("currency", self.currency))
        return made_for != (VERSION, MODEL, self.currency)

    async def holds_any(self, index: str) -> bool:
        """Whether there is any document in the index; not in one that is gone.

        Of one that another indexer creates in this moment, it is known when its shards are there. Raises ApiError
        when they are not in a minute.
        """
        left = SHARDS_WITHIN_S
        while True:
            try:
                return bool((await self.client.count(index=index))["count"])
            except NotFoundError:
                return False
            except ApiError as error:
                if error.status_code != HTTPStatus.SERVICE_UNAVAILABLE or left == 0:
                    raise
            left -= 1
            await asyncio.sleep(1)

    async def start_building(self) -> str:
        """A new index, not searched and not refreshed, behind the building alias.

        One that a rebuild left behind is removed. Raises StartupError while another rebuild is alive.
        """
        for left_behind in await self._behind(self.building):
            alive = (await self._meta(left_behind)).get("alive_at")
            if alive is not None and datetime.now(UTC) - datetime.fromisoformat(str(alive)) < ALIVE_FOR:
                raise StartupError(
                    f"Another rebuild is filling {left_behind} (last sign of life {alive}); "
                    f"wait for it, or for {ALIVE_FOR.seconds} s after its end."
                )
            log.warning("the index of a rebuild that did not end is removed", index=left_behind)
            await self.client.options(ignore_status=404).indices.delete(index=left_behind)
        name = self.new_name()
        settings = self._settings() | {"refresh_interval": "-1", "number_of_replicas": 0}
        mappings = {**MAPPINGS, "_meta": self._meta_now()}
        await self.client.indices.create(index=name, settings=settings, mappings=mappings, aliases={self.building: {}})
        return name

    async def sign_of_life(self, index: str) -> None:
        """Note that the rebuild of this index goes on."""
        await self.client.indices.put_mapping(index=index, meta=self._meta_now())

    async def make_searchable(self, index: str) -> None:
        """Give a filled index the settings of one that is searched, and refresh it."""
        settings = self._settings()
        wanted = {name: settings[name] for name in ("refresh_interval", "number_of_replicas")}
        await self.client.indices.put_settings(index=index, settings=wanted)
        await self.client.indices.refresh(index=index)

    async def switch(self, index: str) -> list[str]:
        """Move the alias to this index in one step; the indices that were behind it, which still exist."""
        old = [name for name in await self._behind(self.alias) if name != index]
        removals = [{"remove": {"index": name, "alias": self.alias}} for name in old]
        added = {"add": {"index": index, "alias": self.alias}}
        done = {"remove": {"index": index, "alias": self.building}}
        await self.client.indices.update_aliases(actions=[*removals, added, done])
        return old

    async def remove(self, index: str) -> None:
        """Delete an index; nothing happens when it is gone."""
        await self.client.options(ignore_status=404).indices.delete(index=index)

    async def orphans(self) -> list[str]:
        """Indices of ours that no alias leads to: what a rebuild that was killed did not come to remove."""
        answer = await self.client.indices.get_alias(index=f"{self.alias}-*")
        return sorted(name for name, found in answer.items() if not found["aliases"])

    def new_name(self) -> str:
        """A name that no index ever had: a consumer group is bound to it, see `live`."""
        stamp = datetime.now(UTC).strftime("%Y%m%dt%H%M%S%f")[:-3]
        return f"{self.alias}-{stamp}-{secrets.token_hex(2)}"

    def _settings(self) -> dict[str, object]:
        return {**SETTINGS, "number_of_replicas": self.replicas, "gc_deletes": GC_DELETES}

    async def _behind(self, alias: str) -> list[str]:
        try:
            return sorted(await self.client.indices.get_alias(name=alias))
        except NotFoundError:
            return []

    async def _meta(self, index: str) -> dict[str, str | int]:
        answer = await self.client.indices.get_mapping(index=index)
        meta: dict[str, str | int] = answer[index]["mappings"].get("_meta", {})
        return meta

    def _meta_first(self) -> dict[str, object]:
        return {"version": VERSION, "model": MODEL, "currency": self.currency}

    def _meta_now(self) -> dict[str, object]:
        return {**self._meta_first(), "alive_at": datetime.now(UTC).isoformat(timespec="seconds")}
