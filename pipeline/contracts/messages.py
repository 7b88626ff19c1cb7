"""What passes through the topics: frozen, versioned models and their JSON.

Every message is one JSON object, written and read by orjson, with the header `schema_version`. A reader
ignores fields that it does not know, so a new optional field needs no migration.
"""

import re
from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, Literal, TypeAlias, TypeVar

import orjson
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from ops.errors import UnprocessableMessage
from pipeline.contracts.ways_on import Address, PriceBefore, WrittenContact, WrittenDelivery

SCHEMA_VERSION = 1
HEADERS: list[tuple[str, bytes]] = [("schema_version", str(SCHEMA_VERSION).encode())]

CONTROL = re.compile(r"[\x00-\x1f\x7f]")

MOST_PIECES = 1_000_000_000_000
"""The largest stock of a product; what is above is a mistake in an export, or the word "unlimited" in digits."""

# JSON here, and `long` of Elasticsearch, end at 64 bits.
Whole = Annotated[int, Field(ge=-(2**63), le=2**63 - 1)]
Scalar = bool | Whole | float | str


class Message(BaseModel):
    """The base of everything that is sent."""

    model_config = ConfigDict(frozen=True, extra="ignore", allow_inf_nan=False)


M = TypeVar("M", bound=BaseModel)


def encode(message: BaseModel) -> bytes:
    """The message's JSON; fields that are None are left out."""
    return orjson.dumps(message.model_dump(mode="json", exclude_none=True))


def decode(model: type[M], value: bytes | None) -> M:
    """The message in `value`. Raises UnprocessableMessage that names the first fault."""
    if value is None:
        raise UnprocessableMessage("a tombstone where a value was expected")
    try:
        return model.model_validate(orjson.loads(value))
    except orjson.JSONDecodeError as error:
        raise UnprocessableMessage(f"not JSON: {error}") from None
    except ValidationError as error:
        fault = error.errors(include_url=False)[0]
        place = ".".join(str(part) for part in fault["loc"]) or "message"
        raise UnprocessableMessage(f"{place}: {fault['msg']}") from None


def now() -> datetime:
    """The present moment, in UTC."""
    return datetime.now(UTC)


def _aware(moment: datetime) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _text_of_number(value: object) -> object:
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _plain(text: str) -> str:
    text = text.strip()
    if not text or CONTROL.search(text):
        raise ValueError("must be text without control characters")
    return text


Moment = Annotated[datetime, AfterValidator(_aware)]
# Shops number their products, stores and articles, so a whole number is taken for text.
Identifier = Annotated[str, BeforeValidator(_text_of_number), AfterValidator(_plain), Field(max_length=200)]
Text = Annotated[str, BeforeValidator(_text_of_number)]


# --- whose an offer is ---

OFFER_DIVIDER = "/"


def _no_divider(store_id: str) -> str:
    if OFFER_DIVIDER in store_id:
        raise ValueError(f"must not contain {OFFER_DIVIDER!r}")
    return store_id


StoreId = Annotated[Identifier, AfterValidator(_no_divider)]


def offer_id(store_id: str, product_id: str) -> str:
    """`store_id/product_id`: what an offer is called everywhere; two shops may both number from 1."""
    return f"{store_id}{OFFER_DIVIDER}{product_id}"


def parts_of_offer_id(offer: str) -> tuple[str, str]:
    """(store_id, product_id); the product's own id may hold the divider. ("", id) for a short id."""
    store_id, divider, product_id = offer.partition(OFFER_DIVIDER)
    return (store_id, product_id) if divider else ("", offer)


# --- the product, as shops of this kind send it ---


Currency = Annotated[str, Field(pattern=r"^[A-Z]{3}$", description="ISO 4217")]


class ConvertedPrice(Message):
    """A shop's price in the marketplace's own currency, by the rate of the day on which it was sent."""

    amount: float = Field(gt=0, le=1e15)
    currency: Currency


