"""The feeds that wait for a decision, as questions to the shop's people and all admins."""

from collections.abc import Iterator, Mapping

from bot.core.decision_cards import DecisionCards, Question
from bot.core.shops import ShopRegistry
from bot.features.feeds.file_book import FileBook
from bot.features.feeds.ports import FeedPorts
from bot.features.feeds.replies import decided, report, rows_button, waiting_card, ways_on
from bot.features.feeds.store import FeedDecided
from bot.state.store import Store
from bot.ui.locale import DEFAULT, Texts
from bot.ui.reply import Reply
from bot.ui.roles import Role
from bot.ui.text import fit
from pipeline.contracts.feeds import FeedRun, FeedState


class WaitingFeeds:
    """A feed's message is the card of whoever sent the file; all others get one."""

    def __init__(
        self,
        ports: FeedPorts,
        decisions: Store[FeedDecided],
        cards: DecisionCards,
        *,
        shops: ShopRegistry,
        files: FileBook,
    ) -> None:
        self._runs = ports.runs
        self._shop_name = ports.shop_name
        self._decisions = decisions
        self._admins = cards.admins
        self._access = cards.persons.access
        self._shops = shops
        self._files = files
        self.cards = cards.of("feed", self)

    def waiting(self) -> Iterator[Question]:
        """The feeds that nobody has decided about; see `Questions`."""
        return (
            self._question(run)
            for run in self._runs.newest()
            if run.state is FeedState.WAITING and self._decisions.get(run.key) is None
        )

    def get(self, subject: str) -> Question | None:
        """A feed by its run's key."""
        run = self._runs.get(subject)
        return self._question(run) if run is not None else None

    async def card(self, subject: str, words: Texts, chat_id: int) -> Reply | None:
        """The decisions; afterwards, what was decided by whom, and in the end what came of it."""
        run = self._runs.get(subject)
        if run is None:
            return None
        shop, decision = self._shop_name(run.store_id), self._decisions.get(subject)
        further = ways_on(run, words, staff=self._access.role_of(chat_id) >= Role.OPERATOR)
        if run.state is not FeedState.WAITING:
            return Reply(fit(report(run, shop, words)), (*rows_button(run, words), *further))
        if decision is None:
            return waiting_card(run, shop, words)
        return Reply(decided(run, shop, decision, words).text, further)

    def language(self, store_id: str) -> str:
        """The language of the shop's people, as long as they chose none."""
        shop = self._shops.names().get(store_id)
        return shop.language if shop is not None else DEFAULT

    def _question(self, run: FeedRun) -> Question:
        decision = self._decisions.get(run.key)
        stamp = f"{run.state.value}:{decision is not None and decision.apply}:{decision is not None}"
        return Question(run.key, stamp, self._readers(run), is_over=run.state is not FeedState.WAITING)

    def _readers(self, run: FeedRun) -> Mapping[int, str | None]:
        language = self.language(run.store_id)
        people: dict[int, str | None] = {
            seller.user_id: language for seller in self._access.sellers_of(run.store_id).values()
        }
        people |= self._admins()
        sent = self._files.of_run(run)
        if sent is not None and sent[1].state != "done":
            # The message under the file is about to be the card.
            people.pop(sent[1].user_id, None)
        return people
