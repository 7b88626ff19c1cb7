"""Everything known of one alert of a card."""

from bot.features.alerts.buttons import AcknowledgeCard, CardDetails
from bot.features.alerts.models import Card
from bot.features.alerts.replies import annotation, name_of, safe_url
from bot.ui.locale import Html, Texts
from bot.ui.pager import pager
from bot.ui.reply import Button, Reply, Rows
from bot.ui.text import clean, cut, escaped, fit
from bot.ui.time import moment

FIRST = ("summary", "description", "meaning", "action")
LINES = 40


def alert_details(token: str, card: Card, number: int, texts: Texts) -> Reply:
    """The alert with this number, counted around the end. The card has at least one alert."""
    count = len(card.alerts)
    number %= count
    alert = card.alerts[number]
    sign = "🔥" if alert.firing else "✅"
    blocks = [
        texts.html("🔎 <b>{name}</b>", name=cut(clean(name_of(card)), 240)),
        texts.html("{sign} since {at}", sign=sign, at=moment(alert.starts_at, texts)),
        Html("\n".join(_pair(key, value, texts) for key, value in sorted(alert.labels.items())[:LINES])),
        *(_note(annotation(alert, name, texts)) for name in FIRST),
        *(
            _pair(name, value, texts)
            for name, value in sorted(alert.annotations.items())[:LINES]
            if name.partition("_")[0] not in FIRST
        ),
    ]
    url = safe_url(alert.generator_url)
    if alert.generator_url and url is None:
        blocks.append(texts.html("<code>{url}</code>", url=cut(clean(alert.generator_url), 500)))
    acknowledge: Rows = ((Button(texts.plain("✋ Acknowledge"), AcknowledgeCard(token)),),)
    buttons = (
        *(acknowledge if card.open and not card.owner else ()),
        *pager(number, count, lambda other: CardDetails(token, other, "p")),
        *(((Button("📊 Prometheus", url=url),),) if url is not None else ()),
    )
    return Reply(fit(blocks), buttons)


def _pair(name: str, value: str, texts: Texts) -> Html:
    return texts.html("<code>{name}</code> = {value}", name=cut(clean(name), 60), value=cut(clean(value), 200))


def _note(text: str) -> Html:
    return escaped(cut(clean(text), 600))
