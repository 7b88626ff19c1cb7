"""Whether a whole feed may withdraw what it no longer has, or somebody is to decide it. Pure."""

from dataclasses import dataclass

from ops.settings import FeedSettings


@dataclass(frozen=True, slots=True)
class WholeFeed:
    """What is known of a whole feed when its last row was sent."""

    offers: int
    """Offers of the shop, with those that are missing in the feed."""
    missing: int
    rows: int
    refused: int


def why_to_wait(feed: WholeFeed, settings: FeedSettings) -> str:
    """Why withdrawing waits for a decision, in words for people; empty when it does not."""
    if not feed.missing:
        return ""
    if feed.rows == feed.refused:
        return "no offer of it could be read"
    if feed.missing > settings.withdraw_freely and feed.missing > settings.withdraw_share * feed.offers:
        return f"would take {feed.missing:,} of {feed.offers:,} offers off sale"
    if feed.refused > settings.refused_share * feed.rows:
        return f"{feed.refused:,} of its {feed.rows:,} rows are wrong, so that it may not be all there is"
    return ""
