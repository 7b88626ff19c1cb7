"""What admins see first of each feature, on a phone, in both languages."""

from base64 import b64encode
from datetime import timedelta

import pytest

from bot.features.reports.figures import AlertFigures, OwnerFigures, Query, SearchFigures, Slot
from bot.products.synonyms import SynonymLine
from bot.ui.roles import Role
from pipeline.contracts.jobs import JobOutcome, JobRun, JobStatus
from pipeline.contracts.messages import AuditEntry, Ban, DeadLetter
from tests.bot.world.world import World
from tests.browser.marks import IN_BROWSER
from tests.browser.phone import Phone

pytestmark = [*IN_BROWSER, pytest.mark.usefixtures("chat")]
# Drawing starts a process of its own, which takes its time on a busy machine.
DRAWN_WITHIN_S = 60.0


async def test_ban(phone: Phone) -> None:
    await phone.asks(Role.ADMIN, "/ban")
    await phone.shows(
        phone.reads(ru="Что запретить?", en="What do you want to ban?"),
        buttons=phone.reads(
            ru="📦 Товар|🏪 Магазин|📂 Раздел|🏷 Бренд|🔤 Слово", en="📦 Product|🏪 Shop|📂 Category|🏷 Brand|🔤 Word"
        ),
    )


async def test_what_a_ban_stops(phone: Phone) -> None:
    await phone.asks(Role.ADMIN, "/ban brand:Harbour")
    await phone.shows(
        "Умные часы Harbour Tide 46 мм с LTE и титановым корпусом…",
        *phone.reads(ru=("Запретить?", "3 товара"), en=("Ban this?", "3 products")),
        buttons=phone.reads(
            ru="✏️ Своя причина|Без причины|7 дней|Бессрочно|✕ Отмена",
            en="✏️ Another reason|No reason|7 days|No end date|✕ Cancel",
        ),
        names=("Умные часы Harbour Tide 46 мм с LTE и титановым корпусом…",),
    )


async def test_bans(phone: Phone, world: World) -> None:
    at = world.clock()
    world.bans.write(Ban(rule="brand:Harbour", reason="подделки", by="Мария", at=at - timedelta(hours=1)))
    world.bans.write(Ban(rule="product:t5", by="Daniel", at=at, until=at + timedelta(days=7)))
    await phone.asks(Role.ADMIN, "/bans")
    await phone.shows(
        *phone.reads(ru=("Действуют 2 запрета", "Причина: подделки"), en=("2 bans in force", "Reason: подделки")),
        buttons=phone.reads(ru="🔓 1|🔓 2|✓ Все|Товар 1|Бренд 1", en="🔓 1|🔓 2|✓ All|Product 1|Brand 1"),
        names=("подделки",),
    )


async def test_roles(phone: Phone) -> None:
    await phone.asks(Role.ADMIN, "/roles")
    who = phone.reads(ru="👑 Мария · 2001", en="👑 Daniel · 2002")
    await phone.shows(
        who,
        *phone.reads(ru=("Администраторы", "Операторы"), en=("Admins", "Operators")),
        buttons=f"{who}|🛠 3001|🛠 3002",
    )


async def test_audit(phone: Phone, world: World) -> None:
    actions = ("ban", "grant", "unban", "run_job", "dead_letters:replay", "silence", "acknowledge")
    for number in range(14):
        await world.audit.write(
            AuditEntry(
                entry_id=str(number),
                actor=f"p{number % 2}",
                actor_name=("Мария", "Daniel")[number % 2],
                role="admin",
                action=actions[number % len(actions)],
                target=f"brand:b{number}",
                result="refused" if number % 5 == 0 else "done",
                at=world.clock() + timedelta(seconds=number),
            )
        )
    await phone.asks(Role.ADMIN, "/audit")
    await phone.shows(
        "Мария",
        "Daniel",
        *phone.reads(ru=("14 записей", "отказано"), en=("14 entries", "refused")),
        buttons="‹|1/3|›|" + phone.reads(ru="👤 По человеку|⚙️ По действию", en="👤 By person|⚙️ By deed"),
    )


