"""Our own services and tasks: `python -m …` of this checkout, with this stack's settings."""

import os
import sys
from collections.abc import Mapping
from pathlib import Path

from ops.settings import NESTED, PREFIX, STACK_DIR_NAME, TOKEN_NAME, read_env_file
from ops.stack.checkout import CHECKOUT
from ops.stack.credentials import sandbox_token
from ops.stack.http_probe import get
from ops.stack.identities import SANDBOX_TOKEN
from ops.stack.part import FIRST_ANSWER, Launch, NotReadyError, Part, PartGroup, PartKind, Site
from ops.stack.ports import HOST

PORT_NAME = f"{PREFIX}HTTP{NESTED}PORT"
# The people of the sandbox, as the README introduces them.
ADMINS, OPERATORS, OPERATORS_GROUP = "2001,2002", "3001,3002", "-100500"


def python(site: Site, *arguments: str, environment: Mapping[str, str] | None = None) -> Launch:
    """`python <arguments>` of this checkout; what the stack has decided wins over the caller's environment."""
    decided = tuple(name for name in read_env_file(site.directory.environment) if name != TOKEN_NAME)
    return Launch(
        (sys.executable, *arguments),
        environment={STACK_DIR_NAME: str(site.directory.root), "PYTHONUNBUFFERED": "1", **(environment or {})},
        without=decided,
        cwd=CHECKOUT,
    )


class ServicePart(Part):
    """A long-running service with /metrics and /health on a port of its own, named like the part."""

    kind = PartKind.SERVICE
    group = PartGroup.SERVICES
    command: tuple[str, ...]

    def address(self, site: Site) -> str:
        return f"http://{site.at(self.name)}"

    def metrics_address(self, site: Site) -> str:
        return site.at(self.name)

    def launch(self, site: Site) -> Launch:
        return python(site, "-m", *self.command, environment={PORT_NAME: str(site.port(self.name))})

    async def probe(self, site: Site) -> None:
        status, body = await get(HOST, site.port(self.name), "/health/ready")
        if status != 200:
            raise NotReadyError(f"answers {status}: {body[:200].decode(errors='replace')}")


class TopicsPart(Part):
    """Topics and ACLs as the contracts say, at every start."""

    name = "topics"
    kind = PartKind.TASK
    group = PartGroup.SERVICES
    requires = ("kafka",)

    def launch(self, site: Site) -> Launch:
        return python(site, "-m", "pipeline", "topics")


class FilterPart(ServicePart):
    name = "filter"
    requires = ("topics",)
    ports = ("filter",)
    command = ("pipeline", "filter")


class IndexerPart(ServicePart):
    name = "indexer"
    requires = ("topics", "elasticsearch")
    ports = ("indexer",)
    command = ("pipeline", "index")


class FeedPart(ServicePart):
    """Feeds what is dropped into the shops' folder, and carries out what is decided about feeds that wait."""

    name = "feed"
    requires = ("topics",)
    after = FIRST_ANSWER
    ports = ("feed",)
    command = ("pipeline", "feed")

    def settings(self, site: Site) -> Mapping[str, str]:
        # What sellers send in the chat, the bot puts there.
        return {f"{PREFIX}BOT{NESTED}FEEDS_DIR": str(site.directory.home(self.name))}

    def launch(self, site: Site) -> Launch:
        folder = site.directory.home(self.name)
        folder.mkdir(parents=True, exist_ok=True)
        environment = {PORT_NAME: str(site.port(self.name))}
        return python(site, "-m", *self.command, "--watch", str(folder), environment=environment)


class RequestsPart(ServicePart):
    name = "requests"
    requires = ("topics", "elasticsearch")
    ports = ("requests",)
    command = ("pipeline", "requests")


class SandboxPart(Part):
    """Telegram's stand-in for who has no token: Bot API and the chat page on one port."""

    name = "sandbox"
    kind = PartKind.SERVICE
    group = PartGroup.SERVICES
    ports = ("sandbox",)

    def wanted(self) -> bool:
        return not os.environ.get(TOKEN_NAME)

    def settings(self, site: Site) -> Mapping[str, str]:
        return {
            f"{PREFIX}TELEGRAM{NESTED}BASE_URL": self.address(site),
            TOKEN_NAME: sandbox_token(site.directory.credentials),
            f"{PREFIX}BOT{NESTED}ADMINS": ADMINS,
            f"{PREFIX}BOT{NESTED}OPERATORS": OPERATORS,
            f"{PREFIX}BOT{NESTED}ALERT_CHATS": OPERATORS_GROUP,
            f"{PREFIX}BOT{NESTED}DRILL": "true",
            # The sandbox has no limits unless it is asked for them, and a hundred cards should not take five minutes.
            f"{PREFIX}TELEGRAM{NESTED}PER_SECOND": "300",
            f"{PREFIX}TELEGRAM{NESTED}GROUP_PER_MINUTE": "6000",
        }

    def address(self, site: Site) -> str:
        return f"http://{site.at('sandbox')}"

    def credentials(self, site: Site) -> tuple[Path, ...]:
        return (self._token(site),)

    @staticmethod
    def _token(site: Site) -> Path:
        return site.directory.credentials / "bot" / SANDBOX_TOKEN

    def launch(self, site: Site) -> Launch:
        options = {
            "--port": str(site.port("sandbox")),
            "--state": str(site.directory.home(self.name)),
            "--token-file": str(self._token(site)),
        }
        return python(site, "-m", "ops", "sandbox", *(word for option in options.items() for word in option))

    async def probe(self, site: Site) -> None:
        status, _ = await get(HOST, site.port("sandbox"), "/")
        if status != 200:
            raise NotReadyError(f"the chat page answers {status}")


class BotPart(ServicePart):
    name = "bot"
    requires = ("topics", "elasticsearch", "sandbox")
    ports = ("bot", "bot.webhook")
    command = ("bot",)

    def settings(self, site: Site) -> Mapping[str, str]:
        return {f"{PREFIX}BOT{NESTED}WEBHOOK_PORT": str(site.port("bot.webhook"))}
