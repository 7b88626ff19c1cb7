"""A ban that was asked for as one message: the preview, the wait for another admin, the progress, the outcome."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.features.bans.models import Admin, BanRequest
from bot.features.bans.preview import Preview
from bot.features.bans.steps import may_undo
from bot.ui.callback_data import BanStep, ChangeBan
from bot.ui.locale import Html, Texts, number
from bot.ui.money import money
from bot.ui.reply import Button, Reply, Rows, in_rows
from bot.ui.text import clean, cut, escaped, fit
from pipeline.bans import Kind, Rule, parse_rule

NAME_LIMIT = 80
SHOPS_NAMED = 3
ENDS = {"24h": timedelta(hours=24), "7d": timedelta(days=7), "30d": timedelta(days=30)}


@dataclass(frozen=True, slots=True)
class Standing:
    """What a card shows besides the request: the moment, the rules of the house, and how many products are left."""

    now: datetime
    undo_s: int
    second_admin_above: int
    left: int | None = None


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


def moment_words(moment: datetime) -> str:
    """A moment, in UTC."""
    return f"{moment:%Y-%m-%d %H:%M} UTC"


def presets(texts: Texts) -> dict[str, str]:
    """Reasons to choose from, by their code in a button."""
    return {
        "fake": texts.plain("counterfeit"),
        "danger": texts.plain("dangerous"),
        "law": texts.plain("forbidden by law"),
        "claim": texts.plain("claim of the rights holder"),
    }


def ban_card(request_id: str, request: BanRequest, shown: Preview, standing: Standing, texts: Texts) -> Reply:
    """The ban as it stands."""
    blocks = [Html(f"<b>{_title(request, texts)}</b>"), _what(request, texts)]
    if request.status in {"asked", "waiting"}:
        blocks += [*_hits(shown, texts), *_conditions(request, shown, standing, texts)]
    else:
        blocks.append(course(request, standing, texts))
    return Reply(fit(blocks), _buttons(request_id, request, standing, texts))


def _title(request: BanRequest, texts: Texts) -> Html:
    return {
        "asked": lambda: texts.html("🚫 Ban this?"),
        "waiting": lambda: texts.html("⏳ Another admin must confirm"),
        "confirmed": lambda: texts.html("🚫 Banned"),
        "undone": lambda: texts.html("↩️ Undone"),
        "cancelled": lambda: texts.html("✖️ Cancelled, nothing was changed"),
        "expired": lambda: texts.html("⌛️ Nobody confirmed in time, nothing was changed"),
    }[request.status]()


def _what(request: BanRequest, texts: Texts) -> Html:
    reason = cut(clean(request.reason), 200)
    lines = [
        rule_words(parse_rule(request.rule), texts),
        texts.html("Reason: {reason}", reason=reason) if reason else texts.html("Reason: not given"),
        texts.html("Until: {moment}", moment=moment_words(request.until))
        if request.until is not None
        else texts.html("Until: it is lifted"),
    ]
    lines += people_lines(request, texts)
    return Html("\n".join(lines))


def people_lines(request: BanRequest, texts: Texts) -> list[Html]:
    """Who asked, confirmed, declined and undid."""
    lines = []
    if request.status != "asked":
        lines.append(texts.html("Asked by: {name}", name=_name(request.by)))
    if request.second is not None and request.status == "confirmed":
        lines.append(texts.html("Confirmed by: {name}", name=_name(request.second)))
    if request.second is not None and request.status == "cancelled":
        lines.append(texts.html("Declined by: {name}", name=_name(request.second)))
    if request.undone_by is not None:
        lines.append(texts.html("Undone by: {name}", name=_name(request.undone_by)))
    return lines


def _hits(shown: Preview, texts: Texts) -> list[Html]:
    if shown.hits is None:
        return [texts.html("How many products it stops cannot be told at the moment: the search does not answer.")]
    if not shown.hits:
        return [texts.html("It stops no product that is on sale now. Later ones will be stopped.")]
    count = texts.html_n("<b>{n}</b> product", "<b>{n}</b> products", shown.hits)
    shops = texts.html_n("{n} shop", "{n} shops", len(shown.shops))
    lines = [texts.html("Stops {products} of {shops}, for example:", products=count, shops=shops)]
    for product in shown.examples:
        price = money(product.price.amount, product.price.currency, texts.language)
        lines.append(escaped(f"▫️ {cut(clean(product.name), NAME_LIMIT)} · {price}"))
    blocks = [Html("\n".join(lines))]
    named = [
        f"{cut(clean(shop), 40)} ({number(products, texts.language)})" for shop, products in shown.shops[:SHOPS_NAMED]
    ]
    if len(shown.shops) > SHOPS_NAMED:
        named.append("…")
    if named:
        blocks.append(texts.html("Shops: {names}", names=", ".join(named)))
    return blocks


def _conditions(request: BanRequest, shown: Preview, standing: Standing, texts: Texts) -> list[Html]:
    blocks: list[Html] = []
    if request.status == "waiting":
        blocks.append(others_told(texts))
    elif parse_rule(request.rule).kind is not Kind.PRODUCT and (
        shown.hits is None or shown.hits > standing.second_admin_above
    ):
        above = number(standing.second_admin_above, texts.language)
        blocks.append(texts.html("⚠️ A ban of more than {n} products needs a second admin to confirm it.", n=above))
    return blocks


def course(request: BanRequest, standing: Standing, texts: Texts) -> Html:
    """How far what was decided has come: products that leave the search, or come back to it."""
    if request.status not in {"confirmed", "undone"}:
        return Html("")
    if not request.applied:
        return texts.html("⏳ It is being written…")
    total = request.hits or 0
    done = number(max(total - (standing.left or 0), 0), texts.language)
    of = number(total, texts.language)
    if request.takes_down:
        return _down_course(request, standing, done, of, texts)
    return _back_course(request, done, of, texts)


def _back_course(request: BanRequest, done: str, of: str, texts: Texts) -> Html:
    if request.hits is None:
        return texts.html("✅ What it alone had held back returns to the search within seconds.")
    if not request.hits:
        return texts.html("✅ Nothing had to come back.")
    if not request.finished:
        return texts.html("⏳ Back in the search: {done} of {total}", done=done, total=of)
    if request.left:
        back = number(max(request.hits - request.left, 0), texts.language)
        return texts.html("Back in the search: {done} of {total}. The others may be held by other rules.",
                          done=back, total=of)  # fmt: skip
    return texts.html("✅ Back in the search: {done} of {total} in {seconds} s", done=of, total=of,
                      seconds=f"{request.took_s or 0:.1f}")  # fmt: skip


def _down_course(request: BanRequest, standing: Standing, done: str, of: str, texts: Texts) -> Html:
    if not request.finished:
        if standing.left is None:
            return texts.html("Customers see none of it any more. ⏳ Leaving the index…")
        return texts.html("Customers see none of it any more. ⏳ Taken down {done} of {total}", done=done, total=of)
    if request.left:
        left = number(request.left, texts.language)
        return texts.html(
            "Customers see none of it any more, but {left} of {total} are still in the index. "
            "An operator should look at /status.", left=left, total=of)  # fmt: skip
    if not request.hits:
        return texts.html("✅ Nothing had to be taken down.")
    return texts.html("✅ Taken down {done} of {total} in {seconds} s", done=of, total=of,
                      seconds=f"{request.took_s or 0:.1f}")  # fmt: skip


def others_told(texts: Texts) -> Html:
    """What a waiting request waits for."""
    return texts.html("The other admins were told. The request ends 30 minutes after it was asked.")


def undo_button(request_id: str, request: BanRequest, standing: Standing, texts: Texts) -> Rows:
    """Undo, as long as it is offered."""
    if may_undo(request, standing.now, standing.undo_s):
        return ((Button(texts.plain("↩️ Undo"), BanStep(request_id, "undo")),),)
    return ()


def _buttons(request_id: str, request: BanRequest, standing: Standing, texts: Texts) -> Rows:
    confirm = Button(texts.plain("✅ Confirm"), BanStep(request_id, "confirm"))
    cancel = Button(texts.plain("✖️ Cancel"), BanStep(request_id, "cancel"))
    if request.status == "waiting":
        return ((confirm, cancel),)
    if request.status == "asked":
        return ((confirm, cancel), *_choices(request_id, request, texts))
    return undo_button(request_id, request, standing, texts)


def _choices(request_id: str, request: BanRequest, texts: Texts) -> Rows:
    labels = {"24h": texts.plain("24 hours"), "7d": texts.plain("7 days"), "30d": texts.plain("30 days")}
    ends = [Button(labels[code], ChangeBan(request_id, "u", code)) for code in ENDS]
    endless = Button(("● " if request.until is None else "") + texts.plain("No end"), ChangeBan(request_id, "u", "0"))
    reasons = [
        Button(("● " if request.reason == words else "▫️ ") + words, ChangeBan(request_id, "r", code))
        for code, words in presets(texts).items()
    ]
    return ((*ends, endless), *in_rows(reasons, 2))


def _name(admin: Admin) -> str:
    return cut(clean(admin.name), 64) or "?"
