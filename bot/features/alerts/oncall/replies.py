"""/oncall: who is on call, who comes next, and the questions about a new shift."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.features.alerts.buttons import AddShift, RemoveShift, ShowRota
from bot.features.alerts.cards.operators import Operator
from bot.features.alerts.oncall.models import zone_of
from bot.features.alerts.oncall.rota import Listed, OnCall
from bot.ui.locale import Html, Texts
from bot.ui.pager import page_of, pager
from bot.ui.reply import Button, Reply, in_rows
from bot.ui.text import clean, cut, escaped, fit
from bot.ui.time import lasting, moment

PER_PAGE = 6
SHOWN = 24
# Hours from now, for whoever does not write a time.
USUAL = (8, 12, 24, 168)


def rota_list(rows: Sequence[Listed], page: int, now: datetime, texts: Texts, *, may_add: bool = True) -> Reply:
    """The shifts, the present ones first, each with a button to remove it."""
    add = (Button(texts.plain("+ Add a shift"), AddShift()),) if may_add else ()
    if not rows:
        said = texts.html("📟 Nobody is on call: reminders go to the alert chats at once.")
        return Reply(Html(f"{said}\n{_how(texts)}"), (add,) if add else ())
    shown = page_of(rows, page, PER_PAGE)
    blocks = [_heading(rows, now, texts)]
    numbered = list(enumerate(shown.items, shown.first + 1))
    blocks += [_line(number, row, now, texts) for number, row in numbered]
    remove = tuple(Button(f"🗑 {number}", RemoveShift(row.mark)) for number, row in numbered)
    rows_of = (remove, *pager(shown.number, shown.pages, ShowRota), add)
    return Reply(fit(blocks), tuple(row for row in rows_of if row))


def choose_person(operators: Sequence[Operator], texts: Texts) -> Reply:
    """Whose shift?"""
    buttons = [Button(_called(one), AddShift(str(one.user_id))) for one in operators[:SHOWN]]
    cancel = (Button(texts.plain("✕ Cancel"), ShowRota()),)
    return Reply(texts.html("📟 Who will be on call?"), (*in_rows(buttons, 2), cancel))


def ask_time(operator: Operator, texts: Texts) -> Reply:
    """From when until when? Usual times are buttons; any other is written."""
    hours = [Button(lasting(timedelta(hours=hours), texts), AddShift(str(operator.user_id), hours)) for hours in USUAL]
    text = texts.html("📟 {name}: from now, for how long? Or write from when until when:", name=_called(operator))
    return Reply(Html(f"{text}\n{_examples(texts)}"), (tuple(hours), (Button(texts.plain("✕ Cancel"), ShowRota()),)))


def not_understood(texts: Texts) -> Reply:
    """What was written is no shift."""
    said = texts.html("I do not see from when until when. For example:")
    return Reply(Html(f"{said}\n{_examples(texts)}"))


def unknown_person(written: str, texts: Texts) -> Reply:
    """Nobody of that name may take alerts."""
    return Reply(
        texts.html(
            "No operator is called “{name}”. Choose one: /oncall. An admin can add one: /roles",
            name=cut(clean(written), 40),
        )
    )


def rota_full(texts: Texts) -> Reply:
    """No more shifts are kept."""
    return Reply(texts.html("The rota is full. Remove what is not needed any more: /oncall"))


def remove_question(row: Listed, now: datetime, texts: Texts) -> Reply:
    """Shall the shift go?"""
    text = texts.html("🗑 Remove this shift?")
    yes = Button(texts.plain("🗑 Remove it"), RemoveShift(row.mark, "yes"))
    return Reply(
        Html(f"{text}\n{_line(1, row, now, texts, numbered=False)}"),
        ((yes, Button(texts.plain("✕ Cancel"), ShowRota())),),
    )


def spoken(row: Listed, texts: Texts) -> str:
    """The shift's time, for the audit."""
    time = f"{moment(row.starts_at, texts)} – {moment(row.ends_at, texts)}"
    every = texts.plain("every week")
    return f"{time}, {every}" if row.shift.weekly else time


def on_call_line(people: Sequence[OnCall], texts: Texts) -> Html:
    """Who is on call, as a card says it: Telegram tells those who are named."""
    named = ", ".join(f'<a href="tg://user?id={one.user_id}">{escaped(_name(one.name))}</a>' for one in people)
    return texts.html("📟 On call: {names}", names=Html(named))


def _heading(rows: Sequence[Listed], now: datetime, texts: Texts) -> Html:
    held = dict.fromkeys(_name(row.shift.name) for row in rows if row.starts_at <= now)
    if not held:
        return texts.html("📟 <b>Nobody is on call now.</b>")
    return texts.html("📟 <b>On call now: {names}</b>", names=", ".join(held))


def _line(number: int, row: Listed, now: datetime, texts: Texts, *, numbered: bool = True) -> Html:
    time = texts.html(
        "{start} – {end}", start=moment(row.starts_at, texts, now), end=moment(row.ends_at, texts, row.starts_at)
    )
    every = texts.html("every week")
    parts = (escaped(_name(row.shift.name)), time, every if row.shift.weekly else "")
    line = f"{' · '.join(part for part in parts if part)}{_zone(row, texts)}"
    sign = "🟢 " if row.starts_at <= now else ""
    return Html(f"{number}. {sign}{line}" if numbered else f"{sign}{line}")


def _zone(row: Listed, texts: Texts) -> str:
    """The clock by which it was written, when the reader's is another one."""
    zone = zone_of(row.shift.zone)
    if zone is None or row.starts_at.astimezone(zone).utcoffset() == row.starts_at.astimezone(texts.zone).utcoffset():
        return ""
    return f" ({row.starts_at.astimezone(zone):%H:%M} {escaped(row.shift.zone)})"


def _how(texts: Texts) -> Html:
    return texts.html("Who is on call stands on every card and is reminded first.\n{how}", how=_examples(texts))


def _examples(texts: Texts) -> Html:
    return texts.html(
        "<code>/oncall me 09:00 – 18:00</code>\n<code>/oncall @anna 28.11 09:00 – 05.12 09:00 every week</code>"
    )


def _called(operator: Operator) -> str:
    return cut(clean(operator.name), 28) or str(operator.user_id)


def _name(name: str) -> str:
    return cut(clean(name), 64) or "?"


def with_lines(reply: Reply, first: Html) -> Reply:
    """The reply below another line."""
    return Reply(Html(f"{first}\n\n{reply.text}"), reply.buttons)


def added(name: str, texts: Texts) -> Html:
    """That the shift is in the rota."""
    return texts.html("✅ {name} is in the rota.", name=_name(name))
