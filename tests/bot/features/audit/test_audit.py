"""/audit: who did what, the newest first."""

from datetime import timedelta
from typing import get_args

import pytest
from elastic_transport import TransportError

from bot.core.audit_log import AuditLog
from bot.features.audit.replies import told_apart
from bot.features.audit.sentences import SENTENCES, SHORT, detail_words, sentence
from bot.ui.locale import texts
from ops.metrics import REGISTRY
from pipeline.contracts.messages import AuditAction, AuditEntry
from tests.bot.world.alert_samples import START
from tests.bot.world.world import World


async def fill(world: World, count: int) -> None:
    assert world.running is not None
    audit_log = world.running.base.audit_log
    for number in range(count):
        await audit_log.append(
            AuditEntry(
                entry_id=str(number),
                actor=f"p{number % 3}",
                actor_name=("Мария", "Pavel", "<b>Олег")[number % 3],
                role="admin",
                action="ban" if number % 2 else "grant",
                target=f"brand:b{number}",
                result="refused" if number % 7 == 0 else "done",
                at=world.clock.moment + timedelta(seconds=number),
            )
        )


async def test_the_newest_come_first_and_pages_turn(chat: World) -> None:
    await fill(chat, 20)
    maria = chat.person(2001)
    await maria.writes("/audit")
    page = await maria.sees("20 записей", "запрещено: бренд «b19»", button="1/4")
    assert page.text.index("b19") < page.text.index("b18")
    await maria.presses(page, "›")
    await maria.sees_change(page, "бренд «b13»", button="2/4")


async def test_narrowed_by_person_and_by_action(chat: World) -> None:
    await fill(chat, 12)
    maria = chat.person(2001)
    await maria.writes("/audit")
    page = await maria.sees("12 записей")
    await maria.presses(page, "👤 По человеку")
    people = await maria.sees_change(page, "Чьи записи?", button="Pavel")
    await maria.presses(people, "Pavel")
    only = await maria.sees_change(page, "4 записи", "Pavel", button="✕ Всё")
    assert "Мария" not in only.text
    await maria.presses(only, "⚙️ По действию")
    actions = await maria.sees_change(page, "Что сделано?", button="выданные роли")
    await maria.presses(actions, "выданные роли")
    only = await maria.sees_change(page, "6 записей", "отказано")
    await maria.presses(only, "✕ Всё")
    await maria.sees_change(page, "12 записей")


async def test_a_word_narrows_to_what_has_it(chat: World) -> None:
    await fill(chat, 9)
    maria = chat.person(2001)
    await maria.writes("/audit pavel")
    await maria.sees("3 записи", "Pavel")
    await maria.writes("/audit b8")
    await maria.sees("1 запись", "бренд «b8»", "<b>Олег")
    await maria.writes("/audit нет такого")
    await maria.sees("Таких записей нет")


async def test_an_english_admin_reads_it_in_english(chat: World) -> None:
    await fill(chat, 2)
    pavel = chat.person(2002)
    await pavel.writes("/audit")
    await pavel.sees("2 entries", "banned brand “b1”", "refused", button="👤 By person")


