"""Proposes a rule to the admins who banned three products of one kind within a day; banning stays with people."""

import asyncio
from collections.abc import Iterator, Sequence

from aiokafka.errors import KafkaError

from bot.core.decision_cards import DecisionCards, Question
from bot.features.bans.models import BanRequest
from bot.features.bans.naming import label_of
from bot.features.bans.preview import Preview, Previews
from bot.features.bans.proposal_replies import proposal_card, proposal_over
from bot.features.bans.proposals import ENOUGH, WITHIN, Alike, BanProposal, ProposedRule, Reader, alike, recent_bans
from bot.features.bans.service import BanService
from bot.state.store import Store
from bot.ui.callback_ids import mark
from bot.ui.locale import Texts
from bot.ui.reply import Reply
from bot.ui.roles import Role
from ops.logs import get_logger
from pipeline.bans import Kind
from pipeline.contracts.messages import Product

log = get_logger(__name__)
TICK_S = 2.0
EXAMPLES = 3
MOST_RULES = 3
KEPT = 2 * WITHIN


class BanProposer:
    """Keeps each proposal before it tells it, so that a restart neither loses nor repeats one."""

    def __init__(
        self,
        service: BanService,
        proposals: Store[BanProposal],
        previews: Previews,
        cards: DecisionCards,
    ) -> None:
        self.proposals = proposals
        self.cards = cards.of("proposal", self)
        self._service = service
        self._previews = previews
        self._persons = cards.persons
        # The bans that were looked at last: the same ones bring nothing new.
        self._looked_at: tuple[BanRequest, ...] = ()

    async def run(self) -> None:
        """Look for what can be proposed until cancelled."""
        while True:
            try:
                await self.tick()
            except KafkaError as error:
                log.warning("proposals_wait_for_kafka", error=str(error))
            await asyncio.sleep(TICK_S)

    async def tick(self) -> None:
        """Propose what is due, forget what is old, and have all cards as they should be. Raises KafkaError."""
        now = self._service.clock()
        for name, proposal in list(self.proposals.entries()):
            if now - proposal.at > KEPT:
                await self.proposals.put(name, None)
        made = await self._next()
        if made is not None:
            name = mark(f"{made.rules[0].rule}|{made.at.isoformat()}", 8)
            await self.proposals.put(name, made)
            log.info("ban_proposed", rules=[one.rule for one in made.rules], admins=len(made.readers))
        self.cards.look()

    def waiting(self) -> Iterator[Question]:
        """The proposals that nobody has taken or left; see `Questions`."""
        return (self._question(name, kept) for name, kept in self.proposals.entries() if not kept.taken)

    def get(self, subject: str) -> Question | None:
        """A proposal by its name."""
        kept = self.proposals.get(subject)
        return self._question(subject, kept) if kept is not None else None

    async def card(self, subject: str, words: Texts, chat_id: int) -> Reply | None:
        """What the products have in common; or what came of the proposal."""
        kept = self.proposals.get(subject)
        if kept is None:
            return None
        return proposal_over(kept, words) if kept.taken else proposal_card(subject, kept, words)

    def _question(self, name: str, kept: BanProposal) -> Question:
        may = self._persons.access.may
        readers = {each.user_id: each.language for each in kept.readers if may(each.user_id, Role.ADMIN)}
        return Question(name, kept.taken or "open", readers, is_over=bool(kept.taken))

    async def _next(self) -> BanProposal | None:
        now, standing = self._service.clock(), self._service.repository.get
        bans = recent_bans((one for _, one in self._service.requests.entries()), now, standing)
        if bans == self._looked_at:
            return None
        self._looked_at = bans
        found: list[tuple[Alike, ProposedRule]] = []
        for group in alike(bans):
            is_word = group.rule.kind is Kind.KEYWORD
            if len(found) == MOST_RULES or (is_word and any(self._is_enough(group, one) for one, _ in found)):
                break
            rule = None if self._is_settled(group) else await self._proposed(group)
            if rule is not None:
                found.append((group, rule))
        if not found:
            return None
        made = {ban.rule: ban for group, _ in found for ban in group.bans}.values()
        reasons = {ban.reason for ban in made}
        return BanProposal(
            rules=tuple(rule for _, rule in found),
            bans=tuple(ban.rule for ban in made),
            offers=tuple(ban.label for ban in made),
            reason=reasons.pop() if len(reasons) == 1 else "",
            readers=tuple(
                Reader(user_id=user_id, language=language)
                for user_id, language in {ban.by_user: ban.language for ban in made}.items()
            ),
            at=now,
        )

    @staticmethod
    def _is_enough(word: Alike, found: Alike) -> bool:
        """Whether the word adds nothing: it only says what they are, or what was found has the same bans already."""
        return word.general or found.rule.kind is Kind.KEYWORD or set(word.bans) <= set(found.bans)

    def _is_settled(self, group: Alike) -> bool:
        """Whether the rule is in force, or these bans have led to a proposal within a day."""
        if self._service.repository.get(group.rule.id) is not None:
            return True
        now, bans = self._service.clock(), {ban.rule for ban in group.bans}
        return any(
            group.rule.id in {one.rule for one in kept.rules} or len(bans & set(kept.bans)) >= ENOUGH
            for _, kept in self.proposals.entries()
            if now - kept.at < WITHIN
        )

    async def _proposed(self, group: Alike) -> ProposedRule | None:
        preview = await self._previews.of(group.rule)
        if preview.hits is None:
            # The index does not answer: look again.
            self._looked_at = ()
        if not preview.hits:
            return None
        return ProposedRule(
            rule=group.rule.id,
            label=_label(group, preview),
            hits=preview.hits,
            examples=tuple(product.name for product in _first(preview.examples)),
        )


def _first(products: Sequence[Product]) -> Sequence[Product]:
    return products[:EXAMPLES]


def _label(group: Alike, preview: Preview) -> str:
    if group.rule.kind is Kind.SELLER and preview.shops:
        return preview.shops[0][0]
    return label_of(group.rule, preview.examples[0]) if preview.examples else ""
