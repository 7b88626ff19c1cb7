"""A seller sends a price list as a file: it lands in the shop's folder, and its message follows it to the report."""

import dataclasses
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.core.access import SELLERS, ShopSeller
from bot.features.feeds.report_replies import is_well
from bot.features.feeds.shop_folder import ShopFolder
from bot.features.feeds.store import SENT_FILES, SentFile
from pipeline.contracts.feeds import FaultCode, FeedRun, FeedScope, FeedState, RefusedRow, Shop, run_id_at
from pipeline.contracts.messages import RowFault
from pipeline.feed.lookout import Lookout
from tests.bot.world.memory import product
from tests.bot.world.person import Person, Seen
from tests.bot.world.world import PSEUDONYMS, World, bot_settings
from tests.waiting import until

PRICES = b'{"product_id": "1"}\n'


@pytest.fixture
async def market(world: World, tmp_path: Path) -> AsyncIterator[World]:
    """A bot that puts files into a folder; Anna (1001) sells for «Север», Boris (1002, English) for it and «Юг»."""
    made = dataclasses.replace(world, bot_settings=bot_settings(feeds_dir=tmp_path))
    made.shops.all["yug"] = Shop(store_id="yug", name="Юг", language="en")
    for user_id, shops in ((1001, ("sever",)), (1002, ("sever", "yug"))):
        for shop in shops:
            seller = ShopSeller(user_id=user_id, store_id=shop)
            made.store(SELLERS).set(f"{PSEUDONYMS.of(user_id)}:{shop}", seller)
    async with made.bot():
        yield made


def folder(market: World) -> Path:
    assert market.bot_settings.feeds_dir is not None
    return market.bot_settings.feeds_dir


def put(market: World) -> list[Path]:
    return sorted(path for path in folder(market).rglob("*") if path.is_file())


def run_of(market: World, path: Path, **fields: object) -> FeedRun:
    """The run of a file that was put into the folder."""
    began = market.clock()
    known = {
        "run_id": run_id_at(int(began.timestamp() * 1e6)),
        "store_id": path.parent.name,
        "file": f"{path.parent.name}/{path.name}",
        "channel": "chat",
        "began": began,
        "scope": FeedScope.WHOLE,
    }
    return FeedRun.model_validate(known | fields)


async def documents(market: World, person: Person) -> list[dict[str, object]]:
    async with market.session.get(
        f"{market.sandbox.url}/user/{person.user_id}/chats/{person.user_id}/messages", params={"after": 0}
    ) as answer:
        messages = (await answer.json())["messages"]
    return [message for message in messages if "document" in message and message["from"]["is_bot"]]


async def until_one(market: World, person: Person) -> dict[str, object]:
    """The only document that the bot has sent, as soon as it is there."""

    async def one() -> bool:
        return len(await documents(market, person)) == 1

    await until(one, "a document")
    return (await documents(market, person))[0]


def _only(market: World) -> SentFile:
    (file,) = market.store(SENT_FILES).kept.values()
    return file


async def received(market: World, person: Person) -> Seen:
    await person.sends("прайс.jsonl", PRICES)
    return await person.sees("прайс.jsonl", "ждёт очереди")


async def test_a_file_goes_into_the_shops_folder_and_its_message_becomes_the_report(market: World) -> None:
    anna = market.person(1001)
    message = await received(market, anna)
    (path,) = put(market)
    assert (path.parent.name, path.read_bytes()) == ("sever", PRICES)
    assert path.name.endswith("-прайс.jsonl")
    market.feeds.tell(run_of(market, path, state=FeedState.RUNNING, sent=1_200, refused=1))
    await anna.sees_change(message, "загружаю, строк уже 1 201")
    fault = RowFault(code=FaultCode.NOT_A_NUMBER, field="price", values={"value": "<b>"})
    reason, lines = "price: no number", (7, 12, 40)
    rows = [RefusedRow(line=line, reason=reason, fault=fault, row='{"price": "<b>"}') for line in lines]
    ended = run_of(
        market, path, state=FeedState.DONE, ended=market.clock(), sent=180, changed=20, unchanged=17, withdrawn=20,
        refused=3, reasons={"price: no number": 3}, lines={"price: no number": (7, 12, 40)}, examples=tuple(rows),
        faults={"price: no number": RowFault(code=FaultCode.NOT_A_NUMBER, field="price")},
    )  # fmt: skip
    market.feeds.rows[ended.key] = rows
    market.feeds.tell(ended)
    report = await anna.sees_change(
        message, "Север", "прайс.jsonl", "новых: 160, изменено: 20, без изменений: 17, снято с продажи: 20",
        "3 × цена: не число (строки 7, 12, 40)", "Строка 7: цена: не число – «<b>»", '{"price": "<b>"}',
    )  # fmt: skip
    assert "chat-" not in report.text
    await anna.sees("Строки с ошибками")
    (table,) = await documents(market, anna)
    async with market.session.get(f"{market.sandbox.url}{table['document_url']}") as answer:
        text = (await answer.read()).decode("utf-8-sig")
    assert text.splitlines() == [
        "строка,что не так,данные", *(f'{line},цена: не число – «<b>»,"{{""price"": ""<b>""}}"' for line in lines)
    ]  # fmt: skip
    assert [entry.action for entry in market.audit.written] == ["send_feed"]


