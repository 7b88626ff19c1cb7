"""The lifting of a rule as one message, with the same care as a ban: preview, decision, progress, Undo."""

from bot.features.bans.buttons import BanStep, ShowBans
from bot.features.bans.course_replies import CardContext, course, others_told, people_lines, undo_button
from bot.features.bans.list_replies import ShownBan, about_ban
from bot.features.bans.models import BanRequest
from bot.ui.locale import Html, Texts, number
from bot.ui.reply import Button, Reply, Rows
from bot.ui.text import clean, cut, escaped, fit
from pipeline.bans import Kind, parse_rule

NAME_LIMIT = 80


def lift_card(request_id: str, request: BanRequest, at: CardContext, texts: Texts) -> Reply:
    """The lifting of a rule as it stands."""
    blocks = [Html(f"<b>{_title(request, texts)}</b>")]
    if request.previous is not None:
        blocks.append(about_ban(ShownBan(request.previous, request.label, at.terminal), texts, at.now))
    blocks.append(Html("\n".join(people_lines(request, texts))))
    if request.is_open:
        blocks += [_returning(request, texts), _condition(request, at, texts)]
    else:
        blocks.append(course(request, at, texts))
    return Reply(fit(blocks), _buttons(request_id, request, at, texts))


def _title(request: BanRequest, texts: Texts) -> Html:
    return {
        "asked": lambda: texts.html("🔓 Lift this ban?"),
        "waiting": lambda: texts.html("⏳ Another admin must confirm lifting this ban"),
        "confirmed": lambda: texts.html("🔓 Lifted"),
        "undone": lambda: texts.html("↩️ Undone, the ban is in force again"),
        "cancelled": lambda: texts.html("✕ The ban stays in force"),
        "expired": lambda: texts.html("⌛️ Nobody confirmed in time, the ban stays in force"),
    }[request.status]()


def _returning(request: BanRequest, texts: Texts) -> Html:
    if request.hits is None:
        return texts.html("How many products come back cannot be told at the moment.")
    if not request.hits:
        return texts.html("No product will come back.")
    count = texts.html_n("<b>{n}</b> product comes back, for example:", "<b>{n}</b> products come back, for example:",
                         request.hits)  # fmt: skip
    return Html("\n".join((count, *(escaped(f"• {cut(clean(name), NAME_LIMIT)}") for name in request.examples))))


def _condition(request: BanRequest, at: CardContext, texts: Texts) -> Html:
    if request.status == "waiting":
        return others_told(texts)
    of_one_product = parse_rule(request.rule).kind is Kind.PRODUCT
    if of_one_product or (request.hits or 0) <= at.second_admin_above:
        return Html("")
    above = number(at.second_admin_above, texts.language)
    return texts.html("⚠️ To bring back more than {n} products, a second admin must confirm.", n=above)


def _buttons(request_id: str, request: BanRequest, at: CardContext, texts: Texts) -> Rows:
    if request.is_open:
        return (
            (
                Button(texts.plain("✅ Lift it"), BanStep(request_id, "confirm")),
                Button(texts.plain("✕ Keep it"), BanStep(request_id, "cancel")),
            ),
        )
    # A message that progress will still edit has no button that makes a list of it.
    if request.status in {"cancelled", "expired"}:
        return ((Button(texts.plain("‹ All bans"), ShowBans()),),)
    return undo_button(request_id, request, at, texts)