class Price(Message):
    amount: float = Field(ge=0, le=1e12, description="in units of the currency, not in kopecks; 0: on request")
    currency: Currency
    at_least: bool | None = Field(None, description="the price begins there: «от …»")
    converted: ConvertedPrice | None = Field(
        None, description="left out in the marketplace's currency, or without rate"
    )

    @property
    def on_request(self) -> bool:
        """The shop tells the price when it is asked: it is neither the cheapest, nor has it fallen."""
        return self.amount == 0

    def within(self, currency: str) -> float | None:
        """What can be compared with prices in this currency; None on request, and without a rate."""
        if self.on_request:
            return None
        if self.currency == currency:
            return self.amount
        return self.converted.amount if self.converted is not None and self.converted.currency == currency else None


class Stock(Message):
    available: int = Field(0, ge=0, le=MOST_PIECES)
    reserved: int = Field(0, ge=0, le=MOST_PIECES)
    uncounted: bool = Field(False, description="the shop says only that there is some; `available` is then 1")

    @property
    def for_sale(self) -> int:
        """How many one can have: what is reserved is somebody's already; 1 where nobody counted them."""
        return self.available if self.uncounted else max(0, self.available - self.reserved)


class Image(Message):
    url: str
    alt: str = ""


def _specifications(value: object) -> object:
    if not isinstance(value, dict):
        return value
    return {str(name): _scalar(item) for name, item in value.items() if item is not None}


def _scalar(value: object) -> object:
    if isinstance(value, list):
        return ", ".join(str(item) for item in value)
    if isinstance(value, bool | int | float | str):
        return value
    try:
        return orjson.dumps(value).decode()
    except TypeError as error:
        raise ValueError(f"is nested too deep or no JSON ({error})") from None


class Product(Message):
    """A shop's offer. Fields that we do not know travel along unchanged."""

    model_config = ConfigDict(frozen=True, extra="allow", allow_inf_nan=False)

    product_id: Identifier
    name: Annotated[str, AfterValidator(str.strip), Field(min_length=1, max_length=1_000)]
    description: str = ""
    price: Price
    category: str = Field("", description="a path from the general to the special, parts divided by ' / '")
    brand: Text = ""
    stock: Stock = Stock()
    sku: Text = ""
    tags: tuple[Text, ...] = ()
    images: tuple[Image, ...] = ()
    specifications: Annotated[dict[str, Scalar], BeforeValidator(_specifications)] = Field(default_factory=dict)
    created_at: Moment | None = None
    updated_at: Moment | None = None
    store_id: StoreId
    group_id: Identifier | None = Field(None, description="the model of which this is one variant, within the shop")
    url: Address = Field(None, description="the offer's page at its shop")
    old_price: PriceBefore = Field(None, description="what it cost before, in the currency of the price")
    delivery: WrittenDelivery = None
    contact: WrittenContact = Field(None, description="where the shop is asked about this offer, see contact_of")

    @property
    def offer_id(self) -> str:
        """The offer's name in the marketplace; see `offer_id`."""
        return offer_id(self.store_id, self.product_id)

    @property
    def before(self) -> float | None:
        """What it cost before, when that is more than it costs now."""
        return self.old_price if self.old_price is not None and 0 < self.price.amount < self.old_price else None


# --- what people do ---


class Ban(Message):
    """A rule in force; its key is `rule`, a tombstone lifts it."""

    rule: str = Field(description="product:<store>/<id>, seller:…, category:…, brand:… or keyword:…")
    reason: str = ""
    by: str = Field("", description="the name of the admin, or of the terminal's user")
    at: Moment = Field(default_factory=now)
    until: Moment | None = Field(None, description="from this moment on the rule is no longer in force")


class RequestKind(StrEnum):
    SEARCH = "search"
    VIEW = "view"
    LIKE = "like"
    DISLIKE = "dislike"
    HIDE = "hide"
    UNHIDE = "unhide"
    RECOMMEND = "recommend"
    SIMILAR = "similar"
    PURCHASE = "purchase"
    WATCH = "watch"
    FORGET = "forget"


