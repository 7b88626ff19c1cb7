"""What /shops stands on."""

from dataclasses import dataclass

from bot.core.access import Access
from bot.core.menus import Menus
from bot.core.shops import ShopRegistry
from bot.features.shops.addresses import Addresses
from bot.features.shops.fetch_notices import FetchNotices
from bot.features.shops.invitations import Invitations


@dataclass(frozen=True, slots=True)
class ShopServices:
    """`registry` has the shops, `access` says who speaks for them, `invitations` changes that.

    `addresses` is where their feeds are fetched, `notices` tells of that.
    """

    registry: ShopRegistry
    access: Access
    menus: Menus
    invitations: Invitations
    addresses: Addresses
    notices: FetchNotices
