"""What several products that were banned one by one have in common: the rule that would have banned them. Pure."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from pydantic import Field

from bot.features.bans.models import BanRequest
from bot.state.store import StoreSpec
from pipeline.bans import Kind, Rule, RuleError, parse_rule
from pipeline.contracts.messages import Ban, Message, Moment, now, parts_of_offer_id
from pipeline.text.letters import folded
from pipeline.text.linguistics import term
from pipeline.text.words import words

WITHIN = timedelta(hours=24)
ENOUGH = 3
SHORTEST_WORD = 4


class ProposedRule(Message):
    """A rule with what it would hide."""

    rule: str
    label: str = ""
    hits: int
    examples: tuple[str, ...] = ()


class Reader(Message):
    """An admin by Telegram's id, and the language in which they banned."""

    user_id: int
    language: Literal["ru", "en"]


class BanProposal(Message):
    """What was proposed to those who had banned the products, once; its key is `ban_proposal:<mark of its rules>`."""

    rules: tuple[ProposedRule, ...]
    bans: tuple[str, ...] = Field(description="the rules of the single bans")
    offers: tuple[str, ...] = Field(description="the names of the products that were banned")
    reason: str = Field("", description="the reason of all these bans")
    readers: tuple[Reader, ...] = Field(description="the admins who banned them")
    taken: Literal["", "asked", "left"] = Field("", description="its ban was asked for, or it was left as it is")
    by: str = Field("", description="the name of who did")
    at: Moment = Field(default_factory=now)

    def decided(self, taken: Literal["asked", "left"], by: str) -> "BanProposal":
        """The same, after one of its readers has decided for all."""
        return self.model_copy(update={"taken": taken, "by": by})


PROPOSALS = StoreSpec("ban_proposal:", BanProposal)


@dataclass(frozen=True, slots=True)
class Alike:
    """Bans of single products that one rule would have been."""

    rule: Rule
    bans: tuple[BanRequest, ...]
    # A word that says only what they are, as their category does.
    general: bool = False


def recent_bans(
    requests: Iterable[BanRequest], moment: datetime, standing: Callable[[str], Ban | None]
) -> tuple[BanRequest, ...]:
    """The products that were banned within a day, are banned still, and have left the index; one ban of each."""
    found = {
        request.rule: request
        for request in requests
        if request.action == "ban" and request.status == "confirmed" and request.finished and request.label
        if request.decided_at is not None and moment - request.decided_at < WITHIN
        if parse_rule(request.rule).kind is Kind.PRODUCT
        if (ban := standing(request.rule)) is not None and ban.at == request.decided_at
    }
    return tuple(found.values())


def alike(bans: Sequence[BanRequest]) -> Iterator[Alike]:
    """Groups of at least three: of one shop, of one brand, and with a word in common, the most telling words first."""
    yield from _of_one(bans, Kind.SELLER, lambda ban: parts_of_offer_id(parse_rule(ban.rule).value)[0])
    yield from _of_one(bans, Kind.BRAND, lambda ban: ban.brand)
    common: dict[str, dict[str, BanRequest]] = {}
    spelled: dict[str, str] = {}
    for ban in bans:
        for word in words(ban.label):
            if len(word) >= SHORTEST_WORD and word.isalpha() and folded(word) not in folded(ban.brand):
                spelled.setdefault(term(word), word)
                common.setdefault(term(word), {})[ban.rule] = ban
    enough = {word: tuple(having.values()) for word, having in common.items() if len(having) >= ENOUGH}
    # What they are, a category says already; what is said of them beside that, tells more.
    for word, having in sorted(enough.items(), key=lambda each: _is_general(*each)):
        yield from _ruled(Kind.KEYWORD, spelled[word], having, general=_is_general(word, having))


def _of_one(bans: Sequence[BanRequest], kind: Kind, of: Callable[[BanRequest], str]) -> Iterator[Alike]:
    groups: dict[str, list[BanRequest]] = {}
    for ban in bans:
        if of(ban).strip():
            groups.setdefault(folded(of(ban)), []).append(ban)
    for group in groups.values():
        if len(group) >= ENOUGH:
            yield from _ruled(kind, of(group[0]), tuple(group))


def _ruled(kind: Kind, value: str, bans: tuple[BanRequest, ...], *, general: bool = False) -> Iterator[Alike]:
    try:
        yield Alike(parse_rule(f"{kind.value}:{value}"), bans, general)
    except RuleError:
        return


def _is_general(word: str, bans: Iterable[BanRequest]) -> bool:
    return any(word in {term(step) for step in words(ban.category)} for ban in bans)
