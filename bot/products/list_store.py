"""What the buttons of result lists stand for, so that a list of last week still works after a restart."""

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from aiokafka.errors import KafkaError

from bot.state.store import Store
from bot.ui.callback_ids import is_marked, token
from ops.logs import get_logger
from pipeline.contracts.chat_state import ListState

log = get_logger(__name__)
KEPT_DAYS = 60
# A state that is used again is written again at most this often, to prolong its life.
REFRESH_DAYS = 7
UNSAVED_LIMIT = 5_000
PATIENCE_S = 0.5


class ListStore:
    """States by token. While Kafka is away, new ones live in memory and are written with a later list's."""

    def __init__(self, states: Store[ListState], clock: Callable[[], datetime], patience_s: float = PATIENCE_S) -> None:
        self._states = states
        self._clock = clock
        self._patience_s = patience_s
        self._unsaved: OrderedDict[str, ListState] = OrderedDict()
        self._saving: asyncio.Task[None] | None = None
        self._healthy = True

    def get(self, name: str) -> ListState | None:
        """What the token stands for, or None when it is unknown or was forgotten."""
        return self._states.get(name) or self._unsaved.get(name)

    def product_id(self, product: str) -> str | None:
        """The id of a button's product, which may be a stand-in for a long one."""
        if not is_marked(product):
            return product or None
        state = self.get(product[1:])
        return state.product_id if state else None

    async def keep(self, states: Iterable[ListState]) -> None:
        """Make sure that these survive a restart. Never raises: without Kafka they stay in memory for now."""
        now = self._clock()
        due: dict[str, ListState] = {}
        for state in states:
            name = token(state)
            kept = self._states.get(name)
            if kept is None or kept.at is None or now - kept.at > timedelta(days=REFRESH_DAYS):
                due[name] = state.model_copy(update={"at": now})
        if not due:
            return
        for name, state in due.items():
            self._unsaved[name] = state
        while len(self._unsaved) > UNSAVED_LIMIT:
            self._unsaved.popitem(last=False)
        if self._saving is None or self._saving.done():
            self._saving = asyncio.create_task(self._save_all())
        # An answer waits a moment for its buttons to become durable, but not for a Kafka that is known to be away.
        await asyncio.wait((self._saving,), timeout=self._patience_s if self._healthy else 0)

    async def sweep(self) -> int:
        """Delete what nobody used for long; how many. Raises KafkaError."""
        oldest = self._clock() - timedelta(days=KEPT_DAYS)
        old = [name for name, state in self._states.entries() if state.at is None or state.at < oldest]
        for name in old:
            await self._states.put(name, None)
        return len(old)

    async def _save_all(self) -> None:
        while self._unsaved:
            names = list(self._unsaved)[-100:]
            results = await asyncio.gather(*(self._save(name) for name in names))
            if not all(results):
                return

    async def _save(self, name: str) -> bool:
        state = self._unsaved[name]
        try:
            await self._states.put(name, state)
        except KafkaError as error:
            if self._healthy:
                log.warning("lists_not_saved", error=str(error), next_step="they are tried again with the next list")
            self._healthy = False
            return False
        self._healthy = True
        if self._unsaved.get(name) is state:
            del self._unsaved[name]
        return True
