"""The command line of this room, `python -m ops`: the local stack and its tools."""

import asyncio
import signal
import sys
import textwrap
from collections.abc import AsyncIterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ops.certificate_commands import CERTS
from ops.cli import DEFAULT_DIR, Dir, enter, make_cli, run
from ops.errors import StartupError

if TYPE_CHECKING:
    from ops.stack.doctor import Finding

cli = make_cli("The local stack: servers, certificates, health.")

Detach = Annotated[bool, typer.Option("--detach", help="return when the first answer can be given")]
# What a terminal is at least wide enough for.
LINE = 80
ENV_FILE = Path("compose/.env")


@cli.command()
def up(
    directory: Dir = DEFAULT_DIR,
    more: Annotated[
        list[str] | None,
        typer.Option("--with", help="parts or groups besides the servers: services, demo, monitoring, lake, all"),
    ] = None,
    detach: Detach = False,
    lifeline: Annotated[int | None, typer.Option(hidden=True)] = None,
) -> None:
    """Start a stack, by itself Kafka and Elasticsearch, and keep it running until Ctrl-C."""
    _start(directory, ("servers", *(more or ())), detach=detach, lifeline=lifeline)


@cli.command()
def demo(directory: Dir = DEFAULT_DIR, detach: Detach = False) -> None:
    """Start the whole marketplace with its demo catalogue; `make demo` calls this."""
    _start(directory, ("all",), detach=detach)


def _start(directory: Path, names: tuple[str, ...], *, detach: bool, lifeline: int | None = None) -> None:
    import os

    from ops.settings import STACK_DIR_NAME, load
    from ops.stack import terminal
    from ops.stack.directory import StackDirectory
    from ops.stack.parts import choose

    stack, parts = StackDirectory.at(directory), choose(names)
    # A wrong setting is told before anything is started, not by the first part that reads it.
    load({**os.environ, STACK_DIR_NAME: str(stack.root)})
    if detach:
        asyncio.run(terminal.detached(stack, names))
    else:
        asyncio.run(terminal.foreground(stack, parts, lifeline=lifeline))


@cli.command()
def down(directory: Dir = DEFAULT_DIR) -> None:
    """Stop the stack; everything it started is gone when this returns."""
    from ops.stack import terminal
    from ops.stack.directory import StackDirectory

    stack = StackDirectory.at(directory)
    typer.echo("stopped" if terminal.down(stack) else f"No stack runs in {stack.root}.")


@cli.command()
def status(
    directory: Dir = DEFAULT_DIR,
    as_json: Annotated[bool, typer.Option("--json", help="for scripts")] = False,
) -> None:
    """Each part's name, pid, address, health, and where its credentials are. Exit status 1 when one is not well."""
    from rich.console import Console

    from ops.stack import show
    from ops.stack.directory import StackDirectory
    from ops.stack.stack_status import read_status

    stack = StackDirectory.at(directory)
    current = read_status(stack)
    if current is None:
        raise StartupError(f"No stack runs in {stack.root}; `python -m ops up` starts one.")
    if as_json:
        typer.echo(current.model_dump_json(indent=2))
    else:
        # In a file or a pipe nothing needs to be cut.
        Console(width=None if sys.stdout.isatty() else 240).print(show.table(current))
    raise typer.Exit(0 if current.settled else 1)


@cli.command()
def doctor(directory: Dir = DEFAULT_DIR) -> None:
    """Examine machine, secrets, certificates and every connection. Exit status 1 when something is wrong."""
    from ops.stack.directory import StackDirectory
    from ops.stack.doctor import examine

    _show(examine(StackDirectory.at(directory)))


@cli.command()
def check(
    directory: Dir = DEFAULT_DIR,
    env_file: Annotated[Path, typer.Option(help="the deployment's .env; without it, the local stack")] = ENV_FILE,
) -> None:
    """Try everything that can be wrong before the first start: settings, machine, network, Telegram, chats.

    Exit status 1 when something is wrong. Nothing is changed, and nothing is written into a chat.
    """
    import os

    from ops.preflight.everything import check as tried
    from ops.stack.directory import StackDirectory

    _show(tried(env_file, StackDirectory.at(directory), os.environ))


