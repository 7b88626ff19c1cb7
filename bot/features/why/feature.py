"""Why a product stands in a search where it stands: how the feature is registered."""

from bot.container.foundation import Foundation
from bot.container.registration import Command, Feature
from bot.features.why.handlers import why
from bot.features.why.services import WhyServices
from bot.ui.locale import later
from bot.ui.roles import Role


def build(base: Foundation) -> WhyServices:
    """From what all features share."""
    return WhyServices(base.products)


WHY = Feature(
    name="why",
    build=build,
    commands=(Command("why", why, Role.ADMIN, later("why a product is found, or is not")),),
)
