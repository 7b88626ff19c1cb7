"""Conversations about recommendations: a newcomer's, those that follow the last views, verdicts and bans."""

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
    seen = await anna.sees("Новое на площадке", "новинка: Умные часы", "новинка: Чайники", button="🙈 5")
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
    seen = await anna.sees("Популярно сейчас", "сейчас популярно", button="5")
    assert seen.text.index("модель 9") < seen.text.index("модель 8")


async def test_the_last_views_change_the_next_answer_and_survive_a_restart(world: World) -> None:
    _publish(world, "popular", "chasy-mira/w9", "chasy-mira/w8", "chasy-mira/w7", "chasy-mira/w6", "chasy-mira/w5")
    _publish(world, "item:chasy-mira/w2", "chasy-mira/k1", "chasy-mira/w3", reason=Reason(kind="together"))
    world.catalog.shelf["chasy-mira/k1"] = product("k1", "Ремешок", category="Ремешки")
    anna = world.person(1001)
    async with world.bot():
        await anna.writes("/start p_w2")
        await anna.sees("модель 2")
        await anna.writes("/recommend")
        await anna.sees("Для вас", "1. Ремешок", "потому что вы смотрели «Xiaomi умные часы модель 2»")
        await until(lambda: world.seen.get(ANNA) is not None, "the taste is kept")
    async with world.bot():
        await anna.writes("/recommend")
        await anna.sees("1. Ремешок", "потому что вы смотрели «Xiaomi умные часы модель 2»")


async def test_views_lead_on_without_any_job(chat: World) -> None:
    anna = chat.person(1001)
    await anna.writes("/start p_w2")
    await anna.sees("модель 2")
    await anna.writes("/recommend")
    seen = await anna.sees("Для вас", "потому что вы смотрели «Xiaomi умные часы модель 2»")
    assert seen.text.count("модель 2") == 5, "only in the five reasons"


async def test_a_history_and_a_session_share_the_list(chat: World) -> None:
    _publish(chat, ANNA, "chasy-mira/w9", "chasy-mira/w8", reason=Reason(kind="bought", offer_id="chasy-mira/w1"))
    _publish(chat, "item:chasy-mira/w2", "chasy-mira/w3", "chasy-mira/w4", "chasy-mira/w5", "chasy-mira/w6")
    anna = chat.person(1001)
    await anna.writes("/start p_w2")
    await anna.sees("модель 2")
    await anna.writes("/recommend")
    await anna.sees(
        "3. Xiaomi", "4. Amazfit умные часы модель 9", "потому что вы купили «Huawei умные часы модель 1»", "модель 2"
    )


async def test_hidden_disliked_banned_and_sold_out_never_come_again(chat: World) -> None:
    _publish(chat, "popular", *(f"chasy-mira/w{number}" for number in range(11, -1, -1)))
    anna = chat.person(1001)
    await anna.writes("/recommend")
    seen = await anna.sees("1. Xiaomi умные часы модель 11")
    toast = await anna.presses(seen, "🙈 1")
    assert toast.text == "🙈 Скрыто."
    seen = await anna.sees_change(seen, "1. Huawei умные часы модель 10")
    assert (await anna.presses(seen, "👎 1")).text == "👎 Больше не буду это советовать."
    await anna.sees_change(seen, "1. Amazfit умные часы модель 9")
    chat.bans.ban("brand:Amazfit")
    chat.catalog.shelf["chasy-mira/w8"] = product("w8", "Распродано", stock=Stock(available=0))
    await anna.writes("/recommend")
    seen = await anna.sees("1. Huawei умные часы модель 7")
    assert "Amazfit" not in seen.text
    assert "Распродано" not in seen.text
    kinds = [(record.kind, record.offer_id) for record in chat.records.requests if record.offer_id]
    assert kinds == [("hide", "chasy-mira/w11"), ("dislike", "chasy-mira/w10")]


async def test_a_like_leads_on_and_a_number_opens_the_card(chat: World) -> None:
    _publish(chat, "popular", "chasy-mira/w9", "chasy-mira/w8", "chasy-mira/w7", "chasy-mira/w6", "chasy-mira/w5")
    _publish(chat, "item:chasy-mira/w9", "chasy-mira/k1")
    chat.catalog.shelf["chasy-mira/k1"] = product("k1", "Ремешок", category="Ремешки")
    anna = chat.person(1001)
    await anna.writes("/recommend")
    seen = await anna.sees("Популярно сейчас")
    assert (await anna.presses(seen, "👍 1")).text == "👍 Такого будет больше."
    await anna.presses(seen, "2")
    await anna.sees("Xiaomi умные часы модель 8", button="🔁 Похожие")
    view = chat.records.requests[-1]
    assert (view.kind, view.source, view.position) == ("view", "recommend", 1)
    await anna.writes("/recommend")
    await anna.sees("2. Ремешок", "потому что вам понравилось «Amazfit умные часы модель 9»")


async def test_similar_knows_what_goes_together(chat: World) -> None:
    chat.catalog.shelf["chasy-mira/k1"] = product("k1", "Ремешок", category="Ремешки")
    _publish(chat, "item:chasy-mira/w2", "chasy-mira/k1")
    anna = chat.person(1001)
    await anna.writes("/start p_w2")
    await anna.presses(await anna.sees("модель 2"), "🔁 Похожие")
    await anna.sees("Похоже на Xiaomi", "1. Ремешок", "2. Amazfit")


async def test_forget_me_deletes_the_taste(chat: World) -> None:
    anna = chat.person(1001)
    await anna.writes("/start p_w2")
    await anna.sees("модель 2")
    await anna.writes("/privacy")
    kept = await anna.sees("▫️ 1 товар,", button="🗑 Забыть меня")
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