def test_the_feed_service_takes_what_the_bot_has_put_without_waiting_for_quiet(tmp_path: Path) -> None:
    ShopFolder(tmp_path).put("sever", "abcdefghi_-", "прайс.xml", PRICES)
    (tmp_path / "sever" / "other.xml").write_bytes(PRICES)
    lookout = Lookout(tmp_path, quiet_s=3_600)
    assert lookout.look() == ([], [])
    ((file,), links) = lookout.look()
    assert (file.name, file.shop, links) == ("sever/chat-abcdefghi_--прайс.xml", "sever", [])


async def test_who_has_several_shops_is_asked_which(market: World) -> None:
    boris = market.person(1002)
    await boris.sends("prices.zip", PRICES)
    asked = await boris.sees("prices.zip", "Which shop", button="Юг")
    assert put(market) == []
    await boris.presses(asked, "Юг")
    await boris.sees_change(asked, "waiting for its turn")
    assert [path.parent.name for path in put(market)] == ["yug"]


async def test_a_file_of_no_shop_is_not_loaded(market: World) -> None:
    boris = market.person(1002)
    await boris.sends("prices.zip", PRICES)
    asked = await boris.sees("prices.zip", "Which shop", button="✕ Cancel")
    await boris.presses(asked, "✕ Cancel")
    await boris.sees_change(asked, "prices.zip is not loaded", button="📊 The shop's figures")
    assert (put(market), market.store(SENT_FILES).kept) == ([], {})


async def test_a_shop_that_was_taken_away_meanwhile_gets_no_file(market: World) -> None:
    boris = market.person(1002)
    await boris.sends("prices.xml", PRICES)
    asked = await boris.sees("Which shop", button="Юг")
    market.store(SELLERS).set(f"{PSEUDONYMS.of(1002)}:yug", None)
    assert (await boris.presses(asked, "Юг")).alert
    assert put(market) == []


@pytest.mark.parametrize("user_id", [1003, 3001, 2001])
async def test_nobody_else_may_send_a_file(market: World, user_id: int) -> None:
    person = market.person(user_id)
    await person.sends("prices.xml", PRICES)
    await person.sees("только текст")
    assert put(market) == []
    assert market.store(SENT_FILES).kept == {}


async def test_a_name_that_would_leave_the_folder_or_be_passed_over_is_mended(market: World) -> None:
    anna = market.person(1001)
    for name in ("../../etc/passwd", ".hidden.xml", "prices.part", "а" * 300 + ".xml"):
        await anna.sends(name, PRICES)
        await anna.sees("ждёт очереди")
        for path in put(market):
            assert path.parent == folder(market) / "sever"
            assert path.name.startswith("chat-")
            assert not path.name.endswith(".part")
            path.unlink()
        for name_kept in list(market.store(SENT_FILES).kept):
            market.store(SENT_FILES).set(name_kept, None)


async def test_a_file_that_telegram_does_not_give_bots_is_told(market: World) -> None:
    anna = market.person(1001)
    await anna.sends("big.xml", bytes((20 << 20) + 1))
    await anna.sees("больше 20 МБ", ".zip")
    assert market.store(SENT_FILES).kept == {}


async def test_a_folder_that_takes_nothing_is_told_and_the_file_can_be_sent_again(market: World) -> None:
    anna = market.person(1001)
    (folder(market) / "sever").write_bytes(b"no folder")
    await anna.sends("prices.xml", PRICES)
    await anna.sees("prices.xml", "до меня не дошёл")


