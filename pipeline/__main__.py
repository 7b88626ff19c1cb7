"""The pipeline's commands: `python -m pipeline --help`."""

from typing import Annotated

import typer

from ops.cli import enter, make_cli, run
from ops.settings import load
from pipeline.bans.commands import ban, bans, unban
from pipeline.catalog.evaluate import evaluate
from pipeline.catalog.indexer.command import index
from pipeline.dead_letters.command import cli as dead_letters
from pipeline.feed.command import feed
from pipeline.feed.runs_command import cli as feeds
from pipeline.filter.command import filter_products
from pipeline.requests.command import requests
from pipeline.requests.import_command import import_requests
from pipeline.shops.command import cli as shops
from pipeline.trace.command import trace

cli = make_cli("Feed → Kafka → filter → Elasticsearch: everything that a product passes through.")
cli.command()(feed)
cli.command()(index)
cli.command()(evaluate)
cli.command()(requests)
cli.command()(import_requests)
cli.add_typer(dead_letters, name="dead-letters")
cli.add_typer(shops, name="shops")
cli.add_typer(feeds, name="feeds")
cli.command("filter")(filter_products)
cli.command()(ban)
cli.command()(trace)
cli.command()(unban)
cli.command()(bans)
cli.command("list_banned", help="List the rules in force: another name of `bans`.")(bans)


@cli.command()
def topics(
    check: Annotated[bool, typer.Option("--check", help="Only show the differences; exit 1 if any.")] = False,
) -> None:
    """Create topics and permissions from the contracts, and show what was different."""
    from ops.kafka import Kafka
    from pipeline.kafka import cluster

    kafka = Kafka(load(), "admin")
    found = run(cluster.drift(kafka) if check else cluster.apply(kafka))
    for difference in found:
        typer.echo(f"{difference}" if check else f"mended: {difference}")
    typer.echo(f"{len(found)} differences" if found else "topics and permissions are as the contracts say")
    if check and found:
        raise typer.Exit(1)


if __name__ == "__main__":
    enter(cli)
