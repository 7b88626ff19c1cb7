"""Which tables the lake has had, as Kafka remembers it: what was there and is not is lost, and no first start."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from analytics.identity import IDENTITY
from analytics.lake.faults import LakeFault
from ops.kafka import Kafka
from pipeline.contracts.jobs import LAKE_TABLE, LakeTable
from pipeline.contracts.lake import Table
from pipeline.contracts.messages import HEADERS, encode
from pipeline.contracts.topics import CHAT_STATE
from pipeline.kafka.live_view import LiveView

if TYPE_CHECKING:
    from analytics.lake.tables import Lake
    from ops.settings import Settings


def remember(settings: Settings, tables: Iterable[Table]) -> None:
    """Have Kafka remember that these tables are there; durable when it returns."""
    asyncio.run(_remember(settings, [table.name for table in tables]))


def is_there(lake: Lake, table: Table) -> bool:
    """Whether the table is there. Raises LakeFault when it is not, and was."""
    if lake.exists(table):
        return True
    at = asyncio.run(_seen(lake.settings, table.name))
    if at is None:
        return False
    raise LakeFault(
        f"The table {table.name}, filled since {at:%Y-%m-%d}, is not in {lake.url(table)} any more: the lake was lost, "
        "or this is another one. `python -m analytics restore` brings a backup back; `python -m analytics resume` "
        "begins anew with what Kafka still has."
    )


async def _remember(settings: Settings, names: list[str]) -> None:
    async with Kafka(settings, IDENTITY).producer(linger_ms=0) as producer:
        for name in names:
            key = f"{LAKE_TABLE}{name}".encode()
            await producer.send_and_wait(CHAT_STATE.name, encode(LakeTable()), key=key, headers=HEADERS)


async def _seen(settings: Settings, name: str) -> datetime | None:
    key = f"{LAKE_TABLE}{name}"
    async with LiveView(Kafka(settings, IDENTITY), CHAT_STATE, LakeTable, prefix=key) as view:
        return next((table.at for found, table in view.items() if found == key), None)
