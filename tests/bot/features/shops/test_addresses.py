"""The address of a shop's feed in the chat: set, refused, changed, removed, fetched now; failures are told once."""

import asyncio
from datetime import datetime, timedelta

import pytest

from bot.core.access import SELLERS, ShopSeller
from bot.features.shops.address_replies import address_saved, how_often
from bot.features.shops.buttons import FeedAddress, FeedEvery
from bot.features.shops.fetch_notices import FETCH_TOLD
from bot.features.shops.services import ShopServices
from bot.ui.callback_data import encode
from bot.ui.callback_ids import mark
from bot.ui.locale import Html, texts
from bot.ui.reply import Reply
from ops.sandbox.server import Sandbox
from pipeline.contracts.feeds import FeedFetch, FeedState, FetchedFile, FetchFault, FetchOutcome, Shop, fetch_of
from tests.bot.features.shops.test_shops import seller_of
from tests.bot.world.person import Person, Seen
from tests.bot.world.telegram import application, happen, press
from tests.bot.world.world import PSEUDONYMS, World
from tests.waiting import until

SECRET = "https://shop:s3cret@shop.ru/feed.yml?key=t0ken"
SHOWN = "https://•••@shop.ru/feed.yml?key=•••"


async def page_of(person: Person, shop: str = "Север", *texts: str) -> Seen:
    """The page of the address, reached as people do."""
    await person.writes("/shops")
    page = await person.sees(shop)
    if shop in page.labels:
        # Who sells for one shop alone sees it at once.
        await person.presses(page, shop)
        page = await person.sees_change(page, shop, button="🌐 Прайс по ссылке")
    await person.presses(page, "🌐 Прайс по ссылке")
    return await person.sees_change(page, "прайс по ссылке", *texts)


async def asked(person: Person) -> Seen:
    """Somebody is about to write an address."""
    page = await page_of(person)
    await person.presses(page, "✏️ Указать адрес")
    return await person.sees_change(page, "Пришлите ссылку на прайс", button="✕ Отмена")


def fetched(chat: World, outcome: FetchOutcome = FetchOutcome.FETCHED, **more: object) -> FeedFetch:
    """What the feed service tells of the shop's address as it is now."""
    shop = chat.shops.all["sever"]
    told = {"store_id": "sever", "of": fetch_of(shop), "at": chat.clock(), "outcome": outcome, "asked": shop.asked}
    return FeedFetch.model_validate(told | {"came": FeedState.DONE} | more)


def failing(chat: World, since: datetime, failures: int = 1, **more: object) -> FeedFetch:
    fields = {"fault": FetchFault.AWAY, "failures": failures, "failing_since": since} | more
    return fetched(chat, FetchOutcome.FAILED, **fields)


async def with_address(chat: World, address: str = SECRET) -> Person:
    anna = await seller_of(chat, 1001)
    chat.shops.all["sever"] = Shop.model_validate(chat.shops.all["sever"].model_dump() | {"address": address})
    return anna


async def test_a_seller_gives_an_address_and_nobody_is_shown_its_password(chat: World) -> None:
    anna = await seller_of(chat, 1001)
    await asked(anna)
    await anna.writes(SECRET)
    page = await anna.sees("✅ Сохранено", SHOWN, "Каждые 6 часов", "🔄 Загружаю", button="🔄 Обновить")
    assert "🔒 Сообщение со ссылкой удалено: в ней может быть пароль." in page.text
    assert "● 6 ч" in page.labels
    shop = chat.shops.all["sever"]
    assert (shop.address, shop.asked is not None) == (SECRET, True)
    await chat.fetches.tell(fetched(chat, sent=12, withdrawn=3, refused=1))
    await anna.presses(page, "🔄 Обновить")
    said = "обновлено: 12, снято с продажи: 3, с ошибками: 1"
    await anna.sees_change(page, "сегодня в", said, button="📥 Загрузить сейчас")
    kept = [str(entry) for entry in [*chat.audit.written, *chat.records.requests]]
    shown = [message.text for message in await anna.history()]
    assert not [text for text in [*kept, *shown] if "s3cret" in text or "t0ken" in text]
    assert chat.audit.actions()[-1][1:] == ("feed_address", "sever")


