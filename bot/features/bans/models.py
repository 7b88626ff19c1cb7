"""A ban, or the lifting of one, that was asked for in a chat: how `chat_state` keeps it, and how it may change.

When it may change is decided in `steps`.
"""

from datetime import datetime
from typing import Literal, TypedDict, Unpack

from pydantic import Field

from bot.core.place import Place
from bot.state.store import StoreSpec
from pipeline.bans import Kind, Rule, RuleError, parse_rule
from pipeline.contracts.messages import Ban, Message, Moment, Product, now
from pipeline.kafka.audit import Actor

ENDLESS, WRITTEN = "0", "own"
"""How the end of a ban was chosen when it was by none of the spans on buttons: there is none, or it was written."""
Status = Literal["asked", "waiting", "confirmed", "undone", "cancelled", "expired"]
ROLE = "admin"


class Admin(Message):
    """A person in a request: the pseudonym for the records, and the name that admins read."""

    id: str
    name: str = ""

    @classmethod
    def of(cls, actor: Actor) -> "Admin":
        """The person as a request keeps them."""
        return cls(id=actor.id, name=actor.name)

    @property
    def actor(self) -> Actor:
        """The person as the audit names them; nobody but admins takes a part in a request."""
        return Actor(self.id, self.name, ROLE)


Shows = Literal["shop", "rule", "all", "end", "reason", "kind"]


class BanOption(Message):
    """One of the things that a written ban can mean; its button `shows` what makes it another than the rest."""

    rule: str
    reason: str = ""
    until: Moment | None = None
    shows: Shows = "rule"
    label: str = Field("", description="the rule's value as the shops write it")
    hits: int | None = None
    endless: bool = Field(False, description="the text says that there is no end")

    def called(self, label: str) -> "BanOption":
        """The same with the name that people know what it bans by."""
        return self.model_copy(update={"label": label})

    def shown_as(self, shows: Shows, hits: int | None = None) -> "BanOption":
        """The same, with this on its button."""
        return self.model_copy(update={"shows": shows, "hits": hits})


class _Changes(TypedDict, total=False):
    """The fields that change in the life of a request."""

    rule: str
    label: str
    brand: str
    category: str
    reason: str
    unreasoned: bool
    end: str
    future: bool
    options: tuple[BanOption, ...]
    must_choose: bool
    until: datetime | None
    status: Status
    hits: int | None
    second: Admin | None
    decided_at: datetime
    undone_by: Admin | None
    undone_at: datetime | None
    applied: bool
    finished: bool
    closed: bool
    left: int
    took_s: float | None
    previous: Ban | None
    places: tuple[Place, ...]


