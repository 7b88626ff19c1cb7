"""The greeting, the help of a role, privacy, language."""

from bot.core.menus import MenuLine
from bot.features.help.buttons import ChooseLanguage
from bot.products.buttons import ShowList
from bot.products.list_state import ListState
from bot.products.offer_ids import token
from bot.ui.buttons import ShowClock, ShowHelp
from bot.ui.locale import LANGUAGES, Html, Texts
from bot.ui.reply import Button, Reply, in_rows
from bot.ui.roles import Role
from bot.ui.text import clean, cut, fit

LANGUAGE_NAMES = {"ru": "🇷🇺 Русский", "en": "🇬🇧 English"}


def greeting(name: str, suggestions: tuple[str, ...], texts: Texts) -> Reply:
    """The first screen: what to do here, and things to try."""
    called = cut(clean(name), 40)
    hello = texts.html("👋 Hello, {name}!", name=called) if called else texts.html("👋 Hello!")
    blocks = [
        Html(f"<b>{hello}</b>"),
        texts.html(
            "I search the goods of all shops of the market. Write what you need, in your own words; "
            "I forgive typing mistakes."
        ),
        texts.html("For example:") if suggestions else Html(""),
    ]
    buttons = [
        Button("🔎 " + cut(clean(text), 28), ShowList(token(ListState(text=text)), way="n")) for text in suggestions
    ]
    return Reply(fit(blocks), (*in_rows(buttons, 2), (Button(texts.plain("❔ What can you do?"), ShowHelp()),)))


def help_text(lines: tuple[MenuLine, ...], bot_name: str, texts: Texts) -> Reply:
    """The commands of a role, customers' first."""
    titles = {
        Role.CUSTOMER: texts.html("<b>What you can do</b>"),
        Role.SELLER: texts.html("<b>For shops</b>"),
        Role.OPERATOR: texts.html("<b>For operators</b>"),
        Role.ADMIN: texts.html("<b>For admins</b>"),
    }
    blocks = [
        texts.html(
            "🔎 Just write what you are looking for: I answer with a list that you can narrow, sort and page through."
        )
    ]
    for role, title in titles.items():
        named = [
            texts.html("/{name} – {about}", name=line.name, about=line.about) for line in lines if line.least is role
        ]
        if named:
            blocks.append(Html("\n".join((title, *named))))
    if bot_name:
        blocks.append(
            texts.html(
                "In any other chat, write <code>@{bot} smart watch</code> to show somebody a product.", bot=bot_name
            )
        )
    return Reply(fit(blocks))


def language_choice(texts: Texts) -> Reply:
    """Which language to speak."""
    buttons = [
        Button(("● " if code == texts.language else "") + LANGUAGE_NAMES[code], ChooseLanguage(code))
        for code in LANGUAGES
    ]
    clock = Button(texts.plain("🕒 Your clock"), ShowClock())
    return Reply(texts.html("🌍 Which language shall we speak?"), (tuple(buttons), (clock,)))


def language_chosen(texts: Texts) -> Reply:
    """Said in the language that was chosen."""
    return Reply(texts.html("👌 English it is. /language changes it again."))
