"""How far a decided request has come, who decided it, and Undo: the same for a ban and for a lifting."""

from dataclasses import dataclass
from datetime import datetime

from bot.features.bans.buttons import BanStep
from bot.features.bans.models import Admin, BanRequest
from bot.features.bans.steps import may_undo
from bot.ui.locale import Html, Texts, number
from bot.ui.reply import Button, Rows
from bot.ui.text import clean, cut
from pipeline.contracts.messages import Ban


@dataclass(frozen=True, slots=True)
class CardContext:
    """What a card shows besides the request: the moment, the rules of the house, and how many products are left."""

    now: datetime
    undo_s: int
    second_admin_above: int
    left: int | None = None
    # The ban that the rule has now, or whose lifting is asked about; and whether that was made in a terminal.
    standing: Ban | None = None
    terminal: bool = False


def people_lines(request: BanRequest, texts: Texts) -> list[Html]:
    """Who asked, confirmed, declined and undid."""
    lines = []
    if request.status != "asked":
        by = texts.html("By: {name}", name=_name(request.by))
        lines.append(by if request.action == "ban" else texts.html("Lifted by: {name}", name=_name(request.by)))
    if request.second is not None and request.status == "confirmed":
        lines.append(texts.html("Confirmed by: {name}", name=_name(request.second)))
    if request.second is not None and request.status == "cancelled":
        lines.append(texts.html("Declined by: {name}", name=_name(request.second)))
    if request.undone_by is not None:
        lines.append(texts.html("Undone by: {name}", name=_name(request.undone_by)))
    return lines


def course(request: BanRequest, at: CardContext, texts: Texts) -> Html:
    """How far what was decided has come: products that leave the search, or come back to it."""
    if not request.has_effect:
        return Html("")
    if not request.applied:
        return texts.html("⏳ It is being written…")
    total = request.hits or 0
    done = number(max(total - (at.left or 0), 0), texts.language)
    of = number(total, texts.language)
    if request.takes_down:
        return _down_course(request, at, done, of, texts)
    return _back_course(request, done, of, texts)


def others_told(texts: Texts) -> Html:
    """What a waiting request waits for."""
    return texts.html("The other admins were told. The request ends 30 minutes after it was asked.")


def undo_button(request_id: str, request: BanRequest, at: CardContext, texts: Texts) -> Rows:
    """Undo, as long as it is offered."""
    if may_undo(request, at.now, at.undo_s):
        return ((Button(texts.plain("↩️ Undo"), BanStep(request_id, "undo")),),)
    return ()


def _back_course(request: BanRequest, done: str, of: str, texts: Texts) -> Html:
    if request.hits is None:
        return texts.html("✅ What only this ban had hidden is back within seconds.")
    if not request.hits:
        return texts.html("ℹ️ No product came back.")
    if not request.finished:
        return texts.html("⏳ Back on sale: {done} of {total}", done=done, total=of)
    if request.left:
        back = number(max(request.hits - request.left, 0), texts.language)
        return texts.html("Back on sale: {done} of {total}. Other bans may hide the rest.", done=back, total=of)
    return texts.html_n("✅ {n} product back on sale in {seconds} s", "✅ {n} products back on sale in {seconds} s",
                        request.hits, seconds=_seconds(request, texts))  # fmt: skip


def _down_course(request: BanRequest, at: CardContext, done: str, of: str, texts: Texts) -> Html:
    if not request.finished:
        if at.left is None:
            return texts.html("Customers no longer see it. ⏳ Leaving the search…")
        return texts.html("Customers no longer see it. ⏳ Hidden {done} of {total}", done=done, total=of)
    if request.left:
        left = number(request.left, texts.language)
        return texts.html(
            "Customers no longer see it, but {left} of {total} are still in the search index. "
            "An operator should look at /status.", left=left, total=of)  # fmt: skip
    if not request.hits:
        return texts.html("⚠️ No product is affected now. New ones will be hidden.")
    return texts.html_n("✅ {n} product hidden in {seconds} s", "✅ {n} products hidden in {seconds} s",
                        request.hits, seconds=_seconds(request, texts))  # fmt: skip


def _seconds(request: BanRequest, texts: Texts) -> str:
    seconds = f"{request.took_s or 0:.1f}"
    return seconds.replace(".", ",") if texts.language == "ru" else seconds


def _name(admin: Admin) -> str:
    return cut(clean(admin.name), 64) or "?"
