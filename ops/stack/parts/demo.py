"""The demo's data, once in a stack's life: the first bans, the shops' feeds until a search can answer, the history."""

import asyncio
import ssl
from base64 import b64encode
from datetime import UTC, datetime

import orjson

from ops.elasticsearch import password
from ops.stack.http_probe import get
from ops.stack.part import FIRST_ANSWER, Launch, NotReadyError, Part, PartGroup, PartKind, Site
from ops.stack.parts.services import python

SEED = 20
# Exit statuses of `python -m pipeline feed`; a few rows of the demo's feeds are broken on purpose.
ALL_SENT, SOME_REFUSED = 0, 1
FEEDS = ("products-", "broken-")
# Two counts so far apart and alike: the index has all there is for now.
STILL_S = 0.3


class BansPart(Part):
    """The bans that the demo begins with; a rule that was lifted later does not come back."""

    name = "bans"
    kind = PartKind.ONCE
    group = PartGroup.DEMO
    requires = ("topics",)

    def launch(self, site: Site) -> Launch:
        from ops.demo import bans

        file = site.directory.home(self.name) / "banned_products.json"
        file.parent.mkdir(exist_ok=True)
        file.write_bytes(bans.file())
        return python(site, "-m", "pipeline", "bans", "--apply", str(file), "--once")


class CataloguePart(Part):
    """The demo catalogue, written to files in the stack's directory and fed like any shop's."""

    name = "catalogue"
    kind = PartKind.ONCE
    group = PartGroup.DEMO
    requires = ("topics", "bans")
    beside = ("filter", "indexer")
    good_statuses = frozenset({ALL_SENT, SOME_REFUSED})
    patience = 120.0

    def launch(self, site: Site) -> Launch:
        from ops.demo import feeds

        files = [str(path) for path in feeds.write(site.directory.home(self.name), SEED) if path.name.startswith(FEEDS)]
        return python(site, "-m", "pipeline", "feed", "--store", feeds.YML_SHOP, *files)

    async def probe(self, site: Site) -> None:
        first = await _count(site)
        await asyncio.sleep(STILL_S)
        second = await _count(site)
        if not 0 < first == second:
            raise NotReadyError(f"{second} products are searchable so far")


class HistoryPart(Part):
    """A month of simulated requests, written to a file in the stack's directory and sent like any history."""

    name = "history"
    kind = PartKind.ONCE
    group = PartGroup.DEMO
    after = FIRST_ANSWER
    requires = ("topics",)

    def launch(self, site: Site) -> Launch:
        from ops.demo import history

        file = site.directory.home(self.name) / "requests.jsonl"
        history.write(file, datetime.now(UTC).replace(microsecond=0))
        return python(site, "-m", "pipeline", "import-requests", str(file))


async def _count(site: Site) -> int:
    settings = site.settings()
    word = b64encode(f"cli:{password(settings, 'cli')}".encode()).decode()
    context = ssl.create_default_context(cafile=str(settings.credentials / "ca.pem"))
    status, body = await get(
        "localhost",
        site.port("elasticsearch"),
        f"/{settings.search.alias}/_count",
        context=context,
        authorization=f"Basic {word}",
    )
    if status != 200:
        raise NotReadyError(f"the index `{settings.search.alias}` answers {status}")
    return int(orjson.loads(body)["count"])
