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
            "Your searches and the products you opened serve to make the search better. They are kept for a year under "
            "a pseudonym made with a secret key: without your name, your Telegram id or your phone number."
        ),
        texts.html(
            "What the buttons of your lists stand for is kept for two months, without any link to you. "
            "I keep no messages, and nothing goes to the shops."
        ),
    ]
    if kept.deleting_since is not None:
        blocks.append(
            texts.html(
                "⏳ You asked for deletion at {at}. I will write when your requests are gone too.",
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
                    "I will watch nothing for you any more, recommend as to a newcomer, and speak the language of your "
                    "Telegram again. It cannot be undone."
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
                texts.html("✅ Deleted: your settings, watches, what you looked at and what was recommended to you."),
                texts.html(
                    "⏳ Your past requests are being deleted from the archive and the search log; it takes some "
                    "minutes. I will write when it is done."
                ),
            ]
        )
    )


def everything_gone(texts: Texts) -> Reply:
    """The job has deleted the rest."""
    return Reply(
        texts.html(
            "✅ Your past requests are deleted from the archive and the search log too. The queue between the services "
            "lets go of its copy within 30 days."
        )
    )


def _lines(kept: Kept, texts: Texts) -> Html:
    return Html("\n".join(kept.lines or (texts.html("▫️ nothing"),)))
