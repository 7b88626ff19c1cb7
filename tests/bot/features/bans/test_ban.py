"""Admins ban in the chat: the preview, the decision, the progress, and Undo."""

from tests.bot.world.world import World


async def test_a_category_is_banned_and_brought_back(chat: World) -> None:
    maria, anna = chat.person(2001), chat.person(1001)
    await anna.writes("умные часы")
    before = await anna.sees("12 товаров")

    await maria.writes("/ban category:умные часы подделки for 7d")
    asked = await maria.sees("Запретить", "умные часы", "12 товаров", "1 магазин", "подделки", button="✅ Подтвердить")
    assert asked.text.count("▫️") == 10
    assert "До: вт 01.12, 15:00 МСК" in asked.text
    await maria.presses(asked, "✅ Подтвердить")
    await maria.sees_change(asked, "Запрещено", "Снято 12 из 12", button="↩️ Отменить")

    toast = await anna.presses(before, "1")
    assert "больше не продаётся" in toast.text
    await anna.writes("умные часы")
    await anna.sees("ничего не нашлось")

    await maria.presses(asked, "↩️ Отменить")
    await maria.sees_change(asked, "Отменено", "Снова в поиске: 12 из 12")
    await anna.writes("умные часы")
    await anna.sees("12 товаров")
    assert [(action, target) for _, action, target in chat.audit.actions()] == [
        ("ban", "category:умные часы"),
        ("unban", "category:умные часы"),
    ]


async def test_what_was_cancelled_changes_nothing(chat: World) -> None:
    maria = chat.person(2001)
    await maria.writes("/ban brand:Huawei")
    asked = await maria.sees("Huawei".lower(), "4 товара")
    await maria.presses(asked, "✖️ Отмена")
    await maria.sees_change(asked, "ничего не изменено")
    assert (await maria.sees()).labels == []
    assert list(chat.bans.items()) == []
    assert chat.audit.written == []
