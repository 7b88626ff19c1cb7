"""Who has which role, and changing it."""

from dataclasses import dataclass

from bot.features.roles.buttons import SetRole
from bot.features.roles.store import NAMES, Granted
from bot.ui.locale import Html, Texts
from bot.ui.notices import role_name
from bot.ui.reply import Button, Reply, in_rows
from bot.ui.roles import Role
from bot.ui.text import clean, cut, escaped, fit

SHOWN = 40
ICONS = {Role.ADMIN: "👑", Role.OPERATOR: "🛠", Role.CUSTOMER: "👤"}


@dataclass(frozen=True, slots=True)
class Holder:
    """A person with their role, and their name if it is known."""

    user_id: int
    role: Role
    name: str = ""


def role_list(holders: tuple[Holder, ...], texts: Texts) -> Reply:
    """Everybody with a role; a button leads to each."""
    lines: list[Html] = []
    for role in (Role.ADMIN, Role.OPERATOR):
        named = [holder for holder in holders if holder.role is role]
        if named:
            title = texts.html("<b>Admins</b>") if role is Role.ADMIN else texts.html("<b>Operators</b>")
            lines.append(Html("\n".join([title, *(escaped(f"{ICONS[role]} {_called(holder)}") for holder in named)])))
    buttons = [
        Button(cut(f"{ICONS[holder.role]} {_called(holder)}", 30), SetRole(str(holder.user_id), "", "ask"))
        for holder in holders[:SHOWN]
    ]
    how = texts.html(
        "To give a role: <code>/roles grant @name operator</code> or <code>admin</code>; or answer a message of the "
        "person, a forwarded one too, with <code>/roles grant operator</code>."
    )
    return Reply(fit([*lines, how]), in_rows(buttons, 2))


def role_question(holder: Holder, texts: Texts) -> Reply:
    """What shall the person's role be?"""
    buttons = [
        Button(("● " if role is holder.role else "") + f"{ICONS[role]} {role_name(role, texts)}",
               SetRole(str(holder.user_id), NAMES[role], "sure"))
        for role in NAMES
    ]  # fmt: skip
    return Reply(
        texts.html("Role of <b>{name}</b>:", name=_called(holder)),
        (tuple(buttons), (Button(texts.plain("‹ Back"), SetRole(str(holder.user_id), "", "list")),)),
    )


def role_confirmation(holder: Holder, texts: Texts) -> Reply:
    """Is it this person that shall have the role? Of somebody nobody has met, that is said."""
    yes = Button(texts.plain("✅ Confirm"), SetRole(str(holder.user_id), NAMES[holder.role], "yes"))
    no = Button(texts.plain("✕ Cancel"), SetRole(str(holder.user_id), "", "list"))
    question = (
        texts.html("Take the role of <b>{name}</b> away?", name=_called(holder))
        if holder.role is Role.CUSTOMER
        else texts.html("Make <b>{name}</b> {role}?", name=_called(holder), role=_instrumental(holder.role, texts))
    )
    blocks = [question]
    if not holder.name:
        blocks.append(texts.html("⚠️ I have never met this person. Is the number right?"))
    return Reply(fit(blocks), ((yes, no),))


def role_set(holder: Holder, before: Role, texts: Texts) -> Reply:
    """The person's new role, after a change, and the way back."""
    changed = texts.html(
        "✅ <b>{name}</b> has the role “{role}” from now on.", name=_called(holder), role=role_name(holder.role, texts)
    )
    undo = Button(texts.plain("↩️ Undo"), SetRole(str(holder.user_id), NAMES.get(before, "customer"), "yes"))
    back = Button(texts.plain("‹ Everybody"), SetRole(str(holder.user_id), "", "list"))
    return Reply(changed, ((undo, back),))


def unknown_username(name: str, texts: Texts) -> Reply:
    """A @username that nobody wrote under lately."""
    return Reply(
        texts.html(
            "🤔 I do not know who {name} is: Telegram tells me only of people who write to me. Ask them to send me "
            "/start and try again, or answer a message of theirs with <code>/roles grant operator</code>.",
            name=name,
        )
    )


def _instrumental(role: Role, texts: Texts) -> str:
    return texts.plain("an admin") if role is Role.ADMIN else texts.plain("an operator")


def not_set(outcome: Granted, texts: Texts) -> str:
    """Why nothing was changed."""
    sentences = {
        Granted.DONE: "",
        Granted.SAME: texts.plain("The person has this role already."),
        Granted.LAST_ADMIN: texts.plain("This is the last admin; make somebody else an admin first."),
        Granted.NOT_ADMIN: texts.plain("You are no admin any more."),
    }
    return sentences[outcome]


def roles_usage(texts: Texts) -> Reply:
    """/roles with something that is not understood."""
    return Reply(
        texts.html(
            "🤔 Write <code>/roles</code> for the list, <code>/roles grant @name operator</code> or <code>admin</code> "
            "to give a role, <code>/roles revoke @name</code> to take it. Instead of @name you may write the person's "
            "number, or answer a message of theirs."
        )
    )


def _called(holder: Holder) -> str:
    name = cut(clean(holder.name), 40)
    return f"{name} · {holder.user_id}" if name else str(holder.user_id)
