"""A request of an admin as one message, whichever kind it is."""

from bot.features.bans.lift_replies import lift_card
from bot.features.bans.models import BanRequest
from bot.features.bans.preview import Preview
from bot.features.bans.replies import Standing, ban_card
from bot.ui.locale import Texts
from bot.ui.reply import Reply


def request_card(request_id: str, request: BanRequest, shown: Preview, standing: Standing, texts: Texts) -> Reply:
    """A ban, or the lifting of one, as it stands."""
    if request.action == "lift":
        return lift_card(request_id, request, standing, texts)
    return ban_card(request_id, request, shown, standing, texts)
