"""The buttons of a ban that nobody has decided: what is meant, why, until when, and Confirm as the last."""

from datetime import timedelta

from bot.features.bans.buttons import BanStep, ChangeBan
from bot.features.bans.course_replies import CardContext
from bot.features.bans.models import ENDLESS, WRITTEN, BanRequest
from bot.features.bans.option_replies import option_buttons
from bot.products.ban_reasons import preset_reasons, reason_said
from bot.ui.locale import Texts
from bot.ui.reply import Button, Rows, in_rows

ENDS = {"24h": timedelta(hours=24), "7d": timedelta(days=7), "30d": timedelta(days=30)}
NO_REASON, WRITE = "none", "own"


def open_rows(request_id: str, request: BanRequest, hits: int | None, at: CardContext, texts: Texts) -> Rows:
    """In the order in which they are chosen; nothing moves when the last choice brings Confirm."""
    cancel = Button(texts.plain("✕ Cancel"), BanStep(request_id, "cancel"))
    confirm = Button(_confirm_words(request, hits, at, texts), BanStep(request_id, "confirm"))
    if request.status == "waiting":
        return ((cancel,), (confirm,))
    meant = option_buttons(request_id, request, at, texts)
    if hits_nothing(request, hits, at):
        future = Button(texts.plain("🚫 Ban it for the future"), ChangeBan(request_id, "f", ""))
        return (*meant, (cancel,), (future if request.lacks else confirm,))
    rows = (*meant, *_reasons(request_id, request, texts), *_ends(request_id, request, texts), (cancel,))
    return rows if request.lacks else (*rows, (confirm,))


def hits_nothing(request: BanRequest, hits: int | None, at: CardContext) -> bool:
    """Whether the rule is likely not what was meant: nothing on sale is under it, and it is not in force either."""
    return request.status == "asked" and hits == 0 and at.standing is None and not request.future


def back_row(request_id: str, texts: Texts) -> Rows:
    """From a question back to the request."""
    return ((Button(texts.plain("‹ Back"), ChangeBan(request_id, "b", "")),),)


def _confirm_words(request: BanRequest, hits: int | None, at: CardContext, texts: Texts) -> str:
    if hits:
        return texts.plain_n("✅ Hide {n} product", "✅ Hide {n} products", hits)
    if at.standing is not None:
        return texts.plain("✅ Replace the ban")
    return texts.plain("🚫 Ban it for the future") if hits == 0 else texts.plain("✅ Ban it")


def _reasons(request_id: str, request: BanRequest, texts: Texts) -> Rows:
    known = preset_reasons(texts)
    said = reason_said(request.reason, texts)
    own = bool(said) and said not in known.values()
    buttons = [Button(_chosen(words, said == words), ChangeBan(request_id, "r", code)) for code, words in known.items()]
    buttons += [
        Button(_chosen(texts.plain("✏️ Another reason"), own), ChangeBan(request_id, "r", WRITE)),
        Button(_chosen(texts.plain("No reason"), request.unreasoned), ChangeBan(request_id, "r", NO_REASON)),
    ]
    return in_rows(buttons, 2)


def _ends(request_id: str, request: BanRequest, texts: Texts) -> Rows:
    labels = {"24h": texts.plain("24 hours"), "7d": texts.plain("7 days"), "30d": texts.plain("30 days")}
    spans = tuple(
        Button(_chosen(label, request.end == code), ChangeBan(request_id, "u", code)) for code, label in labels.items()
    )
    endless = request.end == ENDLESS or (request.until is None and not request.lacks_end)
    return (
        spans,
        (
            Button(_chosen(texts.plain("No end date"), endless), ChangeBan(request_id, "u", ENDLESS)),
            Button(_chosen(texts.plain("✏️ Another end"), request.end == WRITTEN), ChangeBan(request_id, "u", WRITE)),
        ),
    )


def _chosen(label: str, chosen: bool) -> str:
    return f"✓ {label}" if chosen else label
