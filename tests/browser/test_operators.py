"""What operators see first of each feature, on a phone, in both languages: their group, and their chat with the bot."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest_asyncio

from bot.features.alerts.drills.drill import Drill
from bot.features.status.report import JobHealth, ServiceStatus, StatusReport
from bot.ui.roles import Role
from tests.bot.features.alerts.test_operators import MemoryStack
from tests.bot.world.alert_samples import START, alert, payload
from tests.bot.world.operations import GROUP, Operations
from tests.browser.marks import IN_BROWSER
from tests.browser.phone import Phone

pytestmark = IN_BROWSER
REPORT = StatusReport(
    START,
    (
        ServiceStatus("filter", good=True, version="0.1", lag=1_200, committed_at=START - timedelta(seconds=30)),
        ServiceStatus("indexer", good=True, version="0.1"),
        ServiceStatus("exporter", good=False, codes=("elasticsearch",)),
    ),
    (JobHealth("recommend", failed=False, success_at=START - timedelta(minutes=5)),),
)
# As compose/prometheus/rules/pipeline.yml has it.
ANNOTATIONS = {
    "summary": "7.3% of the products cannot be decided",
    "summary_ru": "Фильтр не может разобрать 7.3% товаров",
    "meaning": "More than one product in twenty is malformed; a shop's export has probably changed.",
    "meaning_ru": "Больше одного товара из двадцати испорчено; вероятно, изменилась выгрузка какого-то магазина.",
    "action": "Send /dead_letters, see which shop it is, and tell the shop. Replay after the fix.",
    "action_ru": "Отправьте /dead_letters, узнайте, какой это магазин, и сообщите ему. После исправления повторите.",
}
FILTER_ERRORS = payload(
    "FilterErrors",
    "filter",
    alert(
        "FilterErrors",
        "filter",
        annotations=ANNOTATIONS,
        generatorURL="https://prometheus.example.org/graph?g0.expr=up",
    ),
)


@pytest_asyncio.fixture(loop_scope="session", autouse=True)
async def room(operations: Operations) -> AsyncIterator[Operations]:
    """The operators' group and a bot at work, which may stop parts of a stack."""
    operations.report = REPORT
    operations.rehearses = lambda cards: Drill(MemoryStack(), cards)
    async with operations.bot():
        yield operations


async def test_a_card_in_the_group(phone: Phone, room: Operations) -> None:
    await room.notify(FILTER_ERRORS)
    await phone.open(Role.OPERATOR, GROUP)
    await phone.shows(
        "FilterErrors · filter",
        *phone.reads(
            ru=("🔴 Фильтр не может разобрать", "Активно с", "Отправьте /dead_letters"),
            en=("🔴 7.3% of the products cannot be decided", "Firing since", "Send /dead_letters"),
        ),
        buttons=phone.reads(
            ru="✋ Беру на себя|🔎 Подробнее|🔕 1 ч|🔕 4 ч|🔕 24 ч|🔕 …|📊 Prometheus",
            en="✋ Acknowledge|🔎 Details|🔕 1 h|🔕 4 h|🔕 24 h|🔕 …|📊 Prometheus",
        ),
    )


async def test_alerts(phone: Phone, room: Operations) -> None:
    token = await room.notify(FILTER_ERRORS)
    room.later(timedelta(minutes=4))
    await room.notify(payload("SearchSlow", "bot"))
    await room.actions.acknowledge(token, "Grace")
    await phone.asks(Role.OPERATOR, "/alerts")
    await phone.shows(
        "✋ Grace",
        "SearchSlow · bot",
        *phone.reads(ru=("2 открытых оповещения", "никто не взял"), en=("2 open alerts", "unassigned")),
        buttons="✋ 1|🔎 1|🔎 2|" + phone.reads(ru="🔄 Обновить", en="🔄 Refresh"),
    )


async def test_silences(phone: Phone, room: Operations) -> None:
    token = await room.notify(FILTER_ERRORS)
    await room.actions.silence(token, 240, "Grace")
    await phone.asks(Role.OPERATOR, "/silences")
    await phone.shows(
        "alertname=FilterErrors",
        *phone.reads(ru=("1 заглушка", "Grace, осталось 4 ч"), en=("1 silence", "Grace, 4 h left")),
        buttons=phone.reads(ru="🔔 Снять 1", en="🔔 Unsilence 1"),
    )


async def test_status(phone: Phone) -> None:
    await phone.asks(Role.OPERATOR, "/status")
    await phone.shows(
        *phone.reads(
            ru=(
                "Не в порядке служб: 1 из 3",
                "нет связи с Elasticsearch",
                "остальные 2 службы в порядке",
            ),
            en=(
                "1 of 3 services unhealthy",
                "cannot reach Elasticsearch",
                "other 2 services are healthy",
            ),
        ),
        buttons=phone.reads(ru="▾ Все службы|🔄 Обновить", en="▾ All services|🔄 Refresh"),
    )


async def test_drill(phone: Phone) -> None:
    await phone.asks(Role.OPERATOR, "/drill")
    await phone.shows(
        phone.reads(ru="Учения.", en="A drill."),
        buttons=phone.reads(
            ru="Фильтр запретов|Индексатор поиска|Журнал сообщений (Kafka)|Поиск (Elasticsearch)",
            en="Ban filter|Search indexer|Message log (Kafka)|Search (Elasticsearch)",
        ),
    )
