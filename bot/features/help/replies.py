"""The greeting, the help of a role, privacy, language."""

from collections.abc import Sequence

from bot.core.menus import MenuLine
from bot.features.help.buttons import ChooseLanguage
from bot.features.help.suggestions import Suggestion
from bot.products.buttons import ShowList
from bot.products.offer_ids import token
from bot.ui.buttons import ShowClock, ShowHelp
from bot.ui.locale import LANGUAGES, Html, Texts
from bot.ui.reply import Button, Reply, Rows, in_rows
from bot.ui.roles import Role
from bot.ui.text import clean, cut, fit

LANGUAGE_NAMES = {"ru": "🇷🇺 Русский", "en": "🇬🇧 English"}


def greeting(
    name: str, duties: Sequence[Button], window: Sequence[Button], suggestions: Sequence[Suggestion], texts: Texts
) -> Reply:
    """The first screen: what waits for the person (`duties`), what there is for everybody, and lists to try."""
    called = cut(clean(name), 40)
    hello = texts.html("👋 Hello, {name}!", name=called) if called else texts.html("👋 Hello!")
    what = texts.html("Tell me what you're looking for and I'll search every shop. Typos are fine.")
    tries = [Button("🔎 " + cut(clean(one.label), 28), ShowList(token(one.state), way="n")) for one in suggestions]
    return Reply(
        fit([Html(f"<b>{hello}</b>"), what]),
        (
            *((button,) for button in duties),
            *in_rows(list(window), 2),
            *in_rows(tries, 2),
            (Button(texts.plain("❔ What can the bot do?"), ShowHelp()),),
        ),
    )


def help_text(lines: tuple[MenuLine, ...], bot_name: str, texts: Texts) -> Reply:
    """The commands of a role, customers' first."""
    titles = {
        Role.CUSTOMER: texts.html("<b>What you can do</b>"),
        Role.SELLER: texts.html("<b>For shops</b>"),
        Role.OPERATOR: texts.html("<b>For operators</b>"),
        Role.ADMIN: texts.html("<b>For admins</b>"),
    }
    blocks = [
        texts.html("🔎 Just write what you're looking for: I answer with a list you can filter, sort and browse.")
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
    """Which language to speak, the present one marked."""
    return Reply(texts.html("🌍 Choose a language:"), _languages(texts))


def language_chosen(texts: Texts) -> Reply:
    """Said in the language that was chosen; the other one is still a press away."""
    return Reply(texts.html("👌 English it is."), _languages(texts))


def _languages(texts: Texts) -> Rows:
    return (
        tuple(
            Button(LANGUAGE_NAMES[code] + (" ✓" if code == texts.language else ""), ChooseLanguage(code))
            for code in LANGUAGES
        ),
        (Button(texts.plain("🕒 Your clock"), ShowClock()),),
    )
