"""`python -m pipeline feeds list|apply|keep`."""

import getpass
from typing import TYPE_CHECKING, Annotated

import typer

from ops.cli import make_cli, run

if TYPE_CHECKING:
    from ops.kafka import Kafka
    from pipeline.contracts.feeds import FeedDecision, FeedRun

cli = make_cli("The feeds of shops: what came of each, and those that wait for a decision.")
NOTHING_DONE = 1
MOST_RUNS = 100_000

RunId = Annotated[str, typer.Argument(metavar="RUN", help="The run's id as `feeds list` shows it, or its beginning.")]


@cli.command("list")
def show_list(
    shop: Annotated[str, typer.Argument(help="Only this shop's: its id, name or an alias.")] = "",
    waiting: Annotated[bool, typer.Option("--waiting", help="Only those that wait for a decision.")] = False,
    limit: Annotated[int, typer.Option(min=1, help="How many are shown, the newest.")] = 20,
    as_json: Annotated[bool, typer.Option("--json", help="As a JSON list.")] = False,
) -> None:
    """The last feeds, the newest first."""
    import orjson

    found = run(_runs(shop, waiting=waiting))[:limit]
    if as_json:
        typer.echo(orjson.dumps([one.model_dump(mode="json") for one in found], option=orjson.OPT_INDENT_2))
        return
    for one in found:
        typer.echo("\n".join(_lines(one)))
    typer.echo(f"{len(found)} feeds")


@cli.command()
def apply(run_id: RunId) -> None:
    """Withdraw what a waiting feed no longer has."""
    run(_decide(run_id, apply=True))


@cli.command()
def keep(run_id: RunId) -> None:
    """Leave on sale what a waiting feed no longer has."""
    run(_decide(run_id, apply=False))


async def _runs(shop: str = "", *, waiting: bool = False) -> "list[FeedRun]":
    from ops.kafka import Kafka
    from ops.settings import load
    from pipeline.contracts.feeds import FeedState
    from pipeline.shops.directory import ShopNames, shop_view

    kafka = Kafka(load(), "cli")
    async with shop_view(kafka) as view:
        named = {one.store_id for one in ShopNames.of(one for _, one in view.items()).find(shop)}
    wanted = named | {shop} if shop else set()
    return [
        one
        for one in await _kept(kafka)
        if (not shop or one.store_id in wanted) and (not waiting or one.state is FeedState.WAITING)
    ]


async def _kept(kafka: "Kafka") -> "list[FeedRun]":
    """The runs that are kept, the newest first, each as it was told of last."""
    from ops.errors import UnprocessableMessage
    from pipeline.contracts.feeds import FeedRun
    from pipeline.contracts.messages import decode
    from pipeline.contracts.topics import FEED_RUNS
    from pipeline.kafka.read_to_end import partitions_of, read_to_end

    found: dict[bytes, FeedRun] = {}
    async with kafka.consumer(max_poll_records=2_000) as consumer:
        async for records in read_to_end(consumer, await partitions_of(kafka, consumer, FEED_RUNS.name)):
            for record in records:
                try:
                    found[record.key or b""] = decode(FeedRun, record.value)
                except UnprocessableMessage as error:
                    typer.echo(f"feed_runs-{record.partition}-{record.offset}: {error}", err=True)
            # They are written in order, so the first ones are the oldest.
            for key in list(found)[: max(0, len(found) - MOST_RUNS)]:
                del found[key]
    return sorted(found.values(), key=lambda one: one.run_id, reverse=True)


async def _decide(run_id: str, *, apply: bool) -> None:
    from ops.kafka import Kafka
    from ops.settings import load
    from pipeline.contracts.feeds import FeedDecision
    from pipeline.kafka.audit import Actor
    from pipeline.shops.decision_ledger import DecisionLedger

    settings, name = load(), getpass.getuser()
    kafka, actor = Kafka(settings, "cli"), Actor(f"terminal:{name}", name, "terminal")
    chosen = [one for one in await _runs(waiting=True) if one.run_id.startswith(run_id)]
    if len(chosen) != 1:
        found = "; ".join(one.run_id for one in chosen) or "none"
        typer.echo(f"{run_id} names no feed that waits ({found}); `feeds list --waiting` shows them.", err=True)
        raise typer.Exit(NOTHING_DONE)
    decision = FeedDecision(run=chosen[0], apply=apply, by=actor.id, by_name=actor.name)
    async with kafka.producer(linger_ms=0) as producer:
        await DecisionLedger(producer).decide(decision, actor)
    typer.echo(await _carried_out(decision))


async def _carried_out(decision: "FeedDecision") -> str:
    """Carry the decision out if the feed waits on this host; if not, the feed service does, when it reads of it."""
    from ops.errors import StartupError
    from ops.settings import load
    from pipeline.feed.feed_service import open_feeder

    later = "decided; the feed service carries it out"
    try:
        async with open_feeder(load()) as parts:
            ended = await parts.decider.carry_out(decision)
    except StartupError as error:
        return f"{later} ({error})"
    if ended is None:
        return later
    return f"{ended.state.value}: {ended.withdrawn} offers of {ended.store_id} withdrawn"


def _lines(one: "FeedRun") -> list[str]:
    counts = f"{one.sent} sent ({one.changed} changed), {one.unchanged} unchanged, {one.withdrawn} withdrawn"
    if one.same_file:
        counts = "the same file as before, not read again"
    told = [
        f"{one.run_id}  {one.began:%Y-%m-%d %H:%M:%S}  {one.store_id}  {one.state.value}  {one.file}",
        f"  {one.channel}{f' {one.by_name}' if one.by_name else ''}, {one.scope.value}: {counts}, "
        f"{one.refused} refused, {one.seconds:.1f} s",
    ]
    if one.reason:
        told.append(f"  {one.reason}")
    told += [f"  {count} × {reason}" for reason, count in one.reasons.items()]
    return told
