"""`python -m pipeline trace`: an offer's whole way on one card."""

import asyncio
import sys
from typing import TYPE_CHECKING, Annotated

import typer

from ops.cli import run

if TYPE_CHECKING:
    from datetime import datetime

    from ops.kafka import Kafka
    from pipeline.bans import Rules
    from pipeline.catalog.catalog import Catalog
    from pipeline.contracts.messages import Ban
    from pipeline.trace.facts import Facts

UNCLEAR = 1
OPEN_S = 5.0
NAMED_WITHIN_S = 3.0
STATE_WITHIN_S = 5.0


def trace(
    offer: Annotated[str, typer.Argument(metavar="ID", help="STORE/ID, or the shop's own id where one shop has it.")],
    seconds: Annotated[float, typer.Option(min=1, help="How long the topics are read.")] = 60.0,
) -> None:
    """Where an offer came from, what the filter decided, what the index and the lake have, and where it stopped."""
    from pipeline.trace.course import Stop, course
    from pipeline.trace.lines import lines

    facts = run(_trace(offer, seconds))
    typer.echo("\n".join(lines(facts)))
    if course(facts).stop is Stop.UNCLEAR:
        raise typer.Exit(UNCLEAR)


class _InForce:
    """The rules of a view, compiled once: the command looks once."""

    def __init__(self, bans: "dict[str, Ban]") -> None:
        self._bans = bans

    def rules(self) -> "Rules":
        from pipeline.bans import Rules, parse_rule

        return Rules((parse_rule(key), ban.until) for key, ban in self._bans.items())

    def ban(self, rule_id: str) -> "Ban | None":
        return self._bans.get(rule_id)


async def _trace(written: str, seconds: float) -> "Facts":
    from ops.elasticsearch import client
    from ops.kafka import Kafka
    from ops.settings import load
    from pipeline.catalog.catalog import Catalog
    from pipeline.contracts.messages import now
    from pipeline.dead_letters.letters import IDENTITY
    from pipeline.trace.gathering import gather
    from pipeline.trace.offer_logs import OfferLogs

    settings = load()
    own = Kafka(settings, "cli", open_within_s=OPEN_S)
    bans = await _bans(own)
    async with client(settings, "cli") as connection:
        catalog = Catalog(connection, settings.search.alias)
        offer_id = await _meant(written, catalog, bans)
        return await gather(
            offer_id,
            OfferLogs(Kafka(settings, IDENTITY, open_within_s=OPEN_S), own),
            catalog,
            _InForce(bans),
            clock=now,
            lake_at=await _lake_at(own),
            reading_s=seconds + 0.5,
            told=_told,
        )


async def _meant(written: str, catalog: "Catalog", bans: "dict[str, Ban]") -> str:
    """The offer's id. Raises BadParameter when it may be several, or none is known."""
    from elasticsearch import ApiError, TransportError

    from pipeline.trace.meant import candidates, plain, whole_id

    whole, short = whole_id(written), plain(written)
    if whole is not None:
        return whole
    try:
        async with asyncio.timeout(NAMED_WITHIN_S):
            indexed = [product.offer_id for product in await catalog.named(short)]
    except (ApiError, TransportError, TimeoutError):
        raise typer.BadParameter(f"the index does not answer, so write STORE/{short}") from None
    found = candidates(short, indexed, bans)
    if len(found) != 1:
        among = f"may be {', '.join(found)}: write one of them" if found else f"is not on sale: write STORE/{short}"
        raise typer.BadParameter(f"{short} {among}")
    return found[0]


async def _bans(kafka: "Kafka") -> "dict[str, Ban]":
    """The rules in force; none, said aloud, when Kafka does not answer."""
    from aiokafka.errors import KafkaError

    from ops.errors import StartupError
    from pipeline.contracts.messages import Ban
    from pipeline.contracts.topics import BANS
    from pipeline.kafka.live_view import LiveView

    try:
        async with asyncio.timeout(STATE_WITHIN_S), LiveView(kafka, BANS, Ban) as view:
            return dict(view.items())
    except (KafkaError, StartupError, TimeoutError) as error:
        typer.echo(f"The rules in force are not known: {error}", err=True)
        return {}


async def _lake_at(kafka: "Kafka") -> "datetime | None":
    """When the lake was filled last; None when nobody can say."""
    from aiokafka.errors import KafkaError

    from ops.errors import StartupError
    from pipeline.contracts.jobs import JOB, JobStatus
    from pipeline.contracts.topics import CHAT_STATE
    from pipeline.kafka.live_view import LiveView
    from pipeline.trace.lake import FILLING, filled_at

    try:
        async with (
            asyncio.timeout(STATE_WITHIN_S),
            LiveView(kafka, CHAT_STATE, JobStatus, prefix=JOB, name="lake") as jobs,
        ):
            return filled_at(jobs.get(f"{JOB}{FILLING}"))
    except (KafkaError, StartupError, TimeoutError):
        return None


def _told(share: float) -> None:
    """Progress, for who looks on; a program that reads the card does not get it."""
    if sys.stderr.isatty():
        end = "\n" if share >= 1 else ""
        sys.stderr.write(f"\r{share:.0%} of the topics read{end}")
        sys.stderr.flush()