def _show(findings: "AsyncIterator[Finding]") -> None:
    """Print each finding as it comes, and end with how many are faults."""

    async def shown() -> int:
        faults = 0
        async for finding in findings:
            faults += bool(finding.fault)
            typer.secho(f"{'✗' if finding.fault else '✓'} {finding}", fg="red" if finding.fault else "green")
        return faults

    faults = asyncio.run(shown())
    typer.echo(f"{faults} fault{'s' if faults > 1 else ''}" if faults else "all is well")
    raise typer.Exit(1 if faults else 0)


cli.add_typer(CERTS, name="certs")


@cli.command()
def stop(
    part: Annotated[str, typer.Argument(help="the part's name")],
    seconds: Annotated[float, typer.Option("--for", help="seconds until it comes back; 0 restarts it")] = 30.0,
    directory: Dir = DEFAULT_DIR,
) -> None:
    """Stop one part of a running stack for a while, to rehearse its absence."""
    from ops.stack.directory import StackDirectory
    from ops.stack.running import RunningStack

    RunningStack(StackDirectory.at(directory)).hold(part, seconds)
    typer.echo(f"{part} stops now and comes back in {seconds:g} s")


@cli.command()
def sandbox(  # noqa: PLR0917 - each is an option of the command line
    host: Annotated[str, typer.Option(help="address to listen on")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="0 takes a free one")] = 8081,
    state: Annotated[Path | None, typer.Option(help="directory that keeps the chats across restarts")] = None,
    limits: Annotated[bool, typer.Option(help="apply Telegram's rate limits")] = False,
    token_file: Annotated[Path | None, typer.Option(help="file with the bot's token; else one is made")] = None,
    names: Annotated[
        list[str] | None, typer.Option("--name", help="a further name by which the sandbox may be called")
    ] = None,
) -> None:
    """Run the Telegram sandbox alone: a Bot API, and a chat page for the browser."""
    from ops.sandbox.bot_token import made_token, read_token
    from ops.sandbox.server import running

    token = made_token() if token_file is None else read_token(token_file)

    async def serve() -> None:
        stopping = asyncio.Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(number, stopping.set)
        async with running(host, port, token, state_dir=state, rate_limits=limits, names=tuple(names or ())) as server:
            typer.echo(f"chat page: {server.url}/")
            if token_file is None:
                typer.echo(f"the bot's token, until this ends: {token}")
            await stopping.wait()

    run(serve())


@cli.command()
def exporter() -> None:
    """Serve Elasticsearch's health and the ends of certificates to Prometheus."""
    from ops import exporter as service
    from ops.settings import load

    run(service.run(load()))


@cli.command("check-config")
def check_config() -> None:
    """Check the rules, their tests and the configuration of Prometheus and Alertmanager with their own tools."""
    from ops.deployment.check_files import check as check_deployment
    from ops.stack.check_config import check

    for line in (*check(), *check_deployment()):
        typer.echo(line)


@cli.command()
def dashboards(target: Annotated[Path, typer.Argument(help="directory to write to")]) -> None:
    """Write Grafana's dashboards and Kibana's saved objects, for a Grafana and a Kibana elsewhere."""
    from ops.dashboards.writing import write

    for path in write(target):
        typer.echo(path)


PassphraseFile = Annotated[
    Path | None, typer.Option(help="file with the passphrase, else YARMARKA_BACKUP__PASSPHRASE_FILE or …__PASSPHRASE")
]


@cli.command()
def backup(
    target: Annotated[Path, typer.Argument(help="a new directory for the files")],
    lake: Annotated[Path | None, typer.Option(help="the directory that `python -m analytics export` wrote")] = None,
    without_lake: Annotated[bool, typer.Option("--without-lake", help="leave the lake's histories out")] = False,
    passphrase_file: PassphraseFile = None,
    plain: Annotated[bool, typer.Option("--plain", help="do not encrypt; the pseudonyms' key is put apart")] = False,
) -> None:
    """Save what nothing else can bring back: Kafka's topics of state, the lake's histories, the pseudonyms' key."""
    from ops.backup import command
    from ops.backup.passphrase import passphrase
    from ops.kafka import Kafka
    from ops.settings import load

    settings = load()
    if settings.hdfs.url and not lake and not without_lake:
        raise StartupError(
            "The lake's histories would be missing: `python -m analytics export DIR` writes them, --lake DIR takes "
            "them along, --without-lake leaves them out."
        )
    phrase = None if plain else passphrase(settings, passphrase_file)
    if phrase is None and not plain:
        raise StartupError("A backup is encrypted: name a --passphrase-file, or say --plain.")
    run(_tell(command.backup(Kafka(settings, "admin"), target, lake=lake, passphrase=phrase)))


