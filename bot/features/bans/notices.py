"""What the presser of a ban request's button is told above the chat."""

from bot.features.bans.steps import Notice
from bot.ui.locale import Texts


def said_words(said: Notice, texts: Texts) -> str:
    """The sentence."""
    sentences = {
        Notice.NOTHING: "",
        Notice.WAITING: texts.plain("This concerns many products: another admin must confirm it. I told the others."),
        Notice.NOT_YOURS: texts.plain("Only the admin who asked can decide this."),
        Notice.NEEDS_ANOTHER: texts.plain("Another admin must confirm this, from another account."),
        Notice.DECIDED: texts.plain("This was decided before; nothing more was changed."),
        Notice.EXPIRED: texts.plain("Nobody confirmed within 30 minutes; nothing was changed."),
        Notice.TOO_LATE: texts.plain("The time for Undo is over. /unban lifts the rule."),
        Notice.SUPERSEDED: texts.plain("The rule has been changed since. See /bans."),
        Notice.GONE: texts.plain("This rule is no longer in force, or it was changed since. See /bans."),
    }
    return sentences[said]
