"""All of it in order: what everything else stands on comes first."""

from collections.abc import AsyncIterator, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path

from ops.errors import StartupError
from ops.preflight import machine
from ops.preflight.plan import Plan, consistency, planned
from ops.preflight.servers import servers
from ops.preflight.telegram import telegram
from ops.stack import doctor
from ops.stack.directory import StackDirectory
from ops.stack.doctor import Finding


async def check(env_file: Path, directory: StackDirectory, environment: Mapping[str, str]) -> AsyncIterator[Finding]:
    """Everything that can be wrong before the first start of the deployment that `env_file` describes.

    Without that file it is the local stack in `directory` that will be started.
    """
    plan, finding = planned(env_file, environment)
    yield finding
    for finding in on_host(env_file, directory):
        yield finding
    if plan is None:
        return
    if plan.profiles is not None:
        yield machine.memory(plan.profiles)
        for finding in (*machine.ports(plan.profiles, plan.environment), *consistency(plan, env_file)):
            yield finding
        async for finding in servers(plan):
            yield finding
    async for finding in chat(plan):
        yield finding


def on_host(env_file: Path, directory: StackDirectory) -> Iterator[Finding]:
    """What a deployment, or else the local stack, needs of this machine; certificates of an earlier start."""
    if env_file.is_file():
        yield machine.disk()
        return
    yield doctor.java()
    yield from doctor.resources(directory.root)
    if directory.authority_key.exists():
        yield from doctor.certificates(directory, datetime.now(UTC))


async def chat(plan: Plan) -> AsyncIterator[Finding]:
    """Telegram by a token, or the sandbox, with which nothing can be wrong yet."""
    if not plan.token:
        yield Finding("chat: the sandbox, for there is no token")
        return
    try:
        async for finding in telegram(plan):
            yield finding
    except StartupError as error:
        yield Finding("proxy", str(error), "or reach Telegram without one: YARMARKA_TELEGRAM__PROXY=none")
