"""What /shops stands on."""

from dataclasses import dataclass

from bot.core.access import Access
from bot.core.menus import Menus
from bot.core.shops import ShopRegistry
from bot.features.shops.invitations import Invitations


@dataclass(frozen=True, slots=True)
class ShopServices:
    """`registry` has the shops, `access` says who speaks for them, `invitations` changes that."""

    registry: ShopRegistry
    access: Access
    menus: Menus
    invitations: Invitations
