"""/trace: where an offer is, and where it stopped."""

from dataclasses import replace
from datetime import timedelta

import pytest

from pipeline.contracts.decisions import DecisionNote
from pipeline.contracts.feeds import FeedRun, FeedState
from pipeline.contracts.jobs import JobOutcome, JobRun, JobStatus
from pipeline.contracts.messages import Ban, Product, encode
from pipeline.trace.facts import LogRecord, Logs, Looked
from tests.bot.world.memory import product
from tests.bot.world.world import World

RUN = "0h8k2m4x1z"
# The index of a world has everything from offset 0.
INDEXED, LATER = 0, 3
OFFER = product("k-1", "Чайник Север", store_id="sever")


def sent(chat: World, offer: Product, *, offset: int = 71, seconds: float = 60) -> LogRecord:
    """A feed sent the offer so many seconds ago."""
    at = chat.clock() - timedelta(seconds=seconds)
    chat.offer_logs.runs[RUN] = FeedRun(
        run_id=RUN, store_id=offer.store_id, file="ночь.xml", state=FeedState.DONE, began=at
    )
    return LogRecord(2, offset, at, encode(offer), RUN, "120")


def decided(chat: World, record: LogRecord, *, offset: int = INDEXED, seconds: float = 40, rule: str = "") -> LogRecord:
    """What the filter has written about a record so many seconds ago."""
    at = chat.clock() - timedelta(seconds=seconds)
    value = None if rule or record.value is None else record.value
    return LogRecord(2, offset, at, value, note=DecisionNote(record.offset, at, rule))


def on_sale(chat: World, offer: Product = OFFER) -> None:
    record = sent(chat, offer)
    chat.offer_logs.known[offer.offer_id] = Logs(Looked(record), Looked(decided(chat, record)))
    chat.catalog.put(offer.offer_id, offer)


def banned(chat: World, offer: Product = OFFER) -> None:
    rule = f"product:{offer.offer_id}"
    record = sent(chat, offer)
    chat.offer_logs.known[offer.offer_id] = Logs(Looked(record), Looked(decided(chat, record, rule=rule)))
    chat.bans.write(Ban(rule=rule, reason="подделка", at=chat.clock()))


async def test_an_offer_on_sale_with_its_whole_way(chat: World) -> None:
    on_sale(chat)
    filled = JobRun(run_id="r", job="ingest", outcome=JobOutcome.DONE, started_at=chat.clock())
    await chat.jobs.put("ingest", JobStatus(name="ingest", runs=(filled,)))
    ivan = chat.person(3001)
    await ivan.writes("/trace k-1")
    card = await ivan.sees("Чайник Север", "Север · sever/k-1", "🟢 В продаже", button="🔄 Обновить")
    assert "📦 Прайс: ночь.xml, 24 ноября, 14:59:00, строка 120" in card.text
    assert "products: раздел 2, смещение 71, 24 ноября, 14:59:00" in card.text
    assert "🛡 Фильтр: пропустил, 24 ноября, 14:59:20" in card.text
    assert "filtered_products: раздел 2, смещение 0" in card.text
    assert "🔎 Поиск: есть, эта версия" in card.text
    assert "🗄 Хранилище: есть, заполнено 24 ноября, 15:00:00" in card.text


async def test_a_banned_offer_names_the_rule_and_its_reason_and_is_found_by_its_short_id(chat: World) -> None:
    banned(chat)
    maria = chat.person(2001)
    await maria.writes("/trace product:k-1")
    card = await maria.sees("⛔ Не продаётся: запрещён правилом", "product:sever/k-1 · подделка")
    assert "🛡 Фильтр: не пропустил, 24 ноября, 14:59:20" in card.text
    assert "🔎 Поиск: нет" in card.text
    await maria.presses(card, "⛔ К запрету")
    await maria.sees("Снять запрет?", "подделка", button="✅ Снять")
    chat.bans.unban("product:sever/k-1")
    await maria.presses(card, "🔄 Обновить")
    await maria.sees_change(card, "⏳ Ждёт фильтра", "ещё не решил")


async def test_a_banned_offer_in_english(chat: World) -> None:
    banned(chat)
    ivan = chat.person(3001)
    await ivan.writes("/language en")
    await ivan.sees("English it is")
    await ivan.writes("/trace k-1")
    card = await ivan.sees("⛔ Not on sale: a rule forbids it", "Filter: refused, 24 November, 14:59:20")
    assert "product:sever/k-1 · counterfeit" in card.text
    # An operator cannot lift it.
    assert card.labels == ["🔄 Refresh"]
    assert "Search: does not have it" in card.text


