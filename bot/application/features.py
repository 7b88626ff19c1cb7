"""The list of features, and what follows from it before anything is opened."""

from collections.abc import Sequence

from bot.container.parts import SHARED_STORES, Connect
from bot.container.registration import AnyFeature
from bot.core.menus import MenuLine
from bot.features.alerts.feature import ALERTS
from bot.features.audit.feature import AUDIT
from bot.features.bans.feature import BANS
from bot.features.catalogue.feature import CATALOGUE
from bot.features.check.feature import CHECK
from bot.features.clock.feature import CLOCK
from bot.features.complaints.feature import COMPLAINTS
from bot.features.dead_letters.feature import DEAD_LETTERS
from bot.features.feeds.feature import FEEDS
from bot.features.help.feature import HELP
from bot.features.jobs.feature import JOBS
from bot.features.my_shop.feature import MY_SHOP
from bot.features.privacy.feature import PRIVACY
from bot.features.recommendations.feature import RECOMMENDATIONS
from bot.features.reports.feature import REPORTS
from bot.features.roles.feature import ROLES
from bot.features.search.feature import SEARCH
from bot.features.shops.feature import SHOPS
from bot.features.small_talk.feature import SMALL_TALK
from bot.features.status.feature import STATUS
from bot.features.synonyms.feature import SYNONYMS
from bot.features.trace.feature import TRACE
from bot.features.watches.feature import WATCHES
from bot.features.why.feature import WHY
from bot.state.store import AnySpec

# The order is that of menus and help, of the buttons under a card, and of who is asked first about a text.
FEATURES: tuple[AnyFeature, ...] = (
    SEARCH,
    CATALOGUE,
    RECOMMENDATIONS,
    WATCHES,
    COMPLAINTS,
    HELP,
    CLOCK,
    PRIVACY,
    SHOPS,
    MY_SHOP,
    BANS,
    ROLES,
    AUDIT,
    SYNONYMS,
    DEAD_LETTERS,
    JOBS,
    FEEDS,
    TRACE,
    WHY,
    REPORTS,
    ALERTS,
    STATUS,
    CHECK,
    SMALL_TALK,
)


def menu_lines(features: Sequence[AnyFeature] = FEATURES) -> tuple[MenuLine, ...]:
    """The commands as help and Telegram's menu list them."""
    return tuple(
        MenuLine(command.name, command.about, command.least)
        for feature in features
        for command in feature.commands
        if command.listed
    )


def specs(features: Sequence[AnyFeature] = FEATURES) -> tuple[AnySpec, ...]:
    """Every store of the topics of state."""
    return (*SHARED_STORES, *(spec for feature in features for spec in feature.stores))


def connects(features: Sequence[AnyFeature] = FEATURES) -> tuple[Connect, ...]:
    """What features connect for themselves."""
    return tuple(feature.connect for feature in features if feature.connect is not None)
