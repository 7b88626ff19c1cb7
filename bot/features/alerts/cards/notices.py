"""Short answers to the buttons of cards."""

from bot.ui.locale import Texts
from bot.ui.reply import Reply
from bot.ui.text import clean, cut


def taken(texts: Texts) -> str:
    return texts.plain("✋ You are on it. Reminders stop.")


def resigned(texts: Texts) -> str:
    return texts.plain("↩️ It is not yours any more. Reminders go on.")


def not_yours(owner: str, texts: Texts) -> str:
    """Of another operator's card, or of nobody's."""
    if not owner:
        return texts.plain("Nobody has taken it yet.")
    return texts.plain("{name} is on it. To take it over, press “Hand over”.", name=cut(clean(owner), 64))


def already_taken(owner: str, texts: Texts) -> str:
    return texts.plain("{name} is on it already.", name=cut(clean(owner), 64))


def card_resolved(texts: Texts) -> str:
    return texts.plain("✅ It is resolved already.")


def card_gone(texts: Texts) -> str:
    return texts.plain("This card is not known any more; /alerts shows what is open.")


def alert_taken(what: str, texts: Texts) -> str:
    return texts.plain("✋ You're on {what}. Reminders of the others go on.", what=cut(clean(what), 80))


def alert_over(texts: Texts) -> str:
    return texts.plain("✅ This alert does not fire any more.")


def job_under_way(texts: Texts) -> str:
    return texts.plain("It is running or waiting already.")


def looking(texts: Texts) -> str:
    return texts.plain("📉 Looking at the last hour…")


def silenced(texts: Texts) -> str:
    return texts.plain("🔕 Silenced.")


def unsilenced(texts: Texts) -> str:
    return texts.plain("🔔 The silence is over.")


def not_silenced(texts: Texts) -> str:
    return texts.plain("It is not silenced.")


def silence_left(texts: Texts) -> Reply:
    return Reply(texts.html("Nothing was silenced."))


def alertmanager_down(texts: Texts) -> str:
    return texts.plain("😔 Alertmanager does not answer; nothing has changed. Please try again in a minute.")
