"""/shops: an admin registers a shop and invites its people by a link that works once; a seller sees their own."""

import re

from bot.core.access import SELLERS, ShopSeller
from bot.features.shops.buttons import ShowShops
from bot.features.shops.invitations import INVITATIONS
from bot.ui.callback_data import encode
from bot.ui.callback_ids import mark
from ops.sandbox.server import Sandbox
from pipeline.contracts.feeds import Shop
from tests.bot.world.memory import product
from tests.bot.world.person import Person
from tests.bot.world.telegram import application, happen, press
from tests.bot.world.world import PSEUDONYMS, World

LINK = re.compile(r"start=(shop_[\w-]+)")


async def invited(chat: World, shop: str = "Север") -> str:
    """The payload of a link that an admin has asked for."""
    maria = chat.person(2001)
    await maria.writes("/shops")
    listed = await maria.sees("Магазины", button=shop)
    await maria.presses(listed, shop)
    page = await maria.sees_change(listed, shop, button="🔗 Пригласить человека")
    await maria.presses(page, "🔗 Пригласить человека")
    found = LINK.search((await maria.sees_change(page, "один раз")).text)
    assert found is not None
    return found[1]


async def seller_of(chat: World, user_id: int, shop: str = "Север") -> Person:
    """Somebody who has followed such a link."""
    person = chat.person(user_id)
    await person.writes(f"/start {await invited(chat, shop)}")
    await person.sees("🤝", shop)
    return person


async def test_an_admin_registers_a_shop_renames_it_and_sets_what_its_feeds_are(chat: World) -> None:
    maria = chat.person(2001)
    await maria.writes("/shops add yug-24 Южный двор en")
    page = await maria.sees("Южный двор", "yug-24", "никто не представляет", button="● English")
    await maria.presses(page, "Часть")
    await maria.sees_change(page, "остальные остаются в продаже", button="● Часть")
    await maria.writes("/shops add yug-24 Юг")
    await maria.sees("Юг", "остальные остаются в продаже", button="● English")
    assert (chat.shops.all["yug-24"].name, chat.shops.all["yug-24"].by) == ("Юг", "Мария")
    assert [entry[1:] for entry in chat.audit.actions()] == [("register_shop", "yug-24")] * 3


async def test_an_admin_and_the_shops_people_say_where_buyers_ask_it(chat: World) -> None:
    maria = chat.person(2001)
    await maria.writes("/shops contact sever @sever_help")
    await maria.sees("Вопросы покупателей: @sever_help", "/shops contact sever")
    offer = product("s1", "Самовар", store_id="sever")
    chat.catalog.put(offer.offer_id, offer)
    anna = chat.person(1001)
    await anna.writes("/start p_s1")
    assert (await anna.sees("Самовар", button="💬 Спросить магазин")).links == ("https://t.me/sever_help",)
    seller = await seller_of(chat, 1003)
    await seller.writes("/shops contact sever +7 495 123-45-67")
    await seller.sees("Вопросы покупателей: +7 495 123-45-67")
    await anna.writes("/start p_s1")
    await anna.sees("💬 Спросить магазин: +7 495 123-45-67")
    await seller.writes("/shops contact sever -")
    await seller.sees("некуда задать вопрос")
    assert chat.shops.all["sever"].contact is None


async def test_no_other_shop_and_no_other_text_becomes_a_contact(chat: World) -> None:
    chat.shops.all["yug"] = Shop(store_id="yug", name="Юг")
    seller = await seller_of(chat, 1003)
    for text in ("yug @mine", "sever звоните", "sever", ""):
        await seller.writes(f"/shops contact {text}")
        await seller.sees("куда обращаться покупателям")
    operator = chat.person(3001)
    await operator.writes("/shops contact sever @mine")
    await operator.sees("/shops contact sever @sever_help")
    assert {shop.contact for shop in chat.shops.all.values()} == {None}


async def test_what_is_no_shop_is_told_how_to_write(chat: World) -> None:
    maria = chat.person(2001)
    for text in ("/shops add", "/shops add sever", f"/shops add {'x' * 300} Север"):
        await maria.writes(text)
        await maria.sees("Не понимаю", "/shops add sever Север")
    assert set(chat.shops.all) == {"sever"}


async def test_a_link_binds_one_person_once_and_they_see_their_shop_alone(chat: World) -> None:
    await chat.person(2001).writes("/shops add yug Юг")
    await chat.person(2001).sees("Юг")
    payload = await invited(chat)
    anna, boris = chat.person(1001), chat.person(1002)
    await anna.writes("/shops")
    await anna.sees("продавцы")
    await anna.writes(f"/start {payload}")
    await anna.sees("Теперь вы представляете магазин Север")
    await boris.writes(f"/start {payload}")
    await boris.sees("does not work any more")
    await boris.writes("/shops")
    await boris.sees("Only shops' people")
    await anna.writes("/shops")
    # With one shop there is no list, and no way back to one.
    page = await anna.sees("Север", "Пришлите мне прайс файлом")
    assert "Юг" not in page.text
    assert "/shops add" not in page.text
    assert page.labels == ["📊 Дела магазина", "🌐 Прайс по ссылке"]
    assert [(seller.user_id, seller.store_id) for _, seller in chat.store(SELLERS).entries()] == [(1001, "sever")]
    assert chat.store(INVITATIONS).kept == {}


