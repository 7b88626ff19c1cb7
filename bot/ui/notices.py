"""Single sentences: what went wrong or was not understood, and the next step."""

from dataclasses import replace

from bot.ui.buttons import ShowHelp
from bot.ui.locale import Texts
from bot.ui.reply import Button, Reply, Rows
from bot.ui.roles import Role
from bot.ui.text import escaped, fit


def being_made(texts: Texts) -> str:
    """The same was asked for a moment ago, and takes its time."""
    return texts.plain("⏳ I am on it already.")


def role_name(role: Role, texts: Texts) -> str:
    """The role in words."""
    return {
        Role.ADMIN: texts.plain("admin"),
        Role.OPERATOR: texts.plain("operator"),
        Role.SELLER: texts.plain("seller"),
        Role.CUSTOMER: texts.plain("customer"),
    }[role]


def refusal(least: Role, texts: Texts) -> str:
    """Why somebody may not do this."""
    if least is Role.ADMIN:
        return texts.plain("Only admins can do this.")
    if least is Role.OPERATOR:
        return texts.plain("Only operators and admins can do this.")
    return texts.plain("Only shops' people and admins can do this.")


def refused(least: Role, texts: Texts) -> Reply:
    """The same as a message, with the way to what the person may do."""
    return Reply(escaped(refusal(least, texts)), _help(texts))


def unknown_command(texts: Texts) -> Reply:
    """A command that does not exist for this person."""
    text = texts.html("🤔 I do not know this command. /help lists those I know, and any other text is a search.")
    return Reply(text, _help(texts))


def text_only(texts: Texts) -> Reply:
    """A picture, a sticker, a voice message."""
    return Reply(texts.html("🙈 I only understand text. Write what you are looking for."))


def too_fast(unread: int, texts: Texts) -> Reply:
    """More at once than a person can write: what was not read, and what to do."""
    return Reply(
        texts.html_n(
            "🐢 Too fast for me: your last {n} message was not read. Please send again what still matters.",
            "🐢 Too fast for me: your last {n} messages were not read. Please send again what still matters.",
            unread,
        )
    )


def anonymous(texts: Texts) -> Reply:
    """A command in a group from somebody who writes in the group's name, or a channel's."""
    return Reply(
        texts.html("🎭 I cannot see who you are. Write as yourself, not in the name of the group or a channel.")
    )


def possible_repeat(reply: Reply, texts: Texts) -> Reply:
    """A message that may be in the chat already, because an earlier try may have arrived."""
    note = texts.html("🔁 <i>possibly a repeat</i>")
    marked = fit([reply.text, note])
    return replace(reply, text=marked) if marked else reply


def empty_search(texts: Texts) -> Reply:
    """/search without a text, or a text of which nothing is left."""
    return Reply(texts.html("🔎 What are you looking for? Just write it, for example: <i>smart watch</i>."))


def old_button(texts: Texts) -> str:
    """A button whose meaning was forgotten, or that nobody made."""
    return texts.plain("This button is out of date. Please search again.")


def unchanged(texts: Texts) -> str:
    """A press after which the message shows what it showed before."""
    return texts.plain("Nothing has changed.")


def page_number(page: int, pages: int, texts: Texts) -> str:
    """What the number between the arrows says."""
    return texts.plain("Page {page} of {pages}", page=page, pages=pages)


def choice_gone(texts: Texts) -> str:
    """A choice that was there when the panel was shown."""
    return texts.plain("There are no such products any more.")


def nothing_to_choose(texts: Texts) -> str:
    """A list in which nothing tells one product from another, or of one product."""
    return texts.plain("There is nothing to filter here: all these products are alike.")


def search_down(texts: Texts) -> str:
    """The catalogue does not answer."""
    return texts.plain("😔 The search is not available at the moment. Please try again in a minute.")


def not_saved(texts: Texts) -> str:
    """Kafka could not take a change, or took it too late to be told here."""
    return texts.plain("😔 I could not save that. Please try again in a minute.")


def not_looked_up(texts: Texts) -> str:
    """Kafka could not be read for this."""
    return texts.plain("😔 I cannot look that up at the moment. Please try again in a minute.")


def too_slow(texts: Texts) -> str:
    """The answer took too long."""
    return texts.plain("😔 That took too long. Please try again.")


def broken(texts: Texts) -> str:
    """A fault of our own."""
    return texts.plain("😔 Something went wrong on our side, and the operators know. Please try again.")


def _help(texts: Texts) -> Rows:
    return ((Button(texts.plain("❔ What can the bot do?"), ShowHelp()),),)
