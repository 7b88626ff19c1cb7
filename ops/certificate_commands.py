"""`python -m ops certs …`: certificates, passwords and keys of a stack."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from ops.cli import DEFAULT_DIR, Dir, run

CERTS = typer.Typer(no_args_is_help=True, help="Certificates, passwords and keys of a stack.")


@CERTS.command()
def issue(directory: Dir = DEFAULT_DIR) -> None:
    """Make what is missing, renew what ends within 30 days; a running stack takes it in."""
    _renew(directory, everything=False)


@CERTS.command("show")
def show_expiry(directory: Dir = DEFAULT_DIR) -> None:
    """When each certificate ends."""
    from datetime import UTC, datetime

    from ops.stack import credentials
    from ops.stack.directory import StackDirectory

    now = datetime.now(UTC)
    for one in credentials.expiries(StackDirectory.at(directory)):
        days = one.left(now).days
        said = "expired" if one.ends <= now else f"{days} days left"
        typer.echo(f"{one.identity:<16} {one.ends:%Y-%m-%d %H:%M} UTC  {said:<16} {one.path}")


@CERTS.command("export")
def export_certs(
    target: Annotated[Path, typer.Argument(help="directory for ca-cert, kafka-cert, kafka-key and the trust store")],
    directory: Dir = DEFAULT_DIR,
) -> None:
    """Write the broker's certificate, its key and the authority under the names that Kafka's own tools use."""
    from ops.deployment.kafka_names import export
    from ops.stack.directory import StackDirectory

    for path in export(StackDirectory.at(directory), target):
        typer.echo(path)


@CERTS.command("reload-kafka")
def reload_kafka(
    keystore: Annotated[Path, typer.Argument(help="where the broker finds its certificate")],
) -> None:
    """Have a running broker take in its renewed certificate; no client loses its connection."""
    from ops.kafka import Kafka
    from ops.settings import load
    from ops.stack.parts.kafka import read_keystore_again

    run(read_keystore_again(Kafka(load(), "admin"), keystore))
    typer.echo("Kafka reads the new files")


@CERTS.command()
def rotate(directory: Dir = DEFAULT_DIR) -> None:
    """Issue every certificate anew; a running stack takes them in without losing a client."""
    _renew(directory, everything=True)


def _renew(directory: Path, *, everything: bool) -> None:
    from ops.stack.directory import StackDirectory
    from ops.stack.parts import PARTS
    from ops.stack.rotation import Renewal

    async def show() -> int:
        lines = 0
        async for line in Renewal(StackDirectory.at(directory), PARTS).renew(everything=everything):
            typer.echo(line)
            lines += 1
        return lines

    if not asyncio.run(show()):
        typer.echo("nothing is missing")
