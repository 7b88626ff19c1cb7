"""What is kept about a person, and its deletion, in words."""

from dataclasses import dataclass
from datetime import datetime

from bot.features.privacy.buttons import ForgetMe
from bot.ui.locale import Html, Texts
from bot.ui.reply import Button, Reply
from bot.ui.text import fit
from bot.ui.time import moment


@dataclass(frozen=True, slots=True)
class Kept:
    """A line for each kind of thing that is kept, and since when a deletion is under way."""

    lines: tuple[Html, ...] = ()
    deleting_since: datetime | None = None

    @property
    def anything(self) -> bool:
        """Whether there is something to delete, or there may be."""
        return bool(self.lines)


def privacy(kept: Kept, texts: Texts) -> Reply:
    """What is kept, and the way to delete it."""
    blocks = [
        texts.html("🔐 <b>What I keep about you</b>"),
        _lines(kept, texts),
        texts.html(
            "Your searches and the products you opened help improve search. They are kept for a year under a random "
            "number instead of your name, without your Telegram account or phone number."
        ),
        texts.html(
            "List buttons work for two months and aren't linked to you. "
            "I keep no messages, and nothing goes to the shops."
        ),
    ]
    if kept.deleting_since is not None:
        blocks.append(
            texts.html(
                "⏳ You asked for deletion: {at}. I'll message you when your searches are gone too.",
                at=moment(kept.deleting_since, texts),
            )
        )
    delete = Button(texts.plain("🗑 Forget me"), ForgetMe("ask"))
    return Reply(fit(blocks), ((delete,),) if kept.anything else ())


def forget_question(kept: Kept, texts: Texts) -> Reply:
    """What would be deleted, and the question whether to do it."""
    return Reply(
        fit(
            [
                texts.html("🗑 <b>Delete all of this?</b>"),
                _lines(kept, texts),
                texts.html(
                    "Your alerts will be removed; I'll start recommendations from scratch and use your Telegram "
                    "language. It can't be undone."
                ),
            ]
        ),
        (
            (
                Button(texts.plain("Yes, delete"), ForgetMe("yes")),
                Button(texts.plain("No, keep"), ForgetMe("no")),
            ),
        ),
    )


def forgotten(texts: Texts) -> Reply:
    """After the deletion of what the bot keeps; the rest takes a job."""
    return Reply(
        fit(
            [
                texts.html("✅ Deleted: your settings, alerts, what you viewed and what was picked for you."),
                texts.html(
                    "⏳ Your past searches are being deleted from the archive and the search log; it takes a few "
                    "minutes. I'll message you when it's done."
                ),
            ]
        )
    )


def everything_gone(texts: Texts) -> Reply:
    """The job has deleted the rest."""
    return Reply(
        texts.html(
            "✅ Your past searches are deleted from the archive and the search log too. A technical copy is deleted "
            "within 30 days."
        )
    )


def _lines(kept: Kept, texts: Texts) -> Html:
    return Html("\n".join(kept.lines or (texts.html("• nothing"),)))