@pytest.mark.parametrize(("user_id", "failed"), [(1001, "Не удалось загрузить"), (1002, "could not be loaded")])
async def test_a_file_that_was_given_up_says_so_and_what_to_do(market: World, user_id: int, failed: str) -> None:
    market.store(SELLERS).set(f"{PSEUDONYMS.of(1002)}:yug", None)
    person = market.person(user_id)
    await person.sends("prices.xml", PRICES)
    message = await person.sees("prices.xml")
    await until(lambda: _only(market).state == "sent", "the file is in the folder")
    (path,) = put(market)
    market.feeds.tell(run_of(market, path, state=FeedState.RUNNING, sent=3))
    market.feeds.tell(
        run_of(market, path, state=FeedState.FAILED, ended=market.clock(), sent=3, reason="it cannot be fed (KeyError)")
    )
    told = await person.sees_change(message, failed)
    assert "KeyError" not in told.text
    await until(lambda: _only(market).state == "done", "nothing more is said of it")


async def test_a_run_that_ends_before_the_bot_knows_that_the_file_is_there_is_reported(market: World) -> None:
    anna = market.person(1001)
    await anna.sends("prices.xml", PRICES)
    # The folder has the file, and the message under it still says that it is being received.
    await until(lambda: any(not path.name.endswith(".part") for path in put(market)), "the file is in the folder")
    (path,) = put(market)
    market.feeds.tell(run_of(market, path, state=FeedState.DONE, ended=market.clock(), sent=3))
    await anna.sees("Загружен", "новых: 3")


async def test_a_file_that_nobody_loads_within_a_day_says_so(world: World, tmp_path: Path) -> None:
    made = dataclasses.replace(world, bot_settings=bot_settings(feeds_dir=tmp_path))
    made.store(SELLERS).set(f"{PSEUDONYMS.of(1001)}:sever", ShopSeller(user_id=1001, store_id="sever"))
    anna = made.person(1001)
    async with made.bot():
        message = await received(made, anna)
    made.clock.pass_by(seconds=25 * 3_600)
    async with made.bot():
        await anna.sees_change(message, "за сутки не загрузился", "ещё раз")
        await until(lambda: made.store(SENT_FILES).kept == {} or _only(made).state == "done", "the file is settled")


async def test_a_restart_goes_on_where_it_was(world: World, tmp_path: Path) -> None:
    made = dataclasses.replace(world, bot_settings=bot_settings(feeds_dir=tmp_path))
    made.store(SELLERS).set(f"{PSEUDONYMS.of(1001)}:sever", ShopSeller(user_id=1001, store_id="sever"))
    anna = made.person(1001)
    async with made.bot():
        message = await received(made, anna)
    (path,) = put(made)
    made.feeds.tell(run_of(made, path, state=FeedState.DONE, ended=made.clock(), sent=200))
    async with made.bot():
        await anna.sees_change(message, "Загружен", "новых: 200")


async def test_the_shops_people_are_told_quietly_when_all_is_well(market: World) -> None:
    for user_id in (1001, 1002):
        await market.person(user_id).writes("/start")
        await market.person(user_id).sees("👋")
    anna, boris = market.person(1001), market.person(1002)
    message = await received(market, anna)
    (path,) = put(market)
    market.feeds.tell(run_of(market, path, state=FeedState.DONE, ended=market.clock(), sent=3))
    await anna.sees_change(message, "Загружен")
    # His Telegram is English, whatever the shop's language is.
    await boris.sees("Loaded", "new: 3")
    assert len([seen for seen in await anna.history() if "Загружен" in seen.text]) == 1


async def test_a_file_that_waits_is_one_message_to_its_sender_and_follows_what_an_admin_decides(market: World) -> None:
    anna, maria = market.person(1001), market.person(2001)
    await maria.writes("/start")
    await maria.sees("Здравствуйте")
    message = await received(market, anna)
    (path,) = put(market)
    waits = run_of(market, path, state=FeedState.WAITING, ended=market.clock(), offers=5_000, missing=4_000)
    market.feeds.tell(waits)
    await anna.sees_change(message, "нет в новом прайсе: 4 000 из 5 000", button="✅ Снять с продажи")
    card = await maria.sees("нет в новом прайсе: 4 000 из 5 000", button="✋ Оставить в продаже")
    assert len([seen for seen in await anna.history() if "прайс.jsonl" in seen.text and seen.from_bot]) == 1
    await maria.presses(card, "✋ Оставить в продаже")
    decided = await anna.sees_change(message, "остаются в продаже", "Решение: Мария")
    assert decided.labels == ["📊 Дела магазина", "🛍 Его товары"]
    market.feeds.tell(waits.model_copy(update={"state": FeedState.KEPT, "decided_by": "Мария"}))
    await anna.sees("пропавшие из него товары остались", button="📊 Дела магазина")