@pytest.mark.parametrize(
    ("fields", "russian", "english"),
    [
        ({"action": "unban", "target": "brand:Tavr", "detail": "undo"}, "запрет снят: бренд «Tavr»|отмена",
         "lifted the ban of brand “Tavr”|undone"),
        ({"action": "ban", "target": "category:Электроника / Умные часы",
          "detail": "подделка · until 2026-12-04 13:15 UTC"},
         "запрещено: раздел «Умные часы»|подделка · до 4 декабря, 16:15",
         "banned section “Smart watches”|подделка · until 4 December, 16:15"),
        ({"action": "grant", "target": "Игорь", "detail": "customer → operator"},
         "роль выдана: Игорь|покупатель → оператор", "gave a role: Игорь|customer → operator"),
        ({"action": "/ban", "result": "refused"}, "попытка: ban|", "tried ban|"),
        ({"action": "run_job", "target": "forget"}, "запущено задание Удаление личных данных|",
         "started the job Delete personal data|"),
        ({"action": "dismiss_reports", "target": "tavr:1", "detail": "2 reports, dismissed"},
         "жалобы отклонены: «Чайник Tavr»|2 жалобы · товар остаётся в продаже",
         "dismissed the reports about “Чайник Tavr”|2 reports · the product stays on sale"),
        ({"action": "ban", "target": "product:tavr:1"}, "запрещено: товар «Чайник Tavr»|",
         "banned product “Чайник Tavr”|"),
        ({"action": "ban", "target": "product:gone:1"}, "запрещено: товар «gone:1»|", "banned product “gone:1”|"),
        ({"action": "keep_feed", "target": "tavr/20261124-1", "detail": "a.csv: 3 of 41 offers"},
         "оставлены товары, которых нет в прайсе: tavr|a.csv: 3 товара из 41",
         "kept the products that a price list lacks: tavr|a.csv: 3 products of 41"),
        ({"action": "dead_letters:replay", "target": "21 dead letters"},
         "повторены необработанные сообщения: 21 сообщение|",
         "replayed failed messages: 21 messages|"),
        ({"action": "silence", "target": "KafkaDown · kafka", "detail": "60 min, 3f1c"},
         "оповещение заглушено: KafkaDown · kafka|60 минут", "silenced an alert: KafkaDown · kafka|60 minutes"),
        ({"action": "unsilence", "target": "3f1c9a52-54a8-4f43-8c45-9d0f6b1a2c3d"}, "заглушка снята: …|",
         "ended a silence: …|"),
        ({"action": "ask_review", "target": "seller:tavr", "detail": "tavr"},
         "просьба пересмотреть запрет: магазин «tavr»|tavr", "asked to look at a ban again: shop “tavr”|tavr"),
    ],
)  # fmt: skip
def test_an_entry_is_a_sentence(fields: dict[str, str], russian: str, english: str) -> None:
    entry = AuditEntry.model_validate({"entry_id": "1", "actor": "a", "role": "admin", **fields})
    for language, said in (("ru", russian), ("en", english)):
        words = texts("en" if language == "en" else "ru")
        assert f"{sentence(entry, words, {'tavr:1': 'Чайник Tavr'})}|{detail_words(entry, words)}" == said


def test_everything_that_may_be_done_has_a_sentence_and_a_button() -> None:
    """Who writes to the audit may name no other action: the type checker holds `append_audit` and `record` to these."""
    assert set(SENTENCES) == set(SHORT) == set(get_args(AuditAction))


async def test_shops_and_products_are_called_by_their_names(chat: World) -> None:
    assert chat.running is not None
    watch = next(iter(chat.catalog.shelf.values()))
    deeds = (("ban", f"product:{watch.offer_id}"), ("dismiss_reports", watch.offer_id), ("fetch_feed", "sever"))
    for number, (action, target) in enumerate(deeds):
        entry = {"entry_id": str(number), "actor": "p", "actor_name": "Мария", "role": "admin"}
        await chat.running.base.audit_log.append(
            AuditEntry.model_validate(entry | {"action": action, "target": target})
        )
    maria = chat.person(2001)
    await maria.writes("/audit")
    page = await maria.sees(f"запрещено: товар «{watch.name}»", "прайс магазина Север запрошен сразу")
    assert f"жалобы отклонены: «{watch.name}»" in page.text
    assert watch.offer_id not in page.text
    chat.catalog.failure = TransportError("no Elasticsearch")
    await maria.presses(page, "👤 По человеку")
    people = await maria.sees_change(page, button="Мария")
    await maria.presses(people, "Мария")
    await maria.sees_change(page, f"запрещено: товар «{watch.offer_id}»")


def test_two_people_of_one_name_are_told_apart() -> None:
    assert told_apart({"aaaa1": "Guest", "bbbb2": "Guest", "cccc3": "Мария"}) == (
        ("aaaa1", "Guest · aaaa"), ("bbbb2", "Guest · bbbb"), ("cccc3", "Мария"),
    )  # fmt: skip


async def test_deeds_are_counted_from_zero_and_attempts_are_not() -> None:
    async def write(_: AuditEntry) -> None:
        pass

    def counted(action: str) -> float:
        return REGISTRY.get_sample_value("yarmarka_audit_deeds_total", {"action": action}) or 0.0

    audit_log = AuditLog(write, lambda: START)
    assert REGISTRY.get_sample_value("yarmarka_audit_deeds_total", {"action": "drill"}) is not None
    before = counted("ban")
    for entry_id, result in (("1", "done"), ("1", "done"), ("2", "refused"), ("3", "requested")):
        entry = AuditEntry.model_validate({"entry_id": entry_id, "actor": "x", "action": "ban", "result": result})
        await audit_log.append(entry)
    assert counted("ban") == before + 1