@cli.command()
def restore(
    source: Annotated[Path, typer.Argument(help="the directory that `backup` wrote")],
    passphrase_file: PassphraseFile = None,
    force: Annotated[bool, typer.Option("--force", help="also into topics that are not empty, and of any age")] = False,
    check: Annotated[bool, typer.Option("--check", help="compare everything, and change nothing")] = False,
) -> None:
    """Bring a backup's topics into a new cluster; `python -m analytics restore` does the same for the lake."""
    from ops.backup import command
    from ops.backup.passphrase import passphrase
    from ops.kafka import Kafka
    from ops.settings import load

    settings = load()
    phrase = passphrase(settings, passphrase_file)
    run(_tell(command.restore(Kafka(settings, "admin"), source, passphrase=phrase, force=force, only_check=check)))


@cli.command("restore-key")
def restore_key(
    source: Annotated[Path, typer.Argument(help="the directory that `backup` wrote")],
    directory: Dir = DEFAULT_DIR,
    passphrase_file: PassphraseFile = None,
) -> None:
    """Put a backup's key of the pseudonyms into a stack that has never been started."""
    from ops.backup import command
    from ops.backup.directory import Backup
    from ops.backup.passphrase import passphrase
    from ops.settings import load
    from ops.stack.directory import StackDirectory

    found = Backup.load(source, passphrase(load(), passphrase_file))
    typer.echo(command.restore_key(found, StackDirectory.at(directory).credentials))


async def _tell(lines: AsyncIterator[str]) -> None:
    """Print what is done; on a terminal, what is under way too, in place."""
    here = sys.stdout.isatty()
    async for line in lines:
        if not line.endswith(" so far"):
            typer.echo(f"\r\x1b[K{line}" if here else line)
        elif here:
            typer.echo(f"\r\x1b[K{line}", nl=False)


@cli.command("hand-out")
def distribute(
    target: Annotated[Path, typer.Argument(help="directory with a folder for each container")],
    directory: Dir = DEFAULT_DIR,
    env_file: Annotated[Path, typer.Option(help="the deployment's .env")] = ENV_FILE,
    feeds: Annotated[Path | None, typer.Option(help="the shops' folder")] = None,
    renew: Annotated[bool, typer.Option("--renew", help="issue every certificate anew")] = False,
) -> None:
    """Check a deployment's .env, make its credentials, and hand each container its own: the set-up of `compose/`."""
    from ops.demo import shops_folder
    from ops.deployment import env_file as env
    from ops.deployment.distribute_credentials import distribute_credentials, give_shops_folder
    from ops.deployment.recipients import OURS
    from ops.deployment.site import Deployment
    from ops.stack.directory import StackDirectory

    deployment = Deployment(StackDirectory.at(directory), env.read(env_file))
    if said := env.open_to_others(env_file, deployment.environment):
        typer.echo(said, err=True)
    for said in env.passed_on(deployment.environment):
        typer.echo(said, err=True)
    for line in distribute_credentials(deployment, target, renew=renew):
        typer.echo(line)
    if feeds is None:
        return
    give_shops_folder(feeds)
    if env.wants_demo(deployment.environment) and shops_folder.fill(feeds, owner=OURS):
        typer.echo("the demo's catalogue waits in the shops' folder")


@cli.command("demo-rules")
def demo_rules(file: Annotated[Path, typer.Argument(help="a file of bans")]) -> None:
    """Exit status 0 when the file holds the demo's rules of bans, however laid out; 1 for a host's own."""
    import orjson

    from ops.demo import bans

    try:
        demos = orjson.loads(file.read_bytes()) == orjson.loads(bans.file())
    except (OSError, orjson.JSONDecodeError):
        # Whoever applies the file says what is wrong with it.
        demos = False
    raise typer.Exit(0 if demos else 1)


@cli.command("settings")
def list_settings() -> None:
    """Every setting, its default and its meaning."""
    from ops.settings import options

    for name, default, meaning in options():
        # A line of its own for the name: it is there to be copied, and no terminal is wide enough for a table.
        typer.echo(f"{name}={default}")
        typer.echo(textwrap.fill(meaning, width=LINE, initial_indent="    ", subsequent_indent="    "))


if __name__ == "__main__":
    enter(cli)
