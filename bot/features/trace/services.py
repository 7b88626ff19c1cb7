"""What /trace stands on."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from bot.core.access import Access
from bot.core.job_requests import JobQueue
from bot.core.long_answers import LongAnswers
from bot.features.trace.ports import BansInForce, TracePorts
from bot.products.offers import Products
from bot.products.visibility import VisibilityPolicy
from pipeline.bans import Rules
from pipeline.contracts.messages import Ban


@dataclass(frozen=True, slots=True)
class RulesInForce:
    """The rules as the bot has them compiled for everything that it shows."""

    visibility: VisibilityPolicy
    bans: BansInForce

    def rules(self) -> Rules:
        return self.visibility.rules()

    def ban(self, rule_id: str) -> Ban | None:
        return self.bans.get(rule_id)


@dataclass(frozen=True, slots=True)
class TraceServices:
    """`jobs` knows when the lake was filled last, `access` whose offers a seller may see."""

    ports: TracePorts
    products: Products
    in_force: RulesInForce
    jobs: JobQueue
    access: Access
    clock: Callable[[], datetime]
    long_answers: LongAnswers
