"""What giving and taking roles stands on."""

from dataclasses import dataclass

from bot.core.access import Access
from bot.core.menus import Menus
from bot.core.usernames import Usernames
from bot.features.roles.store import RoleStore


@dataclass(frozen=True, slots=True)
class RoleServices:
    """`access` says who has which role, `roles` changes it, `menus` shows the person what they may do now;
    `usernames` knows who wrote lately.
    """

    roles: RoleStore
    access: Access
    menus: Menus
    usernames: Usernames
