"""Roles: who may do what."""

from bot.container.foundation import Foundation
from bot.container.registration import Command, Feature, on
from bot.core.access import GRANTS
from bot.features.roles.buttons import SetRole
from bot.features.roles.handlers import roles, set_role
from bot.features.roles.services import RoleServices
from bot.features.roles.store import RoleStore
from bot.ui.locale import later
from bot.ui.roles import Role


def build(base: Foundation) -> RoleServices:
    """From what all features share; the roles that were given are read by all of them."""
    return RoleServices(
        roles=RoleStore(base.stores.of(GRANTS), base.persons, base.audit_log, base.clock),
        access=base.persons.access,
        menus=base.menus,
        usernames=base.persons.usernames,
    )


ROLES = Feature(
    name="roles",
    build=build,
    commands=(Command("roles", roles, Role.ADMIN, later("roles")),),
    buttons=(on(SetRole, set_role),),
)
