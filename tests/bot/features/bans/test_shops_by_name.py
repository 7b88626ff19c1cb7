"""/ban seller: takes a shop by the name that people see, or asks which when several are called so."""

from pipeline.contracts.feeds import Shop
from tests.bot.world.world import World


async def test_a_shop_is_banned_by_its_shown_name_or_an_alias_and_allowed_again(chat: World) -> None:
    chat.shops.all["chasy-mira"] = Shop(store_id="chasy-mira", name="Часы мира", aliases=("Mira",))
    maria = chat.person(2001)
    for called in ("часы мира", "Mira", "chasy-mira"):
        await maria.writes(f"/ban seller:«{called}» — проверка навсегда")
        asked = await maria.sees("chasy-mira", "12 товаров")
    await maria.presses(asked, asked.labels[-1])
    await maria.sees_change(asked, "chasy-mira")
    assert [rule for rule, _ in chat.bans.items()] == ["seller:chasy-mira"]
    await maria.writes("/unban seller:Часы мира")
    lifting = await maria.sees("chasy-mira", button="✅ Снять")
    await maria.presses(lifting, "✅ Снять")
    await maria.sees_change(lifting, "chasy-mira")
    assert list(chat.bans.items()) == []


async def test_a_name_may_be_followed_by_a_reason(chat: World) -> None:
    chat.shops.all["chasy-mira"] = Shop(store_id="chasy-mira", name="Часы мира")
    maria = chat.person(2001)
    await maria.writes("/ban seller:Часы мира продаёт подделки")
    await maria.sees("chasy-mira", "продаёт подделки", "12 товаров")


async def test_of_several_shops_with_a_name_the_admin_chooses(chat: World) -> None:
    for store_id in ("chasy-mira", "mira-2"):
        chat.shops.all[store_id] = Shop(store_id=store_id, name="Мир")
    maria = chat.person(2001)
    await maria.writes("/ban магазин:мир — проверка навсегда")
    asked = await maria.sees("Так называют несколько магазинов", button="🏪 Мир (mira-2) · нет в продаже")
    assert "✅ Подтвердить" not in asked.labels
    await maria.presses(asked, "🏪 Мир (chasy-mira) · 12")
    chosen = await maria.sees_change(asked, "chasy-mira", "12 товаров")
    await maria.presses(chosen, chosen.labels[-1])
    await maria.sees_change(chosen, "chasy-mira")
    assert [rule for rule, _ in chat.bans.items()] == ["seller:chasy-mira"]


async def test_a_name_without_its_kind_is_asked_about(chat: World) -> None:
    chat.shops.all["chasy-mira"] = Shop(store_id="chasy-mira", name="Amazfit")
    chat.shops.all["mira-2"] = Shop(store_id="mira-2", name="Часы мира")
    maria = chat.person(2001)
    await maria.writes("/ban Amazfit подделки на 3 дня")
    asked = await maria.sees("Что имеется в виду?", button="🏪 Магазин: Amazfit · 12")
    assert list(chat.bans.items()) == []
    brand = next(label for label in asked.labels if label.startswith("🏷 Бренд: "))
    assert any(label.startswith("🔤 Слово: ") for label in asked.labels)
    assert asked.labels[-1] == "✕ Отмена"
    await maria.presses(asked, brand)
    chosen = await maria.sees_change(asked, "Бренд: Amazfit", "Причина: подделки", "До: пт 27 ноября")
    await maria.presses(chosen, chosen.labels[-1])
    await maria.sees_change(chosen, "Запрещено")
    assert [rule for rule, _ in chat.bans.items()] == ["brand:amazfit"]
    # It can be one thing alone: it is asked about too, for a ban of another kind would go unnoticed.
    await maria.writes("/ban часы мира")
    await maria.sees("Что имеется в виду?", button="🏪 Магазин: Часы мира · нет в продаже")


async def test_a_kind_without_its_colon_is_a_kind(chat: World) -> None:
    chat.shops.all["chasy-mira"] = Shop(store_id="chasy-mira", name="Часы мира")
    maria = chat.person(2001)
    await maria.writes("/ban магазин Часы мира подделки")
    await maria.sees("Магазин: Часы мира", "Причина: подделки", "12 товаров")
