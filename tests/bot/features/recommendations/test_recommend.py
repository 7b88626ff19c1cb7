"""Conversations about recommendations: a newcomer's, those that follow the last views, verdicts and bans."""

import pytest

from pipeline.contracts.messages import Reason, Recommendations, Recommended, Stock
from tests.bot.world.memory import product
from tests.bot.world.world import PSEUDONYMS, World
from tests.waiting import until

ANNA = PSEUDONYMS.of(1001)


def _publish(world: World, key: str, *offer_ids: str, reason: Reason | None = None) -> None:
    items = tuple(
        Recommended(offer_id=offer_id, score=1 / place, reason=reason or Reason(kind="popular"))
        for place, offer_id in enumerate(offer_ids, start=1)
    )
    world.published[key] = Recommendations(items=items, run_id="r1")


async def test_before_any_job_a_newcomer_sees_what_is_new_in_several_categories(chat: World) -> None:
    chat.catalog.shelf["chasy-mira/k1"] = product("k1", "Чайник", category="Дом / Чайники")
    chat.catalog.shelf["gone"] = product("gone", "Утюг", category="Дом / Утюги", stock=Stock(available=0))
    anna = chat.person(1001)
    await anna.writes("/recommend")
    seen = await anna.sees("Новое на площадке", "Чайник", button="🔄 Другие")
    assert seen.buttons == (("1", "2", "3", "4", "5"), ("🔄 Другие", "🙈 Скрытые"))
    assert "Утюг" not in seen.text
    assert "модель 0" not in seen.text
    record = chat.records.requests[-1]
    assert (record.kind, record.total) == ("recommend", 5)


async def test_a_newcomer_gets_what_is_popular(chat: World) -> None:
    _publish(
        chat,
        "popular",
        "chasy-mira/w9",
        "chasy-mira/w8",
        "chasy-mira/w7",
        "chasy-mira/w6",
        "chasy-mira/w5",
        "chasy-mira/w4",
    )
    anna = chat.person(1001)
    await anna.writes("/recommend")
    seen = await anna.sees("Популярно сейчас", button="5")
    assert seen.text.index("модель 9") < seen.text.index("модель 8")


async def test_the_last_views_change_the_next_answer_and_survive_a_restart(world: World) -> None:
    _publish(world, "popular", "chasy-mira/w9", "chasy-mira/w8", "chasy-mira/w7", "chasy-mira/w6", "chasy-mira/w5")
    _publish(world, "item:chasy-mira/w2", "chasy-mira/k1", "chasy-mira/w3", reason=Reason(kind="together"))
    world.catalog.shelf["chasy-mira/k1"] = product("k1", "Ремешок", category="Электроника / Ремешки")
    anna = world.person(1001)
    async with world.bot():
        await anna.writes("/start p_w2")
        await anna.sees("модель 2")
        await anna.writes("/recommend")
        await anna.sees("Для вас", "1. Ремешок", "Похоже на «Xiaomi умные часы модель 2», который вы смотрели")
        await until(lambda: world.seen.get(ANNA) is not None, "the taste is kept")
    async with world.bot():
        await anna.writes("/recommend")
        await anna.sees("1. Ремешок", "Похоже на «Xiaomi умные часы модель 2», который вы смотрели")


async def test_views_lead_on_without_any_job(chat: World) -> None:
    anna = chat.person(1001)
    await anna.writes("/start p_w2")
    await anna.sees("модель 2")
    await anna.writes("/recommend")
    seen = await anna.sees("Для вас", "Похоже на «Xiaomi умные часы модель 2», который вы смотрели")
    assert seen.text.count("модель 2") == 1, "only in the one reason"


async def test_a_history_and_a_session_share_the_list(chat: World) -> None:
    _publish(chat, ANNA, "chasy-mira/w9", "chasy-mira/w8", reason=Reason(kind="bought", offer_id="chasy-mira/w1"))
    _publish(chat, "item:chasy-mira/w2", "chasy-mira/w3", "chasy-mira/w4", "chasy-mira/w5", "chasy-mira/w6")
    anna = chat.person(1001)
    await anna.writes("/start p_w2")
    await anna.sees("модель 2")
    await anna.writes("/recommend")
    await anna.sees(
        "3. Xiaomi",
        "4. Amazfit умные часы модель 9",
        "Похоже на «Huawei умные часы модель 1», который вы купили",
        "модель 2",
    )


