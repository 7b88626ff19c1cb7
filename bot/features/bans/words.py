"""Rules, moments and reasons of bans in words, and what a presser is told above the chat."""

from datetime import datetime, time, timedelta

from bot.features.bans.steps import Notice
from bot.products.ban_reasons import reason_said
from bot.products.section_names import section_path
from bot.ui.locale import DEFAULT, Html, Texts, number
from bot.ui.text import clean, cut, escaped
from bot.ui.time import clock, day
from pipeline.bans import Kind, Rule

HAS_ID = frozenset({Kind.PRODUCT, Kind.SELLER})


def kind_words(kind: Kind, texts: Texts) -> str:
    """The kind of a rule in words."""
    return {
        Kind.PRODUCT: texts.plain("Product"),
        Kind.SELLER: texts.plain("Shop"),
        Kind.CATEGORY: texts.plain("Category"),
        Kind.BRAND: texts.plain("Brand"),
        Kind.KEYWORD: texts.plain("Word"),
    }[kind]


def rule_words(rule: Rule, texts: Texts, label: str = "") -> Html:
    """The rule for a person: its kind in words and the name that people know it by; an id stands after that."""
    kind, value = kind_words(rule.kind, texts), cut(clean(rule.value), 120)
    named = cut(clean(label), 120)
    if rule.kind is Kind.CATEGORY and texts.language != DEFAULT:
        # The rule is for the shops' own words; whoever reads another language is told what they mean.
        named = section_path(named or value, texts)
    words = f"{escaped(kind)}: <b>{escaped(named or value)}</b>"
    if named and named != value and rule.kind in HAS_ID:
        words += f" · <code>{escaped(value)}</code>"
    return Html(words)


def reason_words(reason: str, texts: Texts) -> Html:
    """Why, or that nobody said why."""
    reason = cut(reason_said(reason, texts), 200)
    return texts.html("Reason: {reason}", reason=reason) if reason else texts.html("No reason")


def count_words(count: int, texts: Texts) -> str:
    """How many products, on a button: a number, or that there are none."""
    return number(count, texts.language) if count else texts.plain("none on sale")


def moment_words(at: datetime, texts: Texts, now: datetime) -> str:
    """A moment to the minute by the reader's clock, without the year of `now`: «пн 30 ноября, 14:00»."""
    return f"{_day(at, texts, now)}, {clock(at, texts)}"


def end_words(until: datetime, texts: Texts, now: datetime) -> str:
    """An end after "until"; midnight is the end of the day before: «конца пт 4 декабря»."""
    if until.astimezone(texts.zone).time() == time():
        return texts.plain("the end of {day}", day=_day(until - timedelta(minutes=1), texts, now))
    return moment_words(until, texts, now)


def _day(at: datetime, texts: Texts, now: datetime) -> str:
    weekday = (texts.plain("Mon"), texts.plain("Tue"), texts.plain("Wed"), texts.plain("Thu"), texts.plain("Fri"),
               texts.plain("Sat"), texts.plain("Sun"))[at.astimezone(texts.zone).weekday()]  # fmt: skip
    return f"{weekday} {day(at, texts, now)}"


def notice_words(notice: Notice, texts: Texts) -> str:
    """What the presser of a ban request's button is told."""
    sentences = {
        Notice.NOTHING: "",
        Notice.WAITING: texts.plain("This concerns many products: another admin must confirm it. I told the others."),
        Notice.NOT_YOURS: texts.plain("Only the admin who asked can decide this."),
        Notice.NEEDS_ANOTHER: texts.plain("Another admin must confirm this, from another account."),
        Notice.DECIDED: texts.plain("This was decided before; nothing more was changed."),
        Notice.EXPIRED: texts.plain("Nobody confirmed within 30 minutes; nothing was changed."),
        Notice.TOO_LATE: texts.plain("The time for Undo is over. /unban lifts the ban."),
        Notice.SUPERSEDED: texts.plain("The ban has been changed since. See /bans."),
        Notice.INCOMPLETE: texts.plain("First choose a reason and how long."),
        Notice.BANNED_ALREADY: texts.plain("This product is banned already. See /bans."),
        Notice.CHOOSE: texts.plain("First choose what is meant."),
        Notice.GONE: texts.plain("This ban is no longer in force, or it was changed since. See /bans."),
    }
    return sentences[notice]