async def test_synonyms(phone: Phone, world: World) -> None:
    world.synonyms.set("one", SynonymLine(phrases=("трекер", "фитнес-браслет", "smart band"), by="Мария"))
    world.synonyms.set("two", SynonymLine(phrases=("чайник", "kettle"), both_ways=False, by="Daniel"))
    await phone.asks(Role.ADMIN, "/synonyms")
    await phone.shows(
        "фитнес-браслет",
        "kettle",
        phone.reads(ru="2 строки синонимов", en="2 lines of synonyms"),
        names=("трекер", "фитнес-браслет", "smart band", "чайник"),
    )


async def test_dead_letters(phone: Phone, world: World) -> None:
    for number, reason in enumerate(("invalid", "invalid", "not_json", "invalid")):
        world.letters.put(
            DeadLetter(
                source=f"products-0-{number}",
                topic="products",
                key=f"k{number}",
                value=b64encode(b'{"name": "x"').decode(),
                reason=reason,
                detail="price: must be a number",
                service="filter",
            )
        )
    await phone.asks(Role.ADMIN, "/dead_letters")
    await phone.shows(
        phone.reads(ru="4 необработанных сообщения", en="4 messages failed"),
        buttons=phone.reads(
            ru="поля пропущены или неверны · 3|не JSON · 1", en="fields are missing or wrong · 3|not JSON · 1"
        ),
    )


async def test_jobs(phone: Phone, world: World) -> None:
    _ran(world, "ingest", JobOutcome.DONE, rows_in=1200, rows_out=900)
    _ran(world, "recommend", JobOutcome.FAILED, reason="HDFS is in safe mode.")
    await phone.asks(Role.ADMIN, "/jobs")
    await phone.shows(
        *phone.reads(
            ru=("✅ Пополнение хранилища: 3 мин назад", "❌ Обучение", "HDFS пока не принимает записи"),
            en=("✅ Fill the lake: 3 min ago", "❌ Learn", "HDFS accepts no writes yet"),
        ),
        buttons=phone.reads(
            ru="Пополнение хранилища|Обучение рекомендаций|🔄 Обновить",
            en="Fill the lake|Learn recommendations|🔄 Refresh",
        ),
    )


async def test_report(phone: Phone) -> None:
    await phone.asks(Role.ADMIN, "/report")
    await phone.shows(
        phone.reads(ru="Отчёт:", en="Report for:"),
        buttons=phone.reads(ru="Последние 24 часа|Последние 7 дней", en="The last 24 hours|The last 7 days"),
    )


async def test_a_reports_pictures(phone: Phone, world: World) -> None:
    world.reporter.searches = SearchFigures(
        searches=1204,
        missed=84,
        people=310,
        slots=tuple(Slot(world.clock() - timedelta(hours=hour), 40 + 7 * hour % 31, hour % 5) for hour in range(24)),
        top=(Query("умные часы", 90, 40), Query("harbour tide", 51, 30)),
        nothing=(Query("трекер", 14, 6), Query("самокат", 5, 2)),
        opened=(420, 210, 80, 31, 12),
    )
    world.reporter.alerts = AlertFigures(2, 1, (OwnerFigures("Игорь", 1, 95, 840), OwnerFigures("", 1, None, None)))
    await phone.asks(Role.ADMIN, "/report day")
    await phone.page.sees(
        phone.reads(ru="Как работает площадка", en="How the marketplace runs"), seconds=DRAWN_WITHIN_S
    )
    await phone.shows(
        *phone.reads(ru=("бренд «Acme»: 31", "Оповещения: 2"), en=("brand “Acme”: 31", "Alerts: 2")),
        buttons=phone.reads(ru="📊 Последние 7 дней", en="📊 The last 7 days"),
        names=("умные часы", "трекер", "самокат"),
    )
    pictures = phone.page.answers.locator(".photo img")
    assert await pictures.count() == 3


def _ran(world: World, name: str, outcome: JobOutcome, **more: object) -> None:
    """The schedule tells of the last run of a job."""
    at = world.clock() - timedelta(minutes=4)
    fields: dict[str, object] = {
        "run_id": "r1",
        "job": name,
        "outcome": outcome,
        "asked_at": at,
        "started_at": at,
        "ended_at": at + timedelta(seconds=12),
    }
    run = JobRun.model_validate(fields | more)
    world.jobs.set(name, JobStatus(name=name, next_at=world.clock() + timedelta(minutes=6), runs=(run,)))
