"""From a rule to its ban: why, for how long, and Confirm as the last; in the admin's own words too."""

import pytest

from bot.core.people import PersonSettings
from bot.products.offer_ids import link_payload
from tests.bot.world.memory import product
from tests.bot.world.world import PSEUDONYMS, World, bot_settings


async def test_confirm_comes_when_reason_and_end_are_chosen_and_says_what_it_does(chat: World) -> None:
    maria = chat.person(2001)
    await maria.writes("/ban раздел:Умные часы")
    asked = await maria.sees("Запретить?", "👇 Выберите причину и срок", "Скроет 12 товаров из 1 магазина")
    assert asked.labels[-1] == "✕ Отмена"
    assert "Бессрочно" not in asked.text
    before = asked.labels
    await maria.presses(asked, "запрещено законом")
    asked = await maria.sees_change(
        asked, "Причина: запрещено законом", "👇 Выберите срок", button="✓ запрещено законом"
    )
    await maria.presses(asked, "30 дней")
    asked = await maria.sees_change(asked, "До: ", button="✓ 30 дней")
    assert [label.removeprefix("✓ ") for label in asked.labels] == [*before, "✅ Скрыть 12 товаров"]
    await maria.presses(asked, "Без причины")
    asked = await maria.sees_change(asked, "Без причины", button="✓ Без причины")
    await maria.presses(asked, "✅ Скрыть 12 товаров")
    await maria.sees_change(asked, "🚫 Запрещено", "✅ Скрыто 12 товаров за 0,0 с", button="↩️ Отменить")


@pytest.mark.parametrize(
    ("admin", "words"),
    [
        (2001, ("✏️ Своя причина", "Пришлите причину", "нет документов", "Причина: нет документов", "✓ ✏️ Своя причина",
                "✏️ Свой срок", "На какой срок?", "до пятницы", "До: конца пт 27 ноября", "✅ Скрыть 4 товара")),
        (2002, ("✏️ Another reason", "Send the reason", "no papers", "Reason: no papers", "✓ ✏️ Another reason",
                "✏️ Another end", "How long?", "until Friday", "Until: the end of Fri 27 November",
                "✅ Hide 4 products")),
    ],
)  # fmt: skip
async def test_a_reason_and_an_end_in_own_words_come_into_the_message_that_asked(
    chat: World, admin: int, words: tuple[str, ...]
) -> None:
    other, send, reason, told, chosen, another, how_long, end, until, confirm = words
    person = chat.person(admin)
    await person.writes("/ban brand:Huawei")
    asked = await person.sees("Huawei", button=other)
    await person.presses(asked, other)
    await person.sees_change(asked, send)
    await person.writes(reason)
    asked = await person.sees_change(asked, told, button=chosen)
    await person.presses(asked, another)
    await person.sees_change(asked, how_long)
    await person.writes(end)
    asked = await person.sees_change(asked, until, button=confirm)
    await person.presses(asked, confirm)
    await person.sees_change(asked, told)
    ban = chat.bans.get("brand:huawei")
    assert ban is not None
    assert (ban.reason, ban.until is None) == (reason, False)


async def test_an_end_that_is_none_is_asked_for_again(chat: World) -> None:
    maria = chat.person(2001)
    await maria.writes("/ban brand:Huawei — подделки")
    asked = await maria.sees("Выберите срок")
    await maria.presses(asked, "✏️ Свой срок")
    await maria.sees_change(asked, "На какой срок?", button="‹ Назад")
    await maria.writes("когда-нибудь")
    await maria.sees("Непонятно, когда закончится запрет")
    await maria.writes("2 недели")
    await maria.sees_change(asked, "До: вт 8 декабря", button="✅ Скрыть 4 товара")


async def test_back_from_a_question_leaves_the_next_text_a_search(chat: World) -> None:
    maria = chat.person(2001)
    await maria.writes("/ban brand:Huawei")
    asked = await maria.sees("Huawei", button="✏️ Своя причина")
    await maria.presses(asked, "✏️ Своя причина")
    await maria.sees_change(asked, "Пришлите причину")
    await maria.presses(asked, "‹ Назад")
    await maria.sees_change(asked, "Выберите причину и срок")
    await maria.writes("умные часы")
    await maria.sees("🔎", "12 товаров")


async def test_another_admin_cannot_write_the_reason(chat: World) -> None:
    maria = chat.person(2001)
    await maria.writes("/ban brand:Huawei")
    await maria.sees("Huawei", button="✏️ Своя причина")
    ((request_id, kept),) = chat.requests.entries()
    await chat.requests.put(request_id, kept.model_copy(update={"by": kept.by.model_copy(update={"id": "another"})}))
    asked = await maria.sees()
    assert "больше ничего" in (await maria.presses(asked, "✏️ Своя причина")).text
    assert "больше ничего" in (await maria.presses(asked, "Бессрочно")).text


