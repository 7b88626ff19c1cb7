"""A request of an admin as one message, whichever kind it is."""

from bot.bans.preview import Preview
from bot.locale import Texts
from bot.replies.ban import Standing, ban_card
from bot.replies.lift import lift_card
from bot.replies.reply import Reply
from pipeline.contracts.ban_requests import BanRequest


def request_card(request_id: str, request: BanRequest, shown: Preview, standing: Standing, texts: Texts) -> Reply:
    """A ban, or the lifting of one, as it stands."""
    if request.action == "lift":
        return lift_card(request_id, request, standing, texts)
    return ban_card(request_id, request, shown, standing, texts)