class ClientRequest(Message):
    """One request of a customer. The user is a pseudonym: HMAC-SHA-256 of the Telegram id, hexadecimal."""

    request_id: str
    user: str
    kind: RequestKind
    at: Moment = Field(default_factory=now)
    channel: Literal["chat", "inline", "terminal", "shop", "simulator"] = "chat"
    language: str = "ru"
    text: str = ""
    filters: dict[str, str] = Field(default_factory=dict)
    sort: str = ""
    offset: int = 0
    outcome: str = Field("", description="found, corrected, nearest, nothing, refused or failed")
    total: int = 0
    hits: tuple[str, ...] = Field((), description="offer ids of the products shown, in their order")
    offer_id: str | None = None
    position: int | None = Field(None, description="the product's place in the list it came from, from 0")
    source: str = Field("", description="where the product was met: search, recommend, similar, variant, link")
    quantity: int | None = None
    latency_ms: float = 0.0
    simulated: bool = False


class ForgottenPerson(Message):
    """Somebody asked to be forgotten; its key is the SHA-256 of their pseudonym, hexadecimal.

    What they did until that moment is in no log any more, however late it comes.
    """

    until: Moment


AuditAction: TypeAlias = Literal[
    "acknowledge", "apply_bans", "apply_feed", "ask_review", "ban", "bind_seller", "comment",
    "dead_letters:discard", "dead_letters:replay", "dismiss_reports", "drill", "drop_seller", "feed_address",
    "fetch_feed", "grant", "hand_over", "invite_seller", "keep_ban", "keep_feed", "oncall_add", "oncall_remove",
    "register_shop", "remove_shop", "resign", "revoke", "run_job", "section_name", "send_feed", "silence",
    "synonym_add", "synonym_remove", "unban", "unsilence",
]  # fmt: skip
"""What may be done on record; `/audit` has a sentence for each. Refused is whatever somebody tried."""


class AuditEntry(Message):
    """Who did what, written before it is confirmed to them. Key: the actor.

    A customer's name is in no entry, whoever writes or reads it: the audit stays when they ask to be forgotten.
    """

    entry_id: str
    actor: str = Field(description="pseudonym of a person of the chat, or terminal:<user>")
    actor_name: str = ""
    role: str = ""
    action: str = Field(description="an `AuditAction`; of a refusal, what was tried")
    target: str = ""
    detail: str = ""
    result: Literal["done", "refused", "failed", "requested"] = "done"
    at: Moment = Field(default_factory=now)

    @model_validator(mode="before")
    @classmethod
    def _without_a_customers_name(cls, fields: object) -> object:
        if isinstance(fields, dict) and fields.get("role") == "customer":
            return {**fields, "actor_name": ""}
        return fields


class RowFault(Message):
    """What is wrong with a row of a feed: `code` is one of `feeds.FaultCode`, `values` are what its sentence names."""

    code: str
    field: str = Field("", description="the field, element or column as the contract or the format calls it")
    values: dict[str, str] = Field(default_factory=dict)


class DeadLetter(Message):
    """A message that was put aside. Key: source topic-partition-offset."""

    source: str = Field(description="topic-partition-offset, or feed:<file>:<line>")
    topic: str = Field(description="the topic to which a replay sends it")
    key: str | None = None
    value: str = Field(description="the message as it was, base64 of its bytes (of its first part, when huge)")
    truncated: bool = False
    reason: str = Field(description="a short class of fault: not_json, invalid, too_large, refused_by_index, …")
    detail: str = ""
    fault: RowFault | None = Field(None, description="of a row of a feed: the same as `detail`, to be said in words")
    service: str
    at: Moment = Field(default_factory=now)


# --- what machines say ---


class Reason(Message):
    """Why a product is recommended; `again`: it was bought and is needed again about now.

    `taste`: by what the person did, of which nothing may be named.
    """

    kind: Literal["viewed", "liked", "bought", "again", "together", "category", "popular", "new", "taste"]
    offer_id: str | None = None
    category: str | None = None


class Recommended(Message):
    offer_id: str
    score: float
    reason: Reason


class Recommendations(Message):
    """Key: a pseudonym, `item:<offer_id>`, `popular`, or `popular:<section>`."""

    items: tuple[Recommended, ...]
    run_id: str
    at: Moment = Field(default_factory=now)
