"""How much one person may report, and whose reports count late. Pure.

A person's reports of one offer are one. Of all offers there are so many a day (a setting), of one shop's offers three
a week, so that one person can neither flood the admins nor drown a shop. Trust: when the last three reports that were
decided within a month were all dismissed, the next ones count late. They are kept and answered like all others, but
open no case: they count as soon as somebody else reports the same offer.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import StrEnum

from bot.features.complaints.models import Complaint
from pipeline.contracts.messages import parts_of_offer_id

DAY = timedelta(days=1)
OF_SHOP, SHOP_WITHIN = 3, timedelta(days=7)
DISMISSED, DISMISSED_WITHIN = 3, timedelta(days=30)


class Filed(StrEnum):
    """What became of a report."""

    TAKEN = "taken"
    REPEATED = "repeated"
    DECIDED = "decided"
    TOO_MANY = "too_many"
    TOO_MANY_OF_SHOP = "too_many_of_shop"


def refusal(made: Iterable[Complaint], offer_id: str, now: datetime, *, a_day: int, lately: int = 0) -> Filed | None:
    """Why a person who has made these reports may not make this one; None: they may.

    `lately` is how many they made within a day, when more is known than what is kept.
    """
    made = tuple(made)
    same = next((each for each in made if each.offer_id == offer_id), None)
    if same is not None:
        return Filed.REPEATED if same.outcome is None else Filed.DECIDED
    if max(lately, sum(now - each.at < DAY for each in made)) >= a_day:
        return Filed.TOO_MANY
    shop = parts_of_offer_id(offer_id)[0]
    of_shop = sum(parts_of_offer_id(each.offer_id)[0] == shop and now - each.at < SHOP_WITHIN for each in made)
    return Filed.TOO_MANY_OF_SHOP if of_shop >= OF_SHOP else None


def counts_late(made: Iterable[Complaint], now: datetime) -> bool:
    """Whether the last reports of the person were all dismissed."""
    ends = ((each.decided_at, each.outcome) for each in made if each.outcome in {"banned", "dismissed"})
    decided = sorted((at, outcome) for at, outcome in ends if at is not None)
    last = [outcome for at, outcome in decided if now - at < DISMISSED_WITHIN][-DISMISSED:]
    return len(last) == DISMISSED and set(last) == {"dismissed"}
