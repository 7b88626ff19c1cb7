"""/check in words: what is wrong first, each with what to do; then what is well, in one line each."""

from collections.abc import Callable, Sequence

from bot.features.check.buttons import CheckAgain
from bot.features.check.findings import Finding, Subject, Trouble
from bot.ui.locale import Html, Texts
from bot.ui.reply import Button, Reply
from bot.ui.text import clean, cut, escaped, fit


def check_page(findings: Sequence[Finding], texts: Texts) -> Reply:
    """All of it."""
    faults = [one for one in findings if one.trouble is not None and one.trouble is not Trouble.NOT_SET]
    heading = (
        texts.html_n("🩺 <b>{n} thing is not right</b>", "🩺 <b>{n} things are not right</b>", len(faults))
        if faults
        else texts.html("🩺 <b>Everything is as it should be</b>")
    )
    wrong = [Html(f"❗ {_sentence(one, texts)}") for one in faults]
    unset = [Html(f"• {_sentence(one, texts)}") for one in findings if one.trouble is Trouble.NOT_SET]
    well = [Html(f"✅ {escaped(_well(one, texts))}") for one in findings if one.trouble is None]
    blocks = [heading, *wrong, Html("\n".join([*well, *unset]))]
    again = Button(texts.plain("🔄 Check again"), CheckAgain())
    return Reply(fit([block for block in blocks if block]), ((again,),))


def _name(one: Finding, texts: Texts) -> str:
    names = {
        Subject.KAFKA: "Kafka",
        Subject.ELASTICSEARCH: "Elasticsearch",
        Subject.PROMETHEUS: "Prometheus",
        Subject.ALERTMANAGER: "Alertmanager",
        Subject.TELEGRAM: "Telegram",
        Subject.CLOCK: texts.plain("The server's clock"),
        Subject.DISK: texts.plain("Disk"),
        Subject.CHAT: texts.plain("Chat “{name}”", name=cut(clean(one.name), 40)),
    }
    return names[one.subject]


def _well(one: Finding, texts: Texts) -> str:
    if one.subject is Subject.DISK:
        return texts.plain("Disk: {size} GB free", size=_decimal(one.values["size"], texts))
    if one.subject is Subject.TELEGRAM:
        return f"Telegram: {one.name}"
    return _name(one, texts)


def _sentence(one: Finding, texts: Texts) -> Html:
    what = _name(one, texts)
    sentences: dict[Trouble, Callable[[], Html]] = {
        Trouble.SILENT: lambda: texts.html("{what} does not answer. Look at it: /status", what=what),
        Trouble.TOKEN: lambda: texts.html("Telegram does not accept the bot's token. Take a new one from @BotFather."),
        Trouble.UNREACHED: lambda: texts.html(
            "Telegram does not reach the bot, and messages wait. Check the reverse proxy and its certificate."
        ),
        Trouble.CLOCK: lambda: texts.html(
            "The server's clock is {n} s wrong. Set it by <code>timedatectl set-ntp true</code>.",
            n=one.values.get("seconds", "?"),
        ),
        Trouble.DISK: lambda: texts.html(
            "Only {size} GB are free on the disk. Make room before it is full.",
            size=_decimal(one.values.get("size", "?"), texts),
        ),
        Trouble.MOVED: lambda: texts.html(
            "{what} became a supergroup: write <code>{new}</code> into the settings.",
            what=what,
            new=one.values.get("new", "?"),
        ),
        Trouble.UNKNOWN_CHAT: lambda: texts.html(
            "{what} is not known to Telegram. Add the bot to the group and check its number.", what=what
        ),
        Trouble.LEFT: lambda: texts.html("{what}: the bot is not in it. Add it to the group.", what=what),
        Trouble.NO_POSTS: lambda: texts.html(
            "{what}: the bot may not post in this channel. Make it an administrator.", what=what
        ),
        Trouble.NO_WRITING: lambda: texts.html(
            "{what}: the bot may not write there. Make it an administrator.", what=what
        ),
        Trouble.SLOW: lambda: texts.html(
            "{what}: slow mode would hold cards up. Make the bot an administrator.", what=what
        ),
        Trouble.NO_TOPICS: lambda: texts.html(
            "{what} has no topics, but the settings name one. Take it out of the settings.", what=what
        ),
        Trouble.NOT_SET: lambda: texts.html("{what}: not set up", what=what),
    }
    return sentences[one.trouble or Trouble.NOT_SET]()


def _decimal(size: str, texts: Texts) -> str:
    return size.replace(".", ",") if texts.language == "ru" else size