async def test_what_is_hidden_is_taken_back_in_its_place_and_never_comes_while_it_is(chat: World) -> None:
    _publish(chat, "popular", *(f"chasy-mira/w{number}" for number in range(11, -1, -1)))
    anna = chat.person(1001)
    await anna.writes("/recommend")
    picks = await anna.sees("1. Xiaomi умные часы модель 11")
    await anna.presses(picks, "1")
    card = await anna.sees("Xiaomi умные часы модель 11", button="🙈 Скрыть")
    toast = await anna.presses(card, "🙈 Скрыть")
    assert (toast.text, toast.alert) == ("🙈 Скрыто. Вернуть: ↩️", False)
    hidden = await anna.sees_change(card, button="↩️ Вернуть")
    assert [row for row in hidden.buttons if "↩️ Вернуть" not in row] == [
        row for row in card.buttons if "🙈 Скрыть" not in row
    ]
    await anna.sees_change(picks, "1. Xiaomi умные часы модель 11")
    assert (await anna.presses(hidden, "↩️ Вернуть")).text == "↩️ Снова могу посоветовать."
    await anna.presses(await anna.sees_change(card, button="🙈 Скрыть"), "👎 Не моё")
    await anna.sees_change(card, button="👎 учтено")
    chat.bans.ban("brand:Amazfit")
    chat.catalog.shelf["chasy-mira/w8"] = product("w8", "Распродано", stock=Stock(available=0))
    await anna.writes("/recommend")
    seen = await anna.sees("1. Huawei умные часы модель 10", "2. Huawei умные часы модель 7")
    assert "модель 11" not in seen.text
    assert "Amazfit" not in seen.text
    assert "Распродано" not in seen.text
    kinds = [(record.kind, record.offer_id) for record in chat.records.requests if record.offer_id]
    assert kinds[1:] == [(kind, "chasy-mira/w11") for kind in ("hide", "unhide", "dislike")]


async def test_what_is_hidden_is_listed_and_brought_back_without_anything_moving(chat: World) -> None:
    _publish(chat, "popular", *(f"chasy-mira/w{number}" for number in range(11, -1, -1)))
    anna = chat.person(1001)
    await anna.writes("/recommend")
    picks = await anna.sees("1. Xiaomi умные часы модель 11")
    await anna.presses(picks, "🙈 Скрытые")
    await anna.presses(await anna.sees_change(picks, "Скрытых товаров нет"), "‹ Для вас")
    for number in "12":
        await anna.presses(await anna.sees_change(picks, "Популярно сейчас"), number)
        card = await anna.sees("умные часы", button="🙈 Скрыть")
        await anna.presses(card, "🙈 Скрыть")
        await anna.sees_change(card, button="↩️ Вернуть")
    await anna.presses(picks, "🙈 Скрытые")
    hidden = await anna.sees_change(picks, "Скрыто из подборки", "1. Huawei умные часы модель 10")
    await anna.presses(hidden, "↩️ Вернуть: Xiaomi умные часы модель 11")
    back = await anna.sees_change(picks, button="🙈 Скрыть снова: Xiaomi умные часы модель 11")
    assert back.text == hidden.text
    assert back.buttons[0] == hidden.buttons[0]
    await anna.presses(back, "‹ Для вас")
    seen = await anna.sees_change(picks, "Похоже на «Xiaomi умные часы модель 11», который вы смотрели")
    assert "модель 10" not in seen.text
    await anna.writes("/privacy")
    await anna.sees("• 2 товара,")


async def test_others_come_in_the_same_message_and_end_where_they_began(chat: World) -> None:
    _publish(chat, "popular", *(f"chasy-mira/w{number}" for number in range(11, 1, -1)))
    anna = chat.person(1001)
    await anna.writes("/recommend")
    first = await anna.sees("1. Xiaomi умные часы модель 11")
    await anna.presses(first, "🔄 Другие")
    second = await anna.sees_change(first, "1. Amazfit умные часы модель 6", button="🔄 Другие")
    await anna.presses(second, "🔄 Другие")
    third = await anna.sees_change(first, "1. Huawei умные часы модель 1")
    await anna.presses(third, "🔄 Другие")
    await anna.sees_change(first, "1. Xiaomi умные часы модель 11")


