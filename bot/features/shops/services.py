"""What /shops stands on."""

from collections.abc import Awaitable, Callable, Sequence
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

    `addresses` is where their feeds are fetched, `notices` tells of that. `on_sale` counts what each shop sells, the
    most first, and raises what the catalogue raises.
    """

    registry: ShopRegistry
    access: Access
    menus: Menus
    invitations: Invitations
    addresses: Addresses
    notices: FetchNotices
    on_sale: Callable[[], Awaitable[Sequence[tuple[str, int]]]]