async def test_an_address_without_a_secret_stays_in_the_chat(chat: World) -> None:
    anna = await seller_of(chat, 1001)
    await asked(anna)
    await anna.writes("https://shop.ru/feed.yml")
    page = await anna.sees("✅ Сохранено")
    assert "🔒" not in page.text
    assert "https://shop.ru/feed.yml" in [message.text for message in await anna.history()]


def test_where_telegram_does_not_delete_it_the_person_is_asked_to() -> None:
    saved = address_saved(Reply(Html("…")), texts("en"), gone=False)
    assert "Please delete your message: the link may hold a password." in saved.text


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("ftp://shop.ru/feed.yml", "должна начинаться с https://"),
        ("http://127.0.0.1/feed.yml", "ведёт в закрытую сеть"),
        ("http://localhost:9200/", "ведёт в закрытую сеть"),
        ("http://[::ffff:10.0.0.1]/feed", "ведёт в закрытую сеть"),
        ("https://inside.ru/feed.yml", "ведёт в закрытую сеть"),
        ("https://nobody.ru/feed.yml", "Такого сайта нет"),
        ("https://shop.ru/my feed.yml", "есть пробелы"),
        ("https://shop.ru:99999/", "Порт в ссылке"),
        ("https:///feed.yml", "Не вижу в ссылке адреса сайта"),
        ("https://shop.ru/" + "x" * 2_000, "слишком длинная"),
    ],
)
async def test_a_wrong_address_is_told_at_once_and_the_question_stays(chat: World, text: str, said: str) -> None:
    chat.fetches.names["inside.ru"] = frozenset({"10.0.0.7", "fd00::7"})
    anna = await seller_of(chat, 1001)
    await asked(anna)
    await anna.writes(text)
    await anna.sees("🤔", said, button="✕ Отмена")
    assert chat.shops.all["sever"].address is None
    await anna.writes("shop.ru/feed.yml")
    await anna.sees("✅ Сохранено", "https://shop.ru/feed.yml")


async def test_a_name_that_nobody_can_look_up_now_is_taken(chat: World) -> None:
    chat.fetches.names["away.ru"] = None
    anna = await seller_of(chat, 1001)
    await asked(anna)
    await anna.writes("https://away.ru/feed.yml")
    await anna.sees("✅ Сохранено")


async def test_who_searches_instead_is_answered_and_asked_no_more(chat: World) -> None:
    anna = await seller_of(chat, 1001)
    await asked(anna)
    await anna.writes("умные часы")
    await anna.sees("умные часы", "товар")
    await anna.writes("https://shop.ru/feed.yml")
    await anna.sees("")
    assert chat.shops.all["sever"].address is None


async def test_cancelled_nothing_is_asked_any_more(chat: World) -> None:
    anna = await seller_of(chat, 1001)
    question = await asked(anna)
    await anna.presses(question, "✕ Отмена")
    await anna.sees_change(question, "загружать его сам по расписанию", button="✏️ Указать адрес")
    await anna.writes("https://shop.ru/feed.yml")
    await anna.sees("")
    assert chat.shops.all["sever"].address is None


async def test_an_admin_changes_how_often_and_takes_the_address_away_and_back(chat: World) -> None:
    await with_address(chat)
    maria = chat.person(2001)
    page = await page_of(maria, "Север", SHOWN)
    await maria.presses(page, "12 ч")
    await maria.sees_change(page, "Каждые 12 часов", button="● 12 ч")
    assert chat.shops.all["sever"].every_s == 43_200
    await maria.presses(page, "🗑 Убрать")
    await maria.sees_change(page, "Больше не загружаю", button="↩️ Отменить")
    assert chat.shops.all["sever"].address is None
    await maria.presses(page, "↩️ Отменить")
    await maria.sees_change(page, SHOWN, "Каждые 12 часов")
    assert chat.shops.all["sever"].address == SECRET


