"""/my: a seller's own products and week; nobody else's."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from bot.core.access import SELLERS, RoleGrant, ShopSeller
from bot.features.my_shop.figures import Day, Found, Week
from bot.ui.locale import MOSCOW
from bot.ui.span import span_of
from pipeline.contracts.feeds import Shop
from pipeline.contracts.messages import Ban, Product
from tests.bot.world.memory import product
from tests.bot.world.person import Person, Seen
from tests.bot.world.world import PSEUDONYMS, World

ADMIN, OPERATOR, STRANGER, ANNA, BORIS = 2001, 3001, 1005, 1001, 1003


def goods(shop: str = "sever") -> list[Product]:
    """Ten on sale, of which one has its price on request; three sold out, and twelve of a brand."""
    made = [product(f"{shop}-{n}", f"Чайник {n}", store_id=shop) for n in range(9)]
    made.append(changed(product(f"{shop}-ask", "Самовар", store_id=shop), price={"amount": 0, "currency": "RUB"}))
    made += [
        changed(product(f"{shop}-out{n}", f"Кружка {n}", store_id=shop), stock={"available": 2, "reserved": 2})
        for n in range(3)
    ]
    return made + [changed(product(f"{shop}-t{n:02}", f"Тавр {n:02}", store_id=shop), brand="Tavr") for n in range(12)]


def changed(one: Product, **fields: object) -> Product:
    return Product.model_validate(one.model_dump() | fields)


def sells(chat: World, user_id: int, *shops: str) -> Person:
    for shop in shops:
        chat.shops.all.setdefault(shop, Shop(store_id=shop, name="Юг"))
        chat.store(SELLERS).set(f"{PSEUDONYMS.of(user_id)}:{shop}", ShopSeller(user_id=user_id, store_id=shop))
    return chat.person(user_id)


@pytest.fixture
async def shop(chat: World) -> AsyncIterator[World]:
    chat.sent_offers.put(*goods(), *goods("yug")[:2])
    chat.bans.write(
        Ban(rule="brand:tavr", reason="подделки", by="Мария", until=chat.clock() + timedelta(days=3), at=chat.clock())
    )
    days = tuple(Day(datetime(2026, 11, 18 + n, tzinfo=UTC), 100 + n, n) for n in range(7))
    found = (Found("чайник", 412), Found("самовар", 9))
    chat.activity.weeks["sever"] = Week(span_of("week", chat.clock(), MOSCOW), 1_204, 88, days, found)
    yield chat


async def test_a_seller_sees_what_the_shop_has_what_stops_it_and_its_week(shop: World) -> None:
    anna = sells(shop, ANNA, "sever")
    await anna.writes("/my")
    page = await anna.sees("Север", button="🙏 Попросить пересмотр: запрещён бренд «Tavr»")
    for told in (
        "В продаже: 10", "Из них цена по запросу: 1", "Нет в наличии: 3", "Под запретом: 12",
        "запрещён бренд «Tavr»: 12 товаров", "Причина: подделки", "До: ", "Показано в поиске: 1 204",
        "Открыто карточек: 88", "Находят по запросам: чайник (412), самовар (9)",
    ):  # fmt: skip
        assert told in page.text.replace("\u00a0", " ")


async def test_the_refused_and_the_sold_out_are_listed_by_pages(shop: World) -> None:
    anna = sells(shop, ANNA, "sever")
    await anna.writes("/my")
    page = await anna.sees(button="⛔ Под запретом: 12")
    await anna.presses(page, "⛔ Под запретом: 12")
    listed = await anna.sees_change(page, "1. Тавр 00 · sever-t00", "запрещён бренд «Tavr» · подделки", button="1/2")
    await anna.presses(listed, "›")
    await anna.sees_change(listed, "12. Тавр 11", button="‹ К магазину")
    await anna.presses(listed, "‹ К магазину")
    await anna.sees_change(listed, "В продаже: 10", button="🟡 Нет в наличии: 3")
    await anna.presses(listed, "🟡 Нет в наличии: 3")
    await anna.sees_change(listed, "1. Кружка 0 · sever-out0", "3. Кружка 2")
    assert shop.sent_offers.counted == 1, "pages of a list are one list"


async def test_the_week_is_drawn_and_said(shop: World) -> None:
    sells(shop, ANNA, "sever")
    # The process that draws takes seconds to start on a busy machine.
    anna = Person(shop.session, shop.sandbox.url, ANNA, deadline_s=60)
    await anna.writes("/language en")
    await anna.sees("English")
    await anna.writes("/my")
    page = await anna.sees("On sale: 10", "Shown in searches: 1,204", button="📊 Week in a chart")
    await anna.presses(page, "📊 Week in a chart")
    picture = await anna.sees("Север, ", "Cards opened: 88", "чайник (412)")
    assert picture.photo is not None


async def test_a_seller_of_two_shops_chooses_or_names_one(shop: World) -> None:
    boris = sells(shop, BORIS, "sever", "yug")
    await boris.writes("/my")
    asked = await boris.sees("Какой магазин?", button="Юг")
    await boris.presses(asked, "Юг")
    await boris.sees_change(asked, "Юг", "В продаже: 2", "Ваши товары пока никто не находил")
    await boris.writes("/my север")
    await boris.sees("Север", "В продаже: 10")


async def test_another_shops_seller_gets_nothing_by_an_old_button(shop: World) -> None:
    anna = sells(shop, ANNA, "sever")
    await anna.writes("/my")
    page = await anna.sees(button="🔄 Обновить")
    shop.store(SELLERS).set(f"{PSEUDONYMS.of(ANNA)}:sever", None)
    sells(shop, ANNA, "yug")
    for label in page.labels:
        assert (await anna.presses(page, label)).alert, label
    await anna.writes("/my sever")
    assert "Север" not in (await anna.sees("Юг")).text


@pytest.mark.parametrize(("user_id", "told"), [(STRANGER, "только продавцы"), (OPERATOR, "ни один магазин"),
                                               (ADMIN, "ни один магазин")])  # fmt: skip
async def test_who_sells_for_no_shop_sees_no_shop(shop: World, user_id: int, told: str) -> None:
    person = shop.person(user_id)
    await person.writes("/my")
    assert "В продаже" not in (await person.sees(told)).text


async def test_what_is_away_is_said_and_the_rest_is_shown(shop: World) -> None:
    anna = sells(shop, ANNA, "sever")
    shop.kafka.fault = "refuses"
    await anna.writes("/my")
    page = await anna.sees("не получается посчитать товары", "Показано в поиске")
    shop.kafka.fault, shop.elasticsearch.fault = "", "refuses"
    await anna.presses(page, "🔄 Обновить")
    await anna.sees_change(page, "В продаже: 10", "Цифры за неделю сейчас недоступны")
    assert (await anna.presses(page, "📊 Неделя в графике")).alert


async def asks(shop: World, anna: Person) -> Seen:
    await anna.writes("/my")
    page = await anna.sees(button="🙏 Попросить пересмотр: запрещён бренд «Tavr»")
    await anna.presses(page, "🙏 Попросить пересмотр: запрещён бренд «Tavr»")
    return await anna.sees_change(page, "Вы попросили пересмотр")


async def test_an_admin_keeps_the_ban_and_the_seller_is_told_once(shop: World) -> None:
    admin = shop.person(ADMIN)
    await admin.writes("/start")
    await admin.sees("👋")
    anna = sells(shop, ANNA, "sever")
    page = await asks(shop, anna)
    assert not [label for label in page.labels if "🙏" in label]
    card = await admin.sees("Север просит пересмотреть запрет", "запрещён бренд «Tavr»", "Причина: подделки",
                            "Автор: Мария", "Скрывает 12 товаров", button="✋ Оставить")  # fmt: skip
    await admin.presses(card, "✋ Оставить")
    decided = await admin.sees_change(card, "Запрет остаётся")
    assert decided.labels == []
    await anna.sees("запрет остаётся", "Север")
    assert [entry.action for entry in shop.audit.written] == ["ask_review", "keep_ban"]


async def test_two_admins_have_a_card_each_and_the_second_to_decide_is_told_so(shop: World) -> None:
    shop.roles.set(PSEUDONYMS.of(BORIS), RoleGrant(role="admin", user_id=BORIS))
    admins = [shop.person(ADMIN), shop.person(BORIS)]
    for admin in admins:
        await admin.writes("/start")
        await admin.sees("👋")
    await asks(shop, sells(shop, ANNA, "sever"))
    first, second = [await admin.sees("просит пересмотреть", button="✋ Оставить") for admin in admins]
    await admins[0].presses(first, "✋ Оставить")
    await admins[0].sees_change(first, "Запрет остаётся")
    # The other one sees at once who has decided what, and has nothing left to press.
    told = await admins[1].sees_change(second, "Запрет остаётся", "Решение: ")
    assert told.labels == []


async def test_an_admin_lifts_the_ban_by_its_own_way_and_the_seller_is_told(shop: World) -> None:
    admin = shop.person(ADMIN)
    await admin.writes("/start")
    await admin.sees("👋")
    anna = sells(shop, ANNA, "sever")
    await asks(shop, anna)
    card = await admin.sees("просит пересмотреть", button="🔓 Снять запрет")
    await admin.presses(card, "🔓 Снять запрет")
    shop.bans.unban("brand:tavr")
    await anna.sees("запрет снят", "бренд «Tavr»")
    assert (await admin.sees_change(card, "Запрет снят: запрещён бренд «Tavr»")).labels == []


async def test_the_same_rule_is_asked_about_once_a_week_by_whoever_speaks_for_the_shop(shop: World) -> None:
    admin = shop.person(ADMIN)
    await admin.writes("/start")
    await admin.sees("👋")
    anna, boris = sells(shop, ANNA, "sever"), sells(shop, BORIS, "sever")
    await boris.writes("/my")
    old = await boris.sees(button="🙏 Попросить пересмотр: запрещён бренд «Tavr»")
    await asks(shop, anna)
    assert (await boris.presses(old, "🙏 Попросить пересмотр: запрещён бренд «Tavr»")).alert
    await boris.writes("/my")
    assert not [label for label in (await boris.sees("Вы попросили пересмотр")).labels if "🙏" in label]
    shop.clock.pass_by(days=8)
    shop.bans.write(Ban(rule="brand:tavr", reason="подделки", at=shop.clock()))
    await boris.writes("/my")
    await boris.sees(button="🙏 Попросить пересмотр: запрещён бренд «Tavr»")


async def test_nobody_but_an_admin_decides(shop: World) -> None:
    admin = shop.person(ADMIN)
    await admin.writes("/start")
    await admin.sees("👋")
    await asks(shop, sells(shop, ANNA, "sever"))
    card = await admin.sees(button="✋ Оставить")
    shop.roles.set(PSEUDONYMS.of(ADMIN), RoleGrant(role="customer", user_id=ADMIN))
    assert (await admin.presses(card, "✋ Оставить")).alert
    assert [entry.action for entry in shop.audit.written if entry.action == "keep_ban"] == []


async def test_in_a_group_nobody_reads_how_a_shop_does(shop: World) -> None:
    sells(shop, OPERATOR, "sever")
    ivan = shop.person(OPERATOR, -100500)
    await ivan.writes("/my")
    assert "В продаже" not in (await ivan.sees("личном чате")).text
