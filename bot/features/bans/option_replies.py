"""What a written ban can mean, as a question with a button each."""

from bot.features.bans.buttons import BanStep, ChangeBan
from bot.features.bans.choice_replies import ICONS
from bot.features.bans.course_replies import CardContext
from bot.features.bans.models import BanOption, BanRequest
from bot.features.bans.words import count_words, end_words, kind_words, rule_words
from bot.ui.locale import Html, Texts
from bot.ui.reply import Button, Rows
from bot.ui.text import clean, cut
from pipeline.bans import Kind, parse_rule

LABEL_LIMIT = 60


def question(request: BanRequest, texts: Texts) -> Html:
    """What the admin must say before anything can be confirmed."""
    shows = {option.shows for option in request.options}
    if "kind" in shows:
        return texts.html("🤔 <b>What do you mean?</b>")
    if "end" in shows:
        asked = texts.html("🤔 <b>When does the ban end?</b>")
    elif "all" in shows:
        asked = texts.html("🤔 <b>This category is in several sections. Which one?</b>")
    elif "shop" in shows:
        asked = texts.html("🤔 <b>Several shops are called so. Which one?</b>")
    else:
        asked = texts.html("🤔 <b>What is its name, and what is the reason?</b>")
    return Html(f"{asked}\n{rule_words(parse_rule(request.rule), texts, request.label)}")


def option_rows(request_id: str, request: BanRequest, at: CardContext, texts: Texts) -> Rows:
    """The options and the way out."""
    cancel = Button(texts.plain("✕ Cancel"), BanStep(request_id, "cancel"))
    return (*option_buttons(request_id, request, at, texts), (cancel,))


def option_buttons(request_id: str, request: BanRequest, at: CardContext, texts: Texts) -> Rows:
    """One button for each that the text can mean."""
    return tuple(
        (Button(cut(_label(option, at, texts), LABEL_LIMIT), ChangeBan(request_id, "o", str(place))),)
        for place, option in enumerate(request.options)
    )


def _label(option: BanOption, at: CardContext, texts: Texts) -> str:
    if option.shows == "end" and option.until is not None:
        return texts.plain("Until {moment}", moment=end_words(option.until, texts, at.now))
    if option.shows == "reason":
        return texts.plain("No end, that is the reason")
    rule = parse_rule(option.rule)
    value = clean(option.label or rule.value)
    if option.shows == "kind":
        value = f"{kind_words(rule.kind, texts)}: {value}"
    elif option.shows == "shop":
        value = f"{value} ({rule.value})"
    elif option.shows == "all":
        value = texts.plain("All of them: {name}", name=value)
    elif rule.kind in {Kind.PRODUCT, Kind.SELLER} and not option.label:
        reason = cut(clean(option.reason), 30)
        value = texts.plain("{name}, reason: {reason}", name=value, reason=reason) if reason else value
    count = "" if option.hits is None else f" · {count_words(option.hits, texts)}"
    return f"{ICONS[rule.kind]} {cut(value, LABEL_LIMIT - 12)}{count}"