async def test_fetched_now_the_page_changes_by_itself(chat: World) -> None:
    anna = await with_address(chat)
    await chat.fetches.tell(fetched(chat, FetchOutcome.SAME))
    page = await page_of(anna, "Север", "без изменений")
    await anna.presses(page, "📥 Загрузить сейчас")
    await anna.sees_change(page, "🔄 Загружаю", button="🔄 Обновить")
    asked_at = chat.shops.all["sever"].asked
    assert asked_at is not None
    await anna.presses(page, "🔄 Обновить")
    assert chat.shops.all["sever"].asked == asked_at, "who looks again does not ask again"
    pending = FetchedFile(token="t" * 11)
    await chat.fetches.tell(fetched(chat, pending=pending))
    await chat.fetches.tell(fetched(chat, sent=7))
    await anna.sees_change(page, "обновлено: 7", button="📥 Загрузить сейчас")
    assert [action for _, action, _ in chat.audit.actions()].count("fetch_feed") == 1


@pytest.mark.parametrize(
    ("came", "said"),
    [
        (FeedState.WAITING, "нужно ваше решение"),
        (FeedState.INCOMPLETE, "файл обрывается"),
        (FeedState.REFUSED, "файл не удалось прочитать"),
        (None, "загружено"),
        (FeedState.DONE, "без изменений"),
    ],
)
async def test_the_last_result_is_one_line(chat: World, came: FeedState | None, said: str) -> None:
    anna = await with_address(chat)
    await chat.fetches.tell(fetched(chat, came=came))
    await page_of(anna, "Север", said)


@pytest.mark.parametrize(
    ("fault", "detail", "said"),
    [
        (FetchFault.STATUS, "401", "проверьте логин и пароль"),
        (FetchFault.STATUS, "404", "больше нет файла"),
        (FetchFault.STATUS, "503", "ошибкой 503"),
        (FetchFault.CUT_OFF, "", "обрывается на середине"),
        (FetchFault.PRIVATE, "", "закрытую сеть"),
        (FetchFault.OURS, "", "неполадка у нас"),
    ],
)
async def test_why_it_fails_is_said(chat: World, fault: FetchFault, detail: str, said: str) -> None:
    anna = await with_address(chat)
    page = await page_of(anna, "Север", "🔄 Загружаю")
    since = None if fault is FetchFault.OURS else chat.clock()
    fields = {"fault": fault, "detail": detail, "failures": 1, "failing_since": since}
    await chat.fetches.tell(FeedFetch.model_validate(fetched(chat, FetchOutcome.FAILED).model_dump() | fields))
    await anna.presses(page, "🔄 Обновить")
    await anna.sees_change(page, "Не загружается с", said)


async def told_of(person: Person, text: str) -> int:
    return sum(text in message.text for message in await person.history())


async def test_a_failure_is_told_once_and_once_that_it_is_over(chat: World) -> None:
    anna = await with_address(chat)
    since = chat.clock()
    await chat.fetches.tell(failing(chat, since))
    await anna.sees("не получается загрузить прайс", SHOWN, "сайт не отвечает", button="🌐 Прайс по ссылке")
    chat.clock.pass_by(hours=3)
    await chat.fetches.tell(failing(chat, since, 2, fault=FetchFault.SLOW))
    await chat.fetches.tell(failing(chat, since, 3))
    await chat.fetches.tell(fetched(chat))
    await anna.sees("снова загружается", "3 ч")
    await chat.fetches.tell(fetched(chat, FetchOutcome.SAME))
    await until(lambda: not chat.store(FETCH_TOLD).kept, "nothing more is to be told")
    assert await told_of(anna, "не получается загрузить") == await told_of(anna, "снова загружается") == 1
    assert await told_of(chat.person(2001), "не получается") == 0, "the shop has people of its own"


async def test_a_shop_without_people_has_its_failures_told_to_admins(chat: World) -> None:
    chat.shops.all["sever"] = Shop(store_id="sever", name="Север", address=SECRET)
    maria = chat.person(2001)
    await page_of(maria)
    await chat.fetches.tell(failing(chat, chat.clock()))
    await maria.sees("не получается загрузить прайс", SHOWN)


