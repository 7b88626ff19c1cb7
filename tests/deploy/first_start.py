"""From `docker compose up -d` with images present to the first answer in chat."""

import subprocess
import time
from dataclasses import dataclass

import orjson

from tests.deploy.chat import Talk
from tests.deploy.deployment import Deployment, until

CUSTOMER = 1001
FIRST_ANSWER_BAR_S = 120.0
STARTS_WITHIN = 600.0


@dataclass(frozen=True)
class Start:
    """Seconds from the command to each moment."""

    answer: float
    """The bot answers /start."""
    search: float
    """A search finds products."""
    returned: float
    """`up -d --wait` has returned: every service is healthy."""


def start(deployment: Deployment) -> Start:
    """Bring everything up; a person writes again and again meanwhile, until the bot answers."""
    command = ["docker", "compose", "--project-directory", str(deployment.home), "up", "-d", "--wait"]
    began = time.monotonic()
    process = subprocess.Popen(
        command, env=deployment.engine.environment(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    talk = Talk(deployment, CUSTOMER)
    try:
        until("the chat page takes /start", lambda: talk.writes("/start"), STARTS_WITHIN)
        talk.sees("👋", within=STARTS_WITHIN)
        answer = time.monotonic() - began
        until("a search finds products", lambda: _finds(talk), STARTS_WITHIN)
        search = time.monotonic() - began
        said, _ = process.communicate(timeout=STARTS_WITHIN)
    except BaseException:
        process.kill()
        process.wait()
        raise
    returned = time.monotonic() - began
    assert process.returncode == 0, said[-4000:] + deployment.compose("logs", "--tail", "20").everything[-8000:]
    return Start(answer, search, returned)


def everything_runs(deployment: Deployment) -> str:
    """Each container runs and is healthy, or has ended well; how many that are."""
    rows = [orjson.loads(line) for line in deployment.must("ps", "-a", "--format", "json").splitlines()]
    bad = [
        (row["Service"], row["State"], row["Health"], row["ExitCode"])
        for row in rows
        if not (row["State"] == "running" and row["Health"] in {"healthy", ""})
        and not (row["State"] == "exited" and row["ExitCode"] == 0 and row["Service"] in {"setup", "topics"})
    ]
    assert not bad, bad
    return f"{len(rows)} containers"


def _finds(talk: Talk) -> bool:
    talk.writes("умные часы")
    try:
        return "₽" in str(talk.sees("", within=5))
    except AssertionError:
        return False