async def test_what_waits_for_the_indexer_says_how_far_behind_it_is(chat: World) -> None:
    record = sent(chat, OFFER)
    chat.offer_logs.known[OFFER.offer_id] = Logs(Looked(record), Looked(decided(chat, record, offset=LATER)))
    ivan = chat.person(3001)
    await ivan.writes("/language en")
    await ivan.sees("English it is")
    await ivan.writes("/trace sever/k-1")
    card = await ivan.sees("⏳ Waits for the indexer, 40 s behind", "Search: does not have it")
    chat.clock.pass_by(seconds=10)
    await ivan.presses(card, "🔄 Refresh")
    await ivan.sees_change(card, "50 s behind")
    chat.offer_logs.known[OFFER.offer_id] = Logs(Looked(record), Looked(decided(chat, record)))
    chat.catalog.put(OFFER.offer_id, OFFER)
    await ivan.presses(card, "🔄 Refresh")
    await ivan.sees_change(card, "🟢 On sale", "Filter: let through", "partition 2, offset 71")


async def test_what_the_filter_has_not_seen_waits_for_it(chat: World) -> None:
    on_sale(chat)
    known = chat.offer_logs.known[OFFER.offer_id]
    newer = sent(chat, OFFER, offset=90, seconds=12)
    chat.offer_logs.known[OFFER.offer_id] = replace(known, products=Looked(newer))
    ivan = chat.person(3001)
    await ivan.writes("/trace k-1")
    await ivan.sees("⏳ Ждёт фильтра, отставание 12 с", "смещение 90")


@pytest.mark.parametrize(
    ("language", "asked", "unknown"),
    [("ru", "Или выберите, чей он", "Такого товара магазин не присылал"),
     ("en", "Or whose is it?", "The shop has not sent such a product")],
)  # fmt: skip
async def test_an_unknown_id_asks_whose_it_is_and_says_when_nobody_sent_it(
    chat: World, language: str, asked: str, unknown: str
) -> None:
    ivan = chat.person(3001)
    await ivan.writes(f"/language {language}")
    await ivan.sees()
    await ivan.writes("/trace nn-9")
    question = await ivan.sees(asked, button="yug")
    await ivan.presses(question, "yug")
    await ivan.sees_change(question, unknown, "yug/nn-9")


@pytest.mark.parametrize(("language", "asked"), [("ru", "есть у нескольких"), ("en", "Several shops have a product")])
async def test_an_id_that_two_shops_have_asks_with_buttons(chat: World, language: str, asked: str) -> None:
    on_sale(chat)
    banned(chat, product("k-1", "Чайник Юг", store_id="yug"))
    ivan = chat.person(3001)
    await ivan.writes(f"/language {language}")
    await ivan.sees()
    await ivan.writes("/trace k-1")
    question = await ivan.sees(asked, button="yug")
    assert question.labels == ["Север", "yug"]
    await ivan.presses(question, "yug")
    await ivan.sees_change(question, "Чайник Юг", "⛔")


async def test_a_long_id_works_from_its_button_after_a_restart(chat: World) -> None:
    offer = product("очень длинный номер товара из выгрузки", "Чайник", store_id="sever")
    on_sale(chat, offer)
    ivan = chat.person(3001)
    await ivan.writes(f"/trace {offer.offer_id}")
    card = await ivan.sees("🟢 В продаже")
    await ivan.presses(card, "🔄 Обновить")
    await ivan.sees_change(card, offer.offer_id)


async def test_what_lies_far_back_is_read_on_when_asked_for(chat: World) -> None:
    on_sale(chat)
    chat.offer_logs.far[OFFER.offer_id] = 0.35
    ivan = chat.person(3001)
    await ivan.writes("/trace k-1")
    card = await ivan.sees("❔ Сейчас не сказать, где он", "просмотрено 35 %", button="🔎 Читать дальше")
    await ivan.presses(card, "🔎 Читать дальше")
    await ivan.sees_change(card, "🟢 В продаже")


async def test_without_the_search_the_way_up_to_it_is_told(chat: World) -> None:
    on_sale(chat)
    chat.elasticsearch.fault = "refuses"
    ivan = chat.person(3001)
    await ivan.writes("/trace sever/k-1")
    card = await ivan.sees("❔ Сейчас не сказать, где он", "Поиск не отвечает", "Фильтр: пропустил")
    chat.elasticsearch.fault = ""
    await ivan.presses(card, "🔄 Обновить")
    await ivan.sees_change(card, "🟢 В продаже")


async def test_a_short_id_without_the_search_claims_nothing_about_what_is_on_sale(chat: World) -> None:
    banned(chat)
    chat.elasticsearch.fault = "refuses"
    ivan = chat.person(3001)
    await ivan.writes("/trace nn-9")
    assert "Среди товаров в продаже" not in (await ivan.sees("Поиск не отвечает", button="Север")).text
    await ivan.writes("/trace k-1")
    await ivan.sees("⛔ Не продаётся", "🔎 Поиск: не отвечает")


async def test_without_an_id_the_command_says_how(chat: World) -> None:
    ivan = chat.person(3001)
    await ivan.writes("/trace")
    await ivan.sees("Покажу весь путь товара", "/trace 1001")


async def test_a_customer_may_not_trace(chat: World) -> None:
    anna = chat.person(1001)
    await anna.writes("/trace k-1")
    assert "🧭" not in (await anna.sees()).text