async def test_a_like_is_shown_on_the_card_and_leads_on(chat: World) -> None:
    _publish(chat, "popular", "chasy-mira/w9", "chasy-mira/w8", "chasy-mira/w7", "chasy-mira/w6", "chasy-mira/w5")
    _publish(chat, "item:chasy-mira/w9", "chasy-mira/k1")
    chat.catalog.shelf["chasy-mira/k1"] = product("k1", "Ремешок", category="Электроника / Ремешки")
    anna = chat.person(1001)
    await anna.writes("/recommend")
    seen = await anna.sees("Популярно сейчас")
    await anna.presses(seen, "1")
    card = await anna.sees("Amazfit умные часы модель 9", button="👍 Нравится")
    view = chat.records.requests[-1]
    assert (view.kind, view.source, view.position) == ("view", "recommend", 0)
    assert (await anna.presses(card, "👍 Нравится")).text == "👍 Учту: больше похожего."
    await anna.sees_change(card, button="👍 учтено")
    await anna.writes("/recommend")
    await anna.sees("Похоже на «Amazfit умные часы модель 9», который вам понравился", "1. Ремешок")


async def test_nothing_of_another_section_is_said_to_be_like_what_was_looked_at(chat: World) -> None:
    chat.catalog.shelf["knigi/b1"] = product(
        "b1", "Хлеб для начинающих", category="Книги / Кулинария", store_id="knigi"
    )
    chat.catalog.shelf["chasy-mira/k1"] = product("k1", "Ремешок", category="Электроника / Ремешки")
    _publish(chat, "item:chasy-mira/w2", "knigi/b1", "chasy-mira/k1")
    anna = chat.person(1001)
    await anna.writes("/start p_w2")
    card = await anna.sees("модель 2")
    await anna.writes("/recommend")
    seen = await anna.sees("Похоже на «Xiaomi умные часы модель 2», который вы смотрели", "1. Ремешок")
    assert "Хлеб" not in seen.text.partition("Может понравиться")[0]
    await anna.presses(card, "🔁 Похожие")
    seen = await anna.sees("Похожие на «Xiaomi умные часы модель 2»:", "1. Ремешок", "2. Amazfit")
    assert "Хлеб" not in seen.text, "there is enough of its own section"
    for number in range(12):
        if number != 2:
            chat.catalog.put(f"chasy-mira/w{number}", None)
    await anna.presses(card, "🔁 Похожие")
    seen = await anna.sees("1. Ремешок", "Может понравиться", "2. Хлеб для начинающих")
    await anna.writes("/recommend")
    seen = await anna.sees("1. Ремешок", "Может понравиться", "2. Хлеб для начинающих")


async def test_similar_knows_what_goes_together(chat: World) -> None:
    chat.catalog.shelf["chasy-mira/k1"] = product("k1", "Ремешок", category="Электроника / Ремешки")
    _publish(chat, "item:chasy-mira/w2", "chasy-mira/k1")
    anna = chat.person(1001)
    await anna.writes("/start p_w2")
    await anna.presses(await anna.sees("модель 2"), "🔁 Похожие")
    await anna.sees("Похожие на «Xiaomi", "1. Ремешок", "2. Amazfit")


async def test_a_model_is_one_line_that_tells_of_its_colours_prices_and_shops(chat: World) -> None:
    offers = (("garderob", "чёрные", 9000.0), ("garderob", "белые", 8000.0), ("vitrina", "чёрные", 9500.0))
    for number, (shop, colour, price) in enumerate(offers):
        one = product(f"o{number}", f"Смарт-часы Orbita Pulse 3, {colour}", price, brand="Orbita", store_id=shop,
                      specifications={"Цвет": colour})  # fmt: skip
        chat.catalog.put(one.offer_id, one)
    _publish(chat, "item:chasy-mira/w2", "garderob/o0")
    anna = chat.person(1001)
    await anna.writes("/start p_w2")
    await anna.presses(await anna.sees("модель 2"), "🔁 Похожие")
    told = ("1. Смарт-часы Orbita Pulse 3 · 2 цвета", "от 8 000 ₽", "2 магазина")
    await anna.sees("Похожие на", *told)
    await anna.writes("/recommend")
    await anna.sees("Похоже на «Xiaomi", *told)


