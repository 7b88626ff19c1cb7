"""`python -m tests.deploy`: everything that the deployment promises, tried on the unchanged compose file."""

import contextlib
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

import typer

from ops.errors import StartupError
from tests.deploy import attacks, bad_env, figures, operations, secrecy, stand_ins, usage
from tests.deploy.compose_plugin import plugin
from tests.deploy.deployment import Deployment
from tests.deploy.engine import Engine, needed, running
from tests.deploy.first_start import FIRST_ANSWER_BAR_S, everything_runs, start

SETTINGS = (
    f"GRAFANA_URL={operations.GRAFANA}",
    "YARMARKA_ANALYTICS__START_DELAY_S=5",
    f"YARMARKA_BOT__WATCHDOG_MISSING_S={operations.WATCHDOG_S}",
)


@dataclass
class Protocol:
    """What was done, how long it took, and what came of it."""

    rows: list[tuple[str, float]] = field(default_factory=list)
    missed: list[str] = field(default_factory=list)

    def step(self, title: str, do: Callable[[], object]) -> None:
        """Do one step and print it. Raises what it raises."""
        began = time.monotonic()
        try:
            said = do()
        except BaseException:
            sys.stdout.write(f"✗ {title}: failed after {time.monotonic() - began:.1f} s\n")
            sys.stdout.flush()
            raise
        seconds = time.monotonic() - began
        self.rows.append((title, seconds))
        lines = str(said).splitlines() if said is not None else []
        sys.stdout.write(f"✓ {seconds:7.1f} s  {title}" + (f": {lines[0]}\n" if len(lines) == 1 else "\n"))
        if len(lines) > 1:
            sys.stdout.write("".join(f"              {line}\n" for line in lines))
        sys.stdout.flush()


def main(
    work: Annotated[Path | None, typer.Option(help="directory of the engine; images in it are used again")] = None,
    keep: Annotated[bool, typer.Option("--keep", help="leave the deployment up at the end, until Enter")] = False,
) -> None:
    """Start an engine, build the images, bring the compose file up, use it and attack it."""
    try:
        needed()
    except StartupError as error:
        sys.exit(str(error))
    place = work or Path(tempfile.mkdtemp(prefix="yarmarka-deploy-"))
    place.mkdir(parents=True, exist_ok=True)
    try:
        with running(place, plugin()) as engine:
            _prove(engine, place, keep=keep)
    except StartupError as error:
        sys.exit(str(error))
    finally:
        if work is None:
            shutil.rmtree(place, ignore_errors=True)


def _prove(engine: Engine, place: Path, *, keep: bool) -> None:
    protocol = Protocol()
    checkout = place / "checkout"
    shutil.rmtree(checkout, ignore_errors=True)
    deployment = Deployment.copy(engine, checkout)
    step = protocol.step
    step("stand-ins under the official names", lambda: "\n".join(stand_ins.build(engine, place)) or "all there")
    secrecy.plant(deployment)
    deployment.write_env(*SETTINGS)  # its profiles say which images are ours
    step("our images", lambda: deployment.must("build", within=3600) and figures.image_sizes(deployment))
    with _removed(deployment, keep=keep):
        step("a wrong .env", lambda: bad_env.check(deployment))
        deployment.write_env(*SETTINGS)
        step("the first start", lambda: _first_start(deployment, protocol))
        _use(deployment, step)
    step("the token", lambda: _token(deployment))
    if protocol.missed:
        sys.exit("; ".join(protocol.missed))
    sys.stdout.write(f"{len(protocol.rows)} steps, {sum(seconds for _, seconds in protocol.rows):.0f} s\n")


def _use(deployment: Deployment, step: Callable[[str, Callable[[], object]], None]) -> None:
    step("every container", lambda: everything_runs(deployment))
    step("a shop's feed", lambda: usage.feed(deployment))
    step("the seed's commands", lambda: usage.seed_commands(deployment))
    step("a ban in the chat", lambda: usage.chat(deployment))
    step("the seed's scripts", lambda: operations.scripts(deployment))
    step("an alert", lambda: operations.alert(deployment))
    step("dashboards", lambda: operations.dashboards(deployment))
    step("attacks", lambda: attacks.attack(deployment))
    step("three filters", lambda: operations.scale(deployment))
    step("memory by container, MB", lambda: figures.memory(deployment))
    step("restarts", lambda: operations.restarts(deployment))
    step("down and up", lambda: operations.down_and_up(deployment))
    step("renewed certificates", lambda: operations.rotation(deployment))
    step("alerting is silent", lambda: operations.watchdog(deployment))
    step("secrets", lambda: secrecy.check(deployment))
    step("backup and restore", lambda: operations.backup_and_restore(deployment, *SETTINGS))


def _first_start(deployment: Deployment, protocol: Protocol) -> str:
    begun = start(deployment)
    if begun.answer > FIRST_ANSWER_BAR_S:
        # A slow machine should still tell about everything else.
        protocol.missed.append(
            f"the first answer in chat took {begun.answer:.0f} s, more than {FIRST_ANSWER_BAR_S:.0f} s"
        )
    return (
        f"first answer in chat after {begun.answer:.1f} s, first search that finds after {begun.search:.1f} s, "
        f"`up -d --wait` back after {begun.returned:.1f} s"
    )


def _token(deployment: Deployment) -> str:
    with _removed(deployment, keep=False):
        return secrecy.token_reaches_the_bot_alone(deployment)


@contextlib.contextmanager
def _removed(deployment: Deployment, *, keep: bool) -> Iterator[None]:
    """Remove containers, networks and volumes at the end, whatever happened."""
    try:
        yield
    finally:
        if keep:
            sys.stdout.write(f"DOCKER_HOST={deployment.engine.host} in {deployment.home}; Enter removes it\n")
            sys.stdin.readline()
        if not (deployment.home / ".env").exists():
            deployment.write_env()
        deployment.compose("--profile", "*", "down", "-v", "--timeout", "5")


if __name__ == "__main__":
    typer.run(main)