class BanRequest(Message):
    """A ban, or the lifting of one, from its preview on; its key is `ban:<id>`.

    `decided_at` is also the `at` of the ban that it wrote, by which an Undo knows that the rule is still its own.
    A status with an effect (confirmed, undone) is kept first, `applied` follows when the effect is in `bans`, and
    `finished` when the index has followed.
    """

    action: Literal["ban", "lift"] = "ban"
    rule: str
    label: str = Field("", description="what the rule names, as the shops write it")
    brand: str = Field("", description="the brand of a product that is banned by itself")
    category: str = Field("", description="the category of such a product")
    reason: str = ""
    unreasoned: bool = Field(False, description="the admin chose to give no reason")
    until: Moment | None = None
    end: str = Field("", description="how the end was chosen: a button's code, or that it was written; empty: not yet")
    future: bool = Field(False, description="the admin means what is not on sale yet, for nothing is that it hits")
    status: Status = "asked"
    by: Admin
    by_user: int = Field(description="Telegram's id of the admin who asked, to tell them when the ban is over")
    language: Literal["ru", "en"] = "ru"
    at: Moment = Field(default_factory=now)
    hits: int | None = Field(
        None, description="products that the ban takes down, or its lifting brings back; None: it could not be told"
    )
    examples: tuple[str, ...] = Field((), description="names of some products that the lifting brings back")
    options: tuple[BanOption, ...] = Field((), description="what else the text can mean")
    must_choose: bool = Field(False, description="nothing can be confirmed before one of the options was chosen")
    second: Admin | None = Field(None, description="the other admin who confirmed or declined")
    decided_at: Moment | None = None
    undone_by: Admin | None = None
    undone_at: Moment | None = None
    applied: bool = False
    finished: bool = False
    closed: bool = Field(False, description="the time for Undo is over, and the messages say so")
    left: int = Field(0, description="products still to go, when the progress was given up")
    took_s: float | None = None
    previous: Ban | None = Field(None, description="the ban that the rule had before; Undo puts it back")
    places: tuple[Place, ...] = ()

    @property
    def is_open(self) -> bool:
        """Whether nobody has decided yet."""
        return self.status in {"asked", "waiting"}

    @property
    def is_over(self) -> bool:
        """Whether nothing of it changes any more: given up, or decided and past its Undo."""
        undone = self.status == "undone" and self.finished
        return self.closed or undone or self.status in {"cancelled", "expired"}

    @property
    def has_effect(self) -> bool:
        """Whether what was decided changes the rules in force."""
        return self.status in {"confirmed", "undone"}

    @property
    def takes_down(self) -> bool:
        """Whether products leave the index by what was decided; otherwise they come back."""
        return (self.action == "ban") is (self.status == "confirmed")

    @property
    def lacks_reason(self) -> bool:
        """Whether the admin must still give a reason, or say that there is none: a wide ban is not one for nothing."""
        return self._is_wide and not self.reason and not self.unreasoned

    @property
    def lacks_end(self) -> bool:
        """Whether the admin must still say how long: a wide ban is not for ever by keeping silent."""
        return self._is_wide and self.until is None and not self.end

    @property
    def lacks(self) -> bool:
        """Whether something must be chosen before it can be confirmed."""
        return self.must_choose or self.lacks_reason or self.lacks_end

    @property
    def _is_wide(self) -> bool:
        return self.action == "ban" and parse_rule(self.rule).kind is not Kind.PRODUCT

    def with_reason(self, reason: str) -> "BanRequest":
        """With another reason; an empty one is none, on purpose."""
        return self._but(reason=reason, unreasoned=not reason)

    def with_end(self, until: datetime | None, chosen: str) -> "BanRequest":
        """With another end, chosen by the button of this code or written; None is a ban until it is lifted."""
        return self._but(until=until, end=chosen)

    def for_future(self) -> "BanRequest":
        """Of what is not on sale yet: the suggestions of what else may be meant are done with."""
        return self._but(future=True, options=())

    def with_option(self, option: BanOption) -> "BanRequest":
        """As the admin chose. An answer settles everything; of a suggestion, what was set by buttons stays."""
        taken = self._but(rule=option.rule, label=option.label, options=(), must_choose=False)
        if not self.must_choose:
            return taken.with_reason(option.reason) if option.reason and not self.reason else taken
        end = WRITTEN if option.until is not None else ENDLESS if option.endless else ""
        return taken._but(reason=option.reason, until=option.until, end=end)

    def of_product(self, product: Product) -> "BanRequest":
        """With what the shop says of the product that is banned by itself."""
        return self._but(label=product.name, brand=product.brand, category=product.category)

    def with_hits(self, hits: int | None) -> "BanRequest":
        """With the number of products as it was counted just now."""
        return self._but(hits=hits)

    def with_place(self, place: Place | None) -> "BanRequest":
        """The request with one more message that shows it; one that is known is in the language of who pressed last."""
        if place is None or place in self.places:
            return self
        others = tuple(kept for kept in self.places if not same_message(place, kept))
        return self._but(places=(*others, place))

    def waiting(self) -> "BanRequest":
        """The asker has confirmed, and another admin must too."""
        return self._but(status="waiting")

    def confirmed(self, at: datetime, *, previous: Ban | None, second: Admin | None = None) -> "BanRequest":
        """Decided; `previous` is what the rule had until now, `second` the other admin when it took two."""
        return self._but(status="confirmed", decided_at=at, previous=previous, second=second)

    def cancelled(self, second: Admin | None) -> "BanRequest":
        """Given up by the asker, or declined by another admin."""
        return self._but(status="cancelled", second=second)

    def expired(self) -> "BanRequest":
        """Over, for nobody decided in time."""
        return self._but(status="expired")

    def undone(self, by: Admin, at: datetime) -> "BanRequest":
        """Taken back; the way to the last product begins anew."""
        return self._but(
            status="undone", undone_by=by, undone_at=at, applied=False, finished=False, took_s=None, left=0
        )

    def as_applied(self) -> "BanRequest":
        """Its effect is in `bans`."""
        return self._but(applied=True)

    def superseded(self) -> "BanRequest":
        """Decided, but somebody changed the rule before it was carried out: what they did stays."""
        if self.status == "confirmed" and self.action == "lift":
            return self.cancelled(None)
        return self._but(
            status="confirmed", undone_by=None, undone_at=None, applied=True, finished=True, closed=True, left=0
        )

    def as_finished(self, *, left: int, took_s: float | None) -> "BanRequest":
        """The index has followed, but for the products that are left."""
        return self._but(finished=True, left=left, took_s=took_s)

    def as_closed(self) -> "BanRequest":
        """It can no longer be undone."""
        return self._but(closed=True)

    def _but(self, **changes: Unpack[_Changes]) -> "BanRequest":
        return self.model_copy(update={**changes})


REQUESTS = StoreSpec("ban:", BanRequest)


def rule_of(ban: Ban) -> Rule | None:
    """The ban's rule; None for one that cannot be read, of which the visibility policy tells the operators."""
    try:
        return parse_rule(ban.rule)
    except RuleError:
        return None


def same_message(one: Place, other: Place) -> bool:
    """Whether both are the same message, whatever its language."""
    return (one.chat_id, one.message_id) == (other.chat_id, other.message_id)