async def test_forget_me_deletes_the_taste(chat: World) -> None:
    anna = chat.person(1001)
    await anna.writes("/start p_w2")
    await anna.sees("модель 2")
    await anna.writes("/privacy")
    kept = await anna.sees("• 1 товар,", button="🗑 Забыть меня")
    await anna.presses(kept, "🗑 Забыть меня")
    asked = await anna.sees_change(kept, button="Да, удалить")
    await anna.presses(asked, "Да, удалить")
    await anna.sees_change(kept, "✅")
    assert chat.seen.get(ANNA) is None
    await anna.writes("/recommend")
    await anna.sees("Новое на площадке")


async def test_nothing_in_stock_is_said(chat: World) -> None:
    chat.catalog.shelf.clear()
    anna = chat.person(1001)
    await anna.writes("/language en")
    await anna.sees("English it is")
    await anna.writes("/recommend")
    await anna.sees("nothing to recommend")


@pytest.mark.parametrize("how", ["banned", "hidden"])
async def test_a_reason_names_nothing_that_was_banned_or_hidden_since_the_job_ran(chat: World, how: str) -> None:
    _publish(chat, ANNA, "chasy-mira/w1", "chasy-mira/w8")
    anna = chat.person(1001)
    await anna.writes("/recommend")
    await anna.presses(await anna.sees("1. Huawei умные часы модель 1"), "1")
    card = await anna.sees("Huawei умные часы модель 1", button="🙈 Скрыть")
    _publish(chat, ANNA, "chasy-mira/w9", "chasy-mira/w8", reason=Reason(kind="bought", offer_id="chasy-mira/w1"))
    await anna.writes("/recommend")
    await anna.sees("модель 9", "Похоже на «Huawei умные часы модель 1», который вы купили")
    if how == "banned":
        chat.bans.ban("product:chasy-mira/w1")
    else:
        await anna.presses(card, "🙈 Скрыть")
    await anna.writes("/recommend")
    seen = await anna.sees("Может понравиться", "модель 9")
    assert "модель 1»" not in seen.text
    assert "вы купили" not in seen.text


async def test_what_is_needed_again_comes_though_it_was_opened_but_not_just_now(chat: World) -> None:
    _publish(chat, ANNA, "chasy-mira/w2", reason=Reason(kind="again"))
    anna = chat.person(1001)
    await anna.writes("/start p_w2")
    await anna.sees("модель 2")
    await anna.writes("/recommend")
    seen = await anna.sees("Для вас")
    assert "уже покупали" not in seen.text
    for number in range(3, 8):
        await anna.writes(f"/start p_w{number}")
        await anna.sees(f"модель {number}")
    await anna.writes("/recommend")
    await anna.sees("💡 Вы это уже покупали. Пора пополнить?", "модель 2")


async def test_a_newcomer_gets_what_is_popular_in_the_sections_of_the_first_cards(chat: World) -> None:
    for number in range(3):
        chat.catalog.put(f"s/k{number}", product(f"k{number}", f"Чайник {number}", category="Дом", store_id="s"))
    chat.catalog.put("s/r", product("r", "Радио", category="Звук", store_id="s"))
    _publish(chat, "popular", "chasy-mira/w9", "chasy-mira/w8", "chasy-mira/w7", "chasy-mira/w6")
    _publish(chat, "item:s/k0", "s/r", reason=Reason(kind="together"))
    _publish(chat, "popular:Дом", "s/k0", "s/k2", "s/k1", reason=Reason(kind="category", category="Дом"))
    anna = chat.person(1001)
    await anna.writes("/start p_s/k0")
    await anna.sees("Чайник 0")
    await anna.writes("/recommend")
    seen = await anna.sees("Из раздела, который вы смотрите: Дом", "Чайник 2", "Чайник 1", "Популярно сейчас")
    assert seen.text.index("Чайник 2") < seen.text.index("Чайник 1") < seen.text.index("модель 9")
