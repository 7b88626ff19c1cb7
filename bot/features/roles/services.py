"""What giving and taking roles stands on."""

from dataclasses import dataclass

from bot.core.access import Access
from bot.core.menus import Menus
from bot.features.roles.store import RoleStore


@dataclass(frozen=True, slots=True)
class RoleServices:
    """`access` says who has which role, `roles` changes it, `menus` shows the person what they may do now."""

    roles: RoleStore
    access: Access
    menus: Menus