async def test_a_file_that_is_fed_again_after_a_stop_is_not_told_again(market: World) -> None:
    anna, boris = market.person(1001), market.person(1002)
    for person in (anna, boris):
        await person.writes("/start")
        await person.sees("👋")
    message = await received(market, anna)
    (path,) = put(market)
    run = run_of(market, path, state=FeedState.DONE, ended=market.clock(), sent=3)
    market.feeds.tell(run)
    await anna.sees_change(message, "Загружен")
    await boris.sees("Loaded", "new: 3")
    # The feed service was stopped before it had moved the file: it feeds it once more, and has nothing to send.
    market.clock.pass_by(seconds=30)
    market.feeds.tell(run_of(market, path, state=FeedState.DONE, ended=market.clock(), unchanged=3))
    market.feeds.tell(run_of(market, path, run_id="0000000002", state=FeedState.SUPERSEDED, ended=market.clock()))
    for person, word in ((anna, "Загружен"), (boris, "Loaded")):
        await person.writes("/language")
        await person.sees("")
        assert len([seen for seen in await person.history() if word in seen.text]) == 1
        assert not [seen for seen in await person.history() if "⏭" in seen.text]


async def test_a_report_leads_on_to_the_rows_with_errors_and_to_the_shop(market: World) -> None:
    anna = market.person(1001)
    await anna.writes("/start")
    await anna.sees("👋")
    rows = [RefusedRow(line=7, reason="price", fault=RowFault(code=FaultCode.NOT_A_NUMBER, field="price"), row="{}")]
    run = run_of(market, Path("sever/ночь.xml"), state=FeedState.DONE, ended=market.clock(), sent=3, refused=1)
    market.feeds.rows[run.key] = rows
    market.feeds.tell(run)
    report = await anna.sees("с ошибками: 1", button="📄 Строки с ошибками")
    assert report.labels == ["📄 Строки с ошибками", "📊 Дела магазина", "🛍 Его товары"]
    await anna.presses(report, "📄 Строки с ошибками")
    (table,) = [await until_one(market, anna)]
    assert str(table["caption"]).startswith("Строки с ошибками")
    assert "ничего нет от этого магазина" in (await anna.presses(report, "🛍 Его товары")).text
    offer = product("s1", "Самовар", store_id="sever")
    market.catalog.put(offer.offer_id, offer)
    market.clock.pass_by(minutes=2)
    await anna.presses(report, "🛍 Его товары")
    await anna.sees("Север")


async def test_a_feed_that_came_by_another_way_is_reported_once(market: World) -> None:
    anna = market.person(1001)
    await anna.writes("/start")
    await anna.sees("👋")
    run = run_of(market, Path("sever/ночь.xml"), state=FeedState.INCOMPLETE, ended=market.clock(), channel="folder")
    old = run_of(
        market, Path("sever/old.xml"), run_id="0000000001", state=FeedState.DONE,
        ended=market.clock() - timedelta(days=2),
    )  # fmt: skip
    market.feeds.tell(old)
    market.feeds.tell(run)
    await anna.sees("Север", "Файл обрывается")
    market.feeds.tell(run)
    await anna.writes("/shops")
    await anna.sees("Пришлите мне прайс файлом")
    told = [seen.text for seen in await anna.history() if "ночь.xml" in seen.text or "old.xml" in seen.text]
    assert len(told) == 1


async def test_a_seller_decides_about_their_own_feed_that_waits_and_no_other(market: World) -> None:
    anna, boris = market.person(1001), market.person(1002)
    for person in (anna, boris):
        await person.writes("/start")
        await person.sees("👋")
    run = run_of(market, Path("yug/ночь.xml"), state=FeedState.WAITING, offers=5_000, missing=4_000)
    market.feeds.tell(run)
    card = await boris.sees("Юг", "4,000", button="✋ Keep on sale")
    await boris.presses(card, "✋ Keep on sale")
    kept = await boris.sees_change(card, "stay on sale")
    assert kept.labels == ["📊 The shop's figures", "🛍 Its products"]
    assert [(decision.apply, decision.by_name) for decision in market.feeds.decisions] == [(False, "Юг")]
    assert not [seen for seen in await anna.history() if "ночь.xml" in seen.text]


@pytest.mark.parametrize(
    ("fields", "well"),
    [
        ({"state": FeedState.DONE}, True),
        ({"state": FeedState.KEPT}, True),
        ({"state": FeedState.DONE, "refused": 1}, False),
        ({"state": FeedState.INCOMPLETE}, False),
        ({"state": FeedState.REFUSED}, False),
        ({"state": FeedState.WAITING}, False),
    ],
)
def test_only_what_asks_for_nothing_is_told_without_a_sound(fields: dict[str, object], well: bool) -> None:
    assert is_well(FeedRun.model_validate({"run_id": "0000000001", "store_id": "sever"} | fields)) is well
