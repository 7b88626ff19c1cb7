"""Price lists that were taken in as what may be the cause of something. Pure."""

from collections.abc import Iterator
from datetime import datetime

from bot.core.recent_changes import Change
from bot.features.feeds.ports import FeedPorts
from bot.ui.locale import Texts
from bot.ui.text import clean, cut


def feeds_since(ports: FeedPorts, since: datetime, texts: Texts) -> Iterator[Change]:
    """The price lists that came since then and changed something."""
    for run in ports.runs.newest():
        at = run.ended or run.began
        if at >= since and not run.same_file and run.changed + run.sent + run.refused + run.withdrawn:
            shop = cut(clean(ports.shop_name(run.store_id)), 40)
            yield Change(at, texts.plain("price list of “{shop}”: {n} new or changed", shop=shop, n=run.sent))
