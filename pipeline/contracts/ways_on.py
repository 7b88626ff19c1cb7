"""How a buyer gets from an offer to its shop: the page, the contact, the delivery. Pure.

None of it decides whether an offer is valid: what cannot be used reads as if it had not been sent. There are no words
of the shop's in it: those are specifications, where bans look for them.
"""

import re
from dataclasses import dataclass
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError

LONGEST_ADDRESS = 2_048
LONGEST_CONTACT = 200
LARGEST_AMOUNT = 1e12
# A name with a domain, and neither a person nor a password before it: `https://bank.example@evil.example` is nobody's.
ADDRESS = re.compile(
    r"https?://(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+(?:[a-z]{2,63}|xn--[a-z0-9-]{2,59})(?::[0-9]{1,5})?"
    r"(?:[/?#][!#$%&'()*+,./0-9:;=?@A-Z\[\]_a-z~-]*)?",
    re.IGNORECASE | re.ASCII,
)
TELEGRAM_NAME = re.compile(r"@([A-Za-z][A-Za-z0-9_]{3,31})", re.ASCII)
TELEGRAM_LINK = re.compile(r"(?:https?://)?(?:t\.me|telegram\.me)/([A-Za-z][A-Za-z0-9_]{3,31})/?", re.ASCII)
MAIL = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.)+[A-Za-z]{2,63}", re.ASCII)
PHONE = re.compile(r"\+?[0-9][0-9 ()\u00a0.–-]{5,30}[0-9]")
PHONE_DIGITS = range(7, 16)
DAYS = re.compile(r"([0-9]{1,3})(?:[-–]([0-9]{1,3}))?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Contact:
    """Where a shop is asked, as it is shown; `link` opens it: a mail address and a phone number have none."""

    text: str
    link: str | None = None


def contact_of(written: str) -> Contact | None:
    """The contact that a text is: @name or its link, another page, a mail address, a phone number; None: no contact."""
    text = " ".join(written.split())
    if not text or len(text) > LONGEST_CONTACT:
        return None
    name = TELEGRAM_NAME.fullmatch(text) or TELEGRAM_LINK.fullmatch(text)
    if name is not None:
        return Contact(f"@{name.group(1)}", f"https://t.me/{name.group(1)}")
    if ADDRESS.fullmatch(text):
        return Contact(text, text)
    if MAIL.fullmatch(text):
        return Contact(text)
    if PHONE.fullmatch(text) and sum(letter.isdigit() for letter in text) in PHONE_DIGITS:
        return Contact(text)
    return None


def is_address(text: str) -> bool:
    """Whether it is the whole address of a page that anybody's browser, and a button, can open."""
    return len(text) <= LONGEST_ADDRESS and ADDRESS.fullmatch(text) is not None


def _address(value: object) -> object:
    return value if isinstance(value, str) and is_address(value) else None


def _contact(value: object) -> object:
    return value if isinstance(value, str) and contact_of(value) is not None else None


def _amount(value: object) -> object:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if 0 <= value <= LARGEST_AMOUNT else None


def _above_nothing(value: object) -> object:
    return _amount(value) or None


def _days(value: object) -> object:
    return value if isinstance(value, str) and DAYS.fullmatch(value) else None


def _truth(value: object) -> object:
    return value if isinstance(value, bool) else None


Address = Annotated[str | None, BeforeValidator(_address)]
WrittenContact = Annotated[str | None, BeforeValidator(_contact)]
PriceBefore = Annotated[float | None, BeforeValidator(_above_nothing)]
Truth = Annotated[bool | None, BeforeValidator(_truth)]


class DeliveryTerms(BaseModel):
    """How an offer comes to its buyer, as far as the shop says so."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    courier: Truth = None
    """It is brought."""
    cost: Annotated[float | None, BeforeValidator(_amount)] = None
    """In the currency of the price; 0: for nothing."""
    days: Annotated[str | None, BeforeValidator(_days)] = None
    """How many, "2" or "1-3"."""
    pickup: Truth = None
    """It can be fetched."""
    in_store: Truth = None
    """It can be bought in the shop without an order."""


def _delivery(value: object) -> object:
    if isinstance(value, DeliveryTerms):
        return value
    try:
        made = DeliveryTerms.model_validate(value)
    except ValidationError:
        return None
    return made if made != DeliveryTerms() else None


WrittenDelivery = Annotated[DeliveryTerms | None, BeforeValidator(_delivery)]
