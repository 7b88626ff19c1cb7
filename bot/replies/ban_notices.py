"""What the presser of a ban request's button is told above the chat."""

from bot.bans.steps import Said
from bot.locale import Texts


def said_words(said: Said, texts: Texts) -> str:
    """The sentence."""
    sentences = {
        Said.NOTHING: "",
        Said.WAITING: texts.plain("This concerns many products: another admin must confirm it. I told the others."),
        Said.NOT_YOURS: texts.plain("Only the admin who asked can decide this."),
        Said.NEEDS_ANOTHER: texts.plain("Another admin must confirm this, from another account."),
        Said.DECIDED: texts.plain("This was decided before; nothing more was changed."),
        Said.EXPIRED: texts.plain("Nobody confirmed within 30 minutes; nothing was changed."),
        Said.TOO_LATE: texts.plain("The time for Undo is over. /unban lifts the rule."),
        Said.SUPERSEDED: texts.plain("The rule has been changed since. See /bans."),
        Said.GONE: texts.plain("This rule is no longer in force, or it was changed since. See /bans."),
    }
    return sentences[said]