async def test_what_hits_nothing_can_still_be_banned_for_the_future_by_the_last_button(chat: World) -> None:
    maria = chat.person(2001)
    await maria.writes("/ban слово:самокат")
    asked = await maria.sees("⚠️ Сейчас под правило не попадает ни один товар.", button="🚫 Запретить на будущее")
    assert "✅" not in asked.text + "".join(asked.labels)
    assert asked.labels[-1] == "🚫 Запретить на будущее"
    await maria.presses(asked, "🚫 Запретить на будущее")
    asked = await maria.sees_change(asked, "Выберите причину и срок")
    await maria.presses(asked, "подделка")
    await maria.presses(asked, "Бессрочно")
    asked = await maria.sees_change(asked, button="✓ Бессрочно")
    assert asked.labels[-1] == "🚫 Запретить на будущее"
    await maria.presses(asked, "🚫 Запретить на будущее")
    done = await maria.sees_change(asked, "Запрещено", "Ни один товар не затронут")
    assert "✅" not in done.text
    assert [rule for rule, _ in chat.bans.items()] == ["keyword:самокат"]


async def test_a_shop_that_nobody_registered_is_known_by_the_name_that_its_cards_show(chat: World) -> None:
    for number in range(3):
        offer = product(f"g{number}", f"Кабель {number}", store_id="gigavat", store_name="Гигават")
        chat.catalog.put(offer.offer_id, offer)
    maria = chat.person(2001)
    await maria.writes("/ban магазин:гигават — нет документов на неделю")
    await maria.sees("Магазин: Гигават · gigavat", "Причина: нет документов", button="✅ Скрыть 3 товара")
    await maria.writes("/ban магазин:Гигават")
    await maria.sees("Магазин: Гигават · gigavat", "Скроет 3 товара")
    await maria.writes("/ban магазин:Гигавот")
    near = await maria.sees("Похоже:", button="🏪 Гигават · 3")
    await maria.presses(near, "🏪 Гигават · 3")
    await maria.sees_change(near, "Магазин: Гигават · gigavat", "Скроет 3 товара")
    await maria.writes("/ban")
    kinds = await maria.sees("Что запретить?")
    await maria.presses(kinds, "🏪 Магазин")
    await maria.sees_change(kinds, button="Гигават · 3")


@pytest.mark.parametrize(
    "written", ["товар:SKU-w3", "товар:Amazfit умные часы модель 3", "{link}", "товар:{link} брак"]
)
async def test_a_product_is_named_by_its_article_its_name_or_a_link(chat: World, written: str) -> None:
    maria = chat.person(2001)
    link = f"https://t.me/yarmarka_bot?start={link_payload('chasy-mira/w3')}"
    await maria.writes("/ban " + written.format(link=link))
    await maria.sees("Товар: Amazfit умные часы модель 3 · chasy-mira/w3", button="✅ Скрыть 1 товар")


async def test_an_article_that_nothing_has_offers_the_nearest_products_without_a_confirm(chat: World) -> None:
    maria = chat.person(2001)
    await maria.writes("/ban товар:Huawei умные")
    near = await maria.sees("В продаже нет товара Huawei умные. Похоже:", button="🚫 Выбрать из списка")
    assert near.labels[0] == "📦 Huawei умные часы модель 1 · chasy-mira"
    await maria.presses(near, near.labels[0])
    await maria.sees("Товар: Huawei умные часы модель 1", button="✅ Скрыть 1 товар")


async def test_the_examples_words_are_on_sale(chat: World) -> None:
    maria, pavel = chat.person(2001), chat.person(2002)
    await maria.writes("/ban")
    help_text = await maria.sees("Что запретить?", "/ban раздел:Умные часы – причина на 7 дней")
    example = next(line for line in help_text.text.splitlines() if "/ban" in line).partition(": ")[2]
    await maria.writes(example)
    await maria.sees("Скроет 12 товаров", "Причина: причина", button="✅ Скрыть 12 товаров")
    await pavel.writes("/ban")
    await pavel.sees("/ban category:Умные часы — reason for 7 days", "Kinds: product, shop, category, brand, word")


async def test_ends_are_read_and_told_by_each_readers_own_clock(world: World) -> None:
    world.bot_settings = bot_settings(second_admin_above=5)
    async with world.bot():
        maria, pavel = world.person(2001), world.person(2002)
        for user_id, hours, language in ((2001, 5, "ru"), (2002, 0, "en")):
            await world.choices.put(PSEUDONYMS.of(user_id), PersonSettings(utc_offset=hours, language=language))
        await pavel.writes("/start")
        await pavel.sees("search every shop")
        await maria.writes("/ban раздел:Умные часы — подделки до завтра 9:00")
        asked = await maria.sees("До: ср 25 ноября, 09:00", button="✅ Скрыть 12 товаров")
        await maria.presses(asked, "✅ Скрыть 12 товаров")
        told = await pavel.sees("Another admin must confirm", "Until: Wed 25 November, 04:00")
        await pavel.presses(told, "✅ Hide 12 products")
        await pavel.sees_change(told, "12 products hidden in", "Until: Wed 25 November, 04:00")
        await maria.sees_change(asked, "Скрыто 12 товаров", "До: ср 25 ноября, 09:00", "Подтверждение: ")
