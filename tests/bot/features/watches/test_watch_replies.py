"""No product, however odd, makes a message about watches that Telegram would refuse."""

from hypothesis import given
from hypothesis import strategies as st

from bot.core.people import QuietHours
from bot.features.watches.list_replies import Watched, one_watch, stopped, watch_list
from bot.features.watches.models import PriceWatch, SavedSearch
from bot.features.watches.replies import price_asked, price_dropped, price_question, price_too_high, price_watched
from bot.products.list_state import ListState
from bot.products.price_text import compared
from bot.ui.locale import texts
from bot.ui.text import clean
from pipeline.contracts.messages import Product
from tests.bot.ui.test_replies import languages, odd
from tests.bot.world import strategies
from tests.bot.world.limits import check


@odd
@given(strategies.products, languages, st.booleans(), st.booleans())
def test_every_message_about_a_watch_fits(offer: Product, language: str, wished: bool, off: bool) -> None:
    words = texts("ru" if language == "ru" else "en")
    cost = compared(offer.price)
    if cost is None:
        return
    watch = PriceWatch(
        user_id=1, offer_id=offer.offer_id, name=clean(offer.name, 300), price=cost[0], currency=cost[1],
        wanted=cost[0] / 2 if wished else None,
    )  # fmt: skip
    saved = SavedSearch(user_id=1, search=ListState(text=clean(offer.name, 256), category=clean(offer.category)))
    if off:
        watch, saved = watch.changed(stopped_at=watch.at), saved.changed(stopped_at=saved.at)
    shown = [Watched("a" * 11, watch, offer), Watched("b" * 11, watch), Watched("c" * 11, saved)] * 2
    for reply in (
        price_question(offer, cost, watch, words),
        price_asked(offer, cost, words),
        price_too_high(offer, cost, words),
        price_watched(watch, QuietHours(), words),
        price_dropped("p:aaaaaaaaaaa", watch, offer, words),
        watch_list(shown, 0, QuietHours(), words),
        watch_list(shown, 1, QuietHours(), words),
        *(one_watch(one, 0, words) for one in shown),
        stopped("a" * 11, watch, words),
        stopped("a" * 11, saved, words),
    ):
        check(reply)