async def test_a_seller_of_two_shops_goes_back_to_them(chat: World) -> None:
    chat.shops.all["yug"] = Shop(store_id="yug", name="Юг")
    for shop in ("sever", "yug"):
        seller = ShopSeller(user_id=1001, store_id=shop)
        chat.store(SELLERS).set(f"{PSEUDONYMS.of(1001)}:{shop}", seller)
    anna = chat.person(1001)
    await anna.writes("/shops")
    listed = await anna.sees("Ваши магазины", "1. Север", button="Юг")
    await anna.presses(listed, "Юг")
    page = await anna.sees_change(listed, "Юг", button="‹ Ваши магазины")
    await anna.presses(page, "‹ Ваши магазины")
    await anna.sees_change(page, "Ваши магазины", "2. Юг")


async def test_shops_that_sell_without_being_registered_are_shown_to_admins_who_register_them(chat: World) -> None:
    maria, ivan = chat.person(2001), chat.person(3001)
    await ivan.writes("/shops")
    seen = await ivan.sees("Магазины", "1. Север")
    assert "chasy-mira" not in seen.text
    await maria.writes("/shops")
    listed = await maria.sees("Торгуют без регистрации", "chasy-mira · 12", button="+ Добавить chasy-mira")
    await maria.presses(listed, "+ Добавить chasy-mira")
    page = await maria.sees_change(listed, "chasy-mira", "никто не представляет", "/shops add chasy-mira …")
    # What a new shop lacks is the first thing that is offered.
    assert page.labels[0] == "🔗 Пригласить человека"
    assert [entry[1:] for entry in chat.audit.actions()] == [("register_shop", "chasy-mira")]
    await maria.writes("/shops")
    again = await maria.sees("Магазины", button="chasy-mira")
    assert "Торгуют без регистрации" not in again.text or "+ Добавить chasy-mira" not in again.labels


async def test_who_speaks_for_the_shop_already_is_told_so_and_leaves_the_link_to_others(chat: World) -> None:
    payload = await invited(chat)
    anna, boris = chat.person(1001), chat.person(1002)
    await anna.writes(f"/start {payload}")
    await anna.sees("Теперь вы представляете магазин Север")
    await anna.writes(f"/start {payload}")
    told = await anna.sees("Вы уже представляете: Север", button="📊 Дела магазина")
    await anna.presses(told, "📊 Дела магазина")
    await anna.sees("Север", "За 7 дней")
    another = await invited(chat)
    await anna.writes(f"/start {another}")
    await anna.sees("Вы уже представляете: Север")
    await boris.writes(f"/start {another}")
    await boris.sees("You speak for Север now")


async def test_a_links_token_is_kept_nowhere_and_is_over_after_a_day(chat: World) -> None:
    payload = await invited(chat)
    kept = "".join([*chat.store(INVITATIONS).kept, *(str(entry) for entry in chat.audit.written)])
    assert payload.removeprefix("shop_") not in kept
    chat.clock.pass_by(hours=24)
    anna = chat.person(1001)
    await anna.writes(f"/start {payload}")
    await anna.sees("больше не работает")
    await anna.writes("/start shop_")
    await anna.sees("больше не работает")
    assert chat.store(SELLERS).kept == {}


async def test_an_admin_takes_the_shop_from_somebody_and_removes_it(chat: World) -> None:
    anna = await seller_of(chat, 1001)
    boris = await seller_of(chat, 1002)
    maria = chat.person(2001)
    await maria.writes("/shops")
    listed = await maria.sees("Магазины", button="Север")
    await maria.presses(listed, "Север")
    page = await maria.sees_change(listed, "Люди магазина: Анна", button="✕ Анна")
    await maria.presses(page, "✕ Анна")
    await maria.presses(await maria.sees_change(page, "больше не представляет"), "✅ Подтвердить")
    await maria.sees_change(page, "Люди магазина")
    await anna.writes("/shops")
    await anna.sees("продавцы")
    await maria.presses(page, "🗑 Убрать")
    await maria.presses(await maria.sees_change(page, "Его товары останутся"), "🗑 Убрать")
    await maria.sees_change(page, "убран")
    await boris.writes("/shops")
    await boris.sees("Only shops' people")
    assert (chat.shops.all, chat.store(SELLERS).kept) == ({}, {})


async def test_an_admin_who_sells_stays_an_admin(chat: World) -> None:
    pavel = await seller_of(chat, 2002)
    await pavel.writes("/shops")
    await pavel.sees("Shops", "/shops add")
    await pavel.writes("/roles")
    assert "1001" not in (await pavel.sees("Admins")).text


async def test_who_is_forgotten_speaks_for_no_shop(chat: World) -> None:
    anna = await seller_of(chat, 1001)
    await anna.writes("/privacy")
    asked = await anna.sees("1 магазин, который вы представляете", button="🗑 Забыть меня")
    await anna.presses(asked, "🗑 Забыть меня")
    await anna.presses(await anna.sees_change(asked, "Удалить"), "Да, удалить")
    await anna.sees_change(asked, "Удалено")
    assert chat.store(SELLERS).of(PSEUDONYMS.of(1001)) == ()
    await anna.writes("/shops")
    await anna.sees("продавцы")


async def test_a_forged_button_shows_nobody_anothers_shop() -> None:
    world = World(Sandbox.__new__(Sandbox), session=None)  # type: ignore[arg-type]  # nobody writes through it
    world.shops.all["yug"] = Shop(store_id="yug", name="Юг")
    world.store(SELLERS).set(f"{PSEUDONYMS.of(4004)}:sever", ShopSeller(user_id=4004, store_id="sever"))
    async with application(world) as (app, _, telegram):
        await happen(app, press(4004, encode(ShowShops(0, mark("sever"))), 1))
        assert "Север" in telegram.said()[0]
        await happen(app, press(4004, encode(ShowShops(0, mark("yug"))), 2))
        assert telegram.said() == ["Такого магазина больше нет."]