async def test_of_an_address_that_was_changed_meanwhile_nothing_is_told(chat: World) -> None:
    anna = await with_address(chat)
    await chat.fetches.tell(failing(chat, chat.clock()))
    await anna.sees("не получается загрузить прайс")
    chat.shops.all["sever"] = Shop(store_id="sever", name="Север", address="https://shop.ru/other.yml")
    await chat.fetches.tell(fetched(chat))
    await until(lambda: not chat.store(FETCH_TOLD).kept, "it is forgotten")
    assert await told_of(anna, "снова загружается") == 0


async def test_our_own_trouble_is_not_told_as_the_shops(chat: World) -> None:
    anna = await with_address(chat)
    await chat.fetches.tell(fetched(chat, FetchOutcome.FAILED, fault=FetchFault.OURS, failures=1))
    await page_of(anna, "Север", "неполадка у нас")
    assert await told_of(anna, "не получается загрузить") == 0


async def test_what_was_told_is_told_once_also_over_a_restart() -> None:
    since = datetime.fromisoformat("2026-11-27T10:00:00+00:00")
    world = World(Sandbox.__new__(Sandbox), session=None)  # type: ignore[arg-type]  # nobody writes through it
    world.shops.all["sever"] = Shop(store_id="sever", name="Север", address=SECRET)
    await world.fetches.tell(failing(world, since))
    queued = []
    for _ in range(2):
        async with application(world):
            notices = asyncio.create_task(world.services(ShopServices).notices.run())
            await until(lambda: bool(world.store(FETCH_TOLD).kept), "it is told")
            await asyncio.sleep(0.05)
            notices.cancel()
        queued.append(len(world.pending.kept))
        for name in list(world.pending.kept):
            await world.pending.put(name, None)
    assert queued == [2, 0], "both admins once"


async def test_a_seller_of_another_shop_and_an_operator_change_nothing() -> None:
    world = World(Sandbox.__new__(Sandbox), session=None)  # type: ignore[arg-type]  # nobody writes through it
    world.shops.all["yug"] = Shop(store_id="yug", name="Юг", address=SECRET)
    world.store(SELLERS).set(f"{PSEUDONYMS.of(4004)}:sever", ShopSeller(user_id=4004, store_id="sever"))
    async with application(world) as (app, _, telegram):
        number = 0
        for who in (4004, 3001):
            for button in (*(FeedAddress(mark("yug"), what) for what in ("", "set", "drop", "undo", "fetch")),
                           FeedEvery(mark("yug"), 1)):  # fmt: skip
                number += 1
                await happen(app, press(who, encode(button), number))
        assert world.shops.all["yug"] == Shop.model_validate(
            world.shops.all["yug"].model_dump() | {"address": SECRET, "every_s": None, "asked": None}
        )
        assert all("s3cret" not in said and "shop.ru" not in said for said in telegram.said())


async def test_at_midnight_the_day_is_said(chat: World) -> None:
    anna = await with_address(chat)
    await chat.fetches.tell(fetched(chat, at=chat.clock() - timedelta(days=2)))
    assert "сегодня" not in (await page_of(anna, "Север", "без изменений")).text


async def test_the_same_in_english(chat: World) -> None:
    boris = await seller_of(chat, 1002)
    await boris.writes("/shops")
    page = await boris.sees("Север", button="🌐 Price list by link")
    await boris.presses(page, "🌐 Price list by link")
    await boris.presses(await boris.sees_change(page, "on schedule"), "✏️ Enter the address")
    await boris.sees_change(page, "Nobody will be shown the password", button="✕ Cancel")
    await boris.writes("http://10.0.0.1/feed.yml")
    await boris.sees("leads into a private network")
    await boris.writes(SECRET)
    page = await boris.sees("✅ Saved", SHOWN, "Every 6 hours", button="● 6 h")
    await chat.fetches.tell(failing(chat, chat.clock(), fault=FetchFault.STATUS, detail="500"))
    await boris.presses(page, "🔄 Refresh")
    await boris.sees_change(page, "Has not worked since", "answers with error 500", button="📥 Fetch now")


def test_an_interval_of_one_hour_is_every_hour() -> None:
    assert (how_often(3_600, texts("ru")), how_often(3_600, texts("en"))) == ("Каждый час", "Every hour")
    assert how_often(3 * 3_600, texts("ru")) == "Каждые 3 часа"
