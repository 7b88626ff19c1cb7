"""What the handlers of bans stand on."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from bot.core.access import Access
from bot.features.bans.guide import Guide
from bot.features.bans.naming import SellerTitles
from bot.features.bans.progress import BanProgress
from bot.features.bans.proposer import BanProposer
from bot.features.bans.questions import Questions
from bot.features.bans.refused_products import RefusedProducts
from bot.features.bans.request_messages import RequestMessages
from bot.features.bans.service import BanService
from bot.products.offers import Products


@dataclass(frozen=True, slots=True)
class BanServices:
    """`bans` changes requests and rules, `messages` shows requests, `progress` goes on after the answer,
    `proposer` proposes rules.

    `refused` counts what rules hold back, `questions` knows who was asked to write what,
    `guide` and `titles` know what is on sale and how it is called.
    """

    bans: BanService
    messages: RequestMessages
    progress: BanProgress
    proposer: BanProposer
    refused: RefusedProducts
    questions: Questions
    guide: Guide
    titles: SellerTitles
    products: Products
    access: Access
    clock: Callable[[], datetime]
