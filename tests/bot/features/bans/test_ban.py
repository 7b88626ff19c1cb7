"""Admins ban in the chat: the preview, the decision, the progress, and Undo."""

from tests.bot.world.world import World


async def test_a_category_is_banned_and_brought_back(chat: World) -> None:
    maria, anna = chat.person(2001), chat.person(1001)
    await anna.writes("умные часы")
    before = await anna.sees("12 товаров")

    await maria.writes("/ban category:умные часы подделки for 7d")
    asked = await maria.sees("Запретить", "умные часы", "12 товаров", "1 магазин", "подделки")
    assert asked.text.count("•") == 10
    assert "До: вт 1 декабря, 15:00" in asked.text
    await maria.presses(asked, asked.labels[-1])
    await maria.sees_change(asked, "Запрещено", "Скрыто 12 товаров", button="↩️ Отменить")

    toast = await anna.presses(before, "1")
    assert "больше не продаётся" in toast.text
    await anna.writes("умные часы")
    await anna.sees("ничего не нашлось")

    await maria.presses(asked, "↩️ Отменить")
    await maria.sees_change(asked, "Отменено", "Снова в продаже 12 товар")
    await anna.writes("умные часы")
    await anna.sees("12 товаров")
    assert [(action, target) for _, action, target in chat.audit.actions()] == [
        ("ban", "category:умные часы"),
        ("unban", "category:умные часы"),
    ]


async def test_what_was_cancelled_changes_nothing(chat: World) -> None:
    maria = chat.person(2001)
    await maria.writes("/ban brand:Huawei — проверка навсегда")
    asked = await maria.sees("Huawei", "4 товара")
    await maria.presses(asked, "✕ Отмена")
    await maria.sees_change(asked, "ничего не изменилось")
    assert (await maria.sees()).labels == ["‹ Все запреты"]
    assert list(chat.bans.items()) == []
    assert chat.audit.written == []
