"""The trend of drills in words."""

from collections.abc import Sequence

from bot.features.alerts.buttons import RunDrill
from bot.features.alerts.drills.history import DrillResult, Usual
from bot.ui.locale import Html, Texts
from bot.ui.part_names import part_name
from bot.ui.reply import Button, Reply
from bot.ui.text import fit
from bot.ui.time import decimal, moment

SHOWN = 12


def drill_trend(results: Sequence[DrillResult], texts: Texts) -> Reply:
    """The last drills, the newest first."""
    back = ((Button(texts.plain("🧯 A drill"), RunDrill("", "list")),),)
    if not results:
        return Reply(texts.html("📈 There was no drill yet."), back)
    blocks = [texts.html("📈 <b>The last drills</b>\n<i>Seconds since the fault: card, taken, over.</i>")]
    blocks.append(Html("\n".join(_line(one, texts) for one in results[:SHOWN])))
    return Reply(fit(blocks), back)


def usual_line(usual: Usual | None, texts: Texts) -> Html:
    """What was seen in the drills before; empty when there was none."""
    if usual is None:
        return Html("")
    told = (
        (usual.card_s, texts.html("card in the chat")),
        (usual.acknowledged_s, texts.html("taken by somebody")),
        (usual.resolved_s, texts.html("card closed")),
    )
    parts = [
        texts.html("{what} after {n} s", what=what, n=decimal(seconds, 1, texts))
        for seconds, what in told
        if seconds is not None
    ]
    if not parts:
        return Html("")
    return texts.html_n(
        "Earlier drills ({n}): {list}.",
        "Earlier drills ({n}), typically: {list}.",
        usual.drills,
        list=Html(", ".join(parts)),
    )


def _line(one: DrillResult, texts: Texts) -> Html:
    return texts.html(
        "{sign} {at} <b>{part}</b>: {card} · {taken} · {over}",
        sign="✅" if one.resolved_s is not None else "❌",
        at=moment(one.begun_at, texts),
        part=part_name(one.part, texts),
        card=_seconds(one.card_s, texts),
        taken=_seconds(one.acknowledged_s, texts),
        over=_seconds(one.resolved_s, texts),
    )


def _seconds(seconds: float | None, texts: Texts) -> str:
    return "–" if seconds is None else decimal(seconds, 1, texts)
