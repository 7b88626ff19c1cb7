"""Rules, moments and reasons of bans in words, and what a presser is told above the chat."""

from datetime import datetime, time, timedelta

from bot.features.bans.steps import Notice
from bot.ui.locale import Html, Texts
from bot.ui.text import clean, cut, escaped
from pipeline.bans import Kind, Rule

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def kind_words(kind: Kind, texts: Texts) -> str:
    """The kind of a rule in words."""
    return {
        Kind.PRODUCT: texts.plain("Product"),
        Kind.SELLER: texts.plain("Shop"),
        Kind.CATEGORY: texts.plain("Category"),
        Kind.BRAND: texts.plain("Brand"),
        Kind.KEYWORD: texts.plain("Keyword"),
    }[kind]


def rule_words(rule: Rule, texts: Texts) -> Html:
    """The rule for a person: its kind in words, its value to copy."""
    kind, value = kind_words(rule.kind, texts), cut(clean(rule.value), 120)
    return Html(f"{escaped(kind)}: <b>{escaped(value)}</b>")


def moment_words(moment: datetime, texts: Texts, now: datetime | None = None) -> str:
    """A moment to the minute by the reader's clock, without the year of `now`: «пн 30.11, 14:00»."""
    return f"{_day(moment, texts, now)}, {moment.astimezone(texts.zone):%H:%M}"


def end_words(until: datetime, texts: Texts, now: datetime | None = None) -> str:
    """An end after "until"; midnight is the end of the day before: «конца пт 04.12»."""
    if until.astimezone(texts.zone).time() == time():
        day = _day(until - timedelta(minutes=1), texts, now)
        return texts.plain("the end of {day}", day=day)
    return moment_words(until, texts, now)


def _day(moment: datetime, texts: Texts, now: datetime | None) -> str:
    local = moment.astimezone(texts.zone)
    same_year = now is not None and now.astimezone(texts.zone).year == local.year
    weekday = (texts.plain("Mon"), texts.plain("Tue"), texts.plain("Wed"), texts.plain("Thu"), texts.plain("Fri"),
               texts.plain("Sat"), texts.plain("Sun"))[local.weekday()]  # fmt: skip
    if texts.language == "ru":
        return f"{weekday} {local:%d.%m}" if same_year else f"{weekday} {local:%d.%m.%Y}"
    day = f"{weekday} {local.day} {_MONTHS[local.month - 1]}"
    return day if same_year else f"{day} {local.year}"


def preset_reasons(texts: Texts) -> dict[str, str]:
    """Reasons to choose from, by their code in a button."""
    return {
        "fake": texts.plain("counterfeit"),
        "danger": texts.plain("dangerous"),
        "law": texts.plain("forbidden by law"),
        "claim": texts.plain("claim of the rights holder"),
    }


def notice_words(notice: Notice, texts: Texts) -> str:
    """What the presser of a ban request's button is told."""
    sentences = {
        Notice.NOTHING: "",
        Notice.WAITING: texts.plain("This concerns many products: another admin must confirm it. I told the others."),
        Notice.NOT_YOURS: texts.plain("Only the admin who asked can decide this."),
        Notice.NEEDS_ANOTHER: texts.plain("Another admin must confirm this, from another account."),
        Notice.DECIDED: texts.plain("This was decided before; nothing more was changed."),
        Notice.EXPIRED: texts.plain("Nobody confirmed within 30 minutes; nothing was changed."),
        Notice.TOO_LATE: texts.plain("The time for Undo is over. /unban lifts the rule."),
        Notice.SUPERSEDED: texts.plain("The rule has been changed since. See /bans."),
        Notice.CHOOSE: texts.plain("First choose what is meant."),
        Notice.GONE: texts.plain("This rule is no longer in force, or it was changed since. See /bans."),
    }
    return sentences[notice]
