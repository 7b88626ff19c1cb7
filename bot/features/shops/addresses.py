"""What is known of the addresses of shops' feeds: how fetching stands, who was asked for one, who looks at a page."""

from collections.abc import Callable
from datetime import datetime

from bot.core.text_questions import TextQuestions
from bot.features.shops.address_replies import address_page, is_busy
from bot.features.shops.ports import Fetches, Resolve, ShopPorts
from bot.ui.locale import Texts
from bot.ui.reply import Reply
from ops.settings import FeedSettings
from pipeline.contracts.feeds import Shop

# Beyond so many the oldest is forgotten: whoever looks at it still has the button.
MOST_WATCHED = 1_000
MOST_REMEMBERED = 1_000


class Addresses:
    """`asked` knows who is to write an address. What is remembered here is lost with a restart, and harms nobody."""

    def __init__(self, ports: ShopPorts, settings: FeedSettings, clock: Callable[[], datetime]) -> None:
        self.fetches: Fetches = ports.fetches
        self.resolve: Resolve = ports.resolve
        self.private = settings.fetch_private
        self.asked = TextQuestions[str](clock)
        self._every_s = settings.fetch_every_s
        self._clock = clock
        self._removed: dict[str, str] = {}
        self._watched: dict[tuple[int, int], tuple[str, int]] = {}

    def page(self, shop: Shop, texts: Texts) -> Reply:
        """The page of the shop's address as it is now."""
        fetch = self.fetches.get(shop.store_id)
        return address_page(shop, fetch, shop.every_s or self._every_s, self._clock(), texts)

    def remember(self, shop: Shop) -> None:
        """The address is about to be taken away, and may be asked for back."""
        self._removed.pop(shop.store_id, None)
        self._removed[shop.store_id] = shop.address or ""
        if len(self._removed) > MOST_REMEMBERED:
            del self._removed[next(iter(self._removed))]

    def remembered(self, store_id: str) -> str | None:
        """The address that was taken away last; once."""
        return self._removed.pop(store_id, None)

    def watch(self, shop: Shop, chat_id: int, message_id: int, user_id: int) -> None:
        """The person looks at the page in this message; it is to change when the fetch that goes on ends."""
        self._watched.pop((chat_id, message_id), None)
        if is_busy(shop, self.fetches.get(shop.store_id)):
            self._watched[chat_id, message_id] = (shop.store_id, user_id)
            if len(self._watched) > MOST_WATCHED:
                del self._watched[next(iter(self._watched))]

    def watched(self, shop: Shop) -> list[tuple[int, int, int]]:
        """Chat, message and person of the pages of a shop whose fetch has ended; each once."""
        if is_busy(shop, self.fetches.get(shop.store_id)):
            return []
        found = [(place, user_id) for place, (store, user_id) in self._watched.items() if store == shop.store_id]
        for place, _ in found:
            del self._watched[place]
        return [(chat_id, message_id, user_id) for (chat_id, message_id), user_id in found]
