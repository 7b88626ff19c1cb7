"""What the handlers of bans stand on."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from bot.core.access import Access
from bot.core.shops import ShopRegistry
from bot.features.bans.progress import BanProgress
from bot.features.bans.questions import ValueQuestions
from bot.features.bans.refused_products import RefusedProducts
from bot.features.bans.request_messages import RequestMessages
from bot.features.bans.service import BanService
from bot.products.offers import Products


@dataclass(frozen=True, slots=True)
class BanServices:
    """`bans` changes requests and rules, `messages` shows requests, `progress` goes on after the answer.

    `refused` counts what rules hold back, `questions` knows who was asked to write a rule's value.
    """

    bans: BanService
    messages: RequestMessages
    progress: BanProgress
    refused: RefusedProducts
    questions: ValueQuestions
    products: Products
    shops: ShopRegistry
    access: Access
    clock: Callable[[], datetime]
