"""/bans and /unban: the rules in force, and lifting one with the same care as making it."""

import asyncio
from datetime import timedelta

from pipeline.contracts.messages import AuditEntry, Ban
from tests.bot.world.world import World, bot_settings


def ban(world: World, rule: str, reason: str = "", hours_ago: int = 1) -> None:
    at = world.clock.moment - timedelta(hours=hours_ago)
    world.bans.write(Ban(rule=rule, reason=reason, by="Пётр", at=at))
    world.repository.settle()


async def test_the_list_says_who_why_until_when_and_how_many(chat: World) -> None:
    ban(chat, "brand:huawei", "подделки")
    chat.bans.write(
        Ban(rule="product:chasy-mira/w2", by="Анна", at=chat.clock.moment, until=chat.clock.moment + timedelta(days=7))
    )
    maria = chat.person(2001)
    await maria.writes("/bans")
    listed = await maria.sees("Действуют 2 запрета", "Бренд: Huawei", "Причина: подделки", "Пётр", "Скрыто: 4")
    assert "До: вт 1 декабря, 15:00" in listed.text
    assert listed.text.index("chasy-mira/w2") < listed.text.index("Huawei")
    await maria.presses(listed, "Бренд 1")
    only = await maria.sees_change(listed, "Действует 1 запрет", "Huawei")
    assert "chasy-mira/w2" not in only.text


async def test_pages_turn_in_place(chat: World) -> None:
    for number in range(12):
        ban(chat, f"keyword:слово{number}", hours_ago=number + 1)
    maria = chat.person(2001)
    await maria.writes("/bans")
    listed = await maria.sees("12 запретов", "слово0", button="1/3")
    await maria.presses(listed, "›")
    second = await maria.sees_change(listed, "слово5", button="2/3")
    await maria.presses(second, "‹")
    await maria.sees_change(listed, "слово0", button="1/3")


async def test_without_a_rule_the_list_leads_to_a_ban(chat: World) -> None:
    pavel = chat.person(2002)
    await pavel.writes("/bans")
    empty = await pavel.sees("No bans are in force", button="🚫 Ban something")
    await pavel.presses(empty, "🚫 Ban something")
    await pavel.sees_change(empty, "What do you want to ban?")


async def test_a_rule_is_lifted_after_a_question_that_says_what_returns_and_put_back_by_undo(chat: World) -> None:
    ban(chat, "brand:huawei")
    ban(chat, "product:chasy-mira/w1")
    before = chat.bans.get("brand:huawei")
    maria, anna = chat.person(2001), chat.person(1001)
    await maria.writes("/bans")
    listed = await maria.sees("2 запрета", "Скрыто: 3, ещё 1 держат и другие правила", button="🔓 1")
    number = 1 if listed.text.index("Бренд: Huawei") < listed.text.index("chasy-mira/w1") else 2
    await maria.presses(listed, f"🔓 {number}")
    question = await maria.sees("Снять запрет?", "Huawei", "Вернутся 3 товара", button="✕ Оставить")
    assert question.text.count("•") == 3
    await maria.presses(question, "✅ Снять")
    await maria.sees_change(question, "Запрет снят", "Снова в продаже 3 товар", button="↩️ Отменить")
    assert [rule for rule, _ in chat.bans.items()] == ["product:chasy-mira/w1"]
    await anna.writes("huawei")
    await anna.sees("3 товара")

    await maria.presses(question, "↩️ Отменить")
    await maria.sees_change(question, "запрет снова действует", "Скрыто 3 товара")
    assert chat.bans.get("brand:huawei") == before
    await anna.writes("huawei")
    await anna.sees("ничего не нашлось")
    assert [(entry.action, entry.target) for entry in chat.audit.written] == [
        ("unban", "brand:huawei"),
        ("ban", "brand:huawei"),
    ]


async def test_keeping_it_changes_nothing(chat: World) -> None:
    ban(chat, "brand:huawei")
    maria = chat.person(2001)
    await maria.writes("/unban brand:Huawei")
    question = await maria.sees("Снять запрет?", "Вернутся 4 товара")
    await maria.presses(question, "✕ Оставить")
    kept = await maria.sees_change(question, "остаётся в силе", button="‹ Все запреты")
    await maria.presses(kept, "‹ Все запреты")
    await maria.sees_change(question, "Действует 1 запрет")
    assert chat.audit.written == []


async def test_two_admins_lift_the_same_rule_at_once(chat: World) -> None:
    ban(chat, "brand:huawei")
    maria, pavel = chat.person(2001), chat.person(2002)
    questions = []
    for person in (maria, pavel):
        await person.writes("/unban brand:huawei")
        questions.append(await person.sees("Huawei"))
    toasts = await asyncio.gather(maria.presses(questions[0], "✅ Снять"), pavel.presses(questions[1], "✅ Lift it"))
    assert sorted(toast.alert for toast in toasts) == [False, True]
    assert len(chat.audit.written) == 1


async def test_a_press_twice_lifts_once_and_undo_twice_puts_back_once(chat: World) -> None:
    ban(chat, "brand:huawei")
    maria = chat.person(2001)
    await maria.writes("/unban brand:huawei")
    question = await maria.sees("Снять запрет?")
    await asyncio.gather(*(maria.presses(question, "✅ Снять") for _ in range(2)))
    lifted = await maria.sees_change(question, "Снова в продаже 4 товар", button="↩️ Отменить")
    await asyncio.gather(*(maria.presses(lifted, "↩️ Отменить") for _ in range(2)))
    await maria.sees_change(question, "запрет снова действует")
    assert [entry.action for entry in chat.audit.written] == ["unban", "ban"]


async def test_what_brings_back_much_needs_a_second_admin(world: World) -> None:
    world.bot_settings = bot_settings(second_admin_above=3)
    ban(world, "brand:huawei")
    async with world.bot():
        maria, pavel = world.person(2001), world.person(2002)
        await pavel.writes("/start")
        await pavel.sees("search every shop")
        await maria.writes("/unban brand:huawei")
        asked = await maria.sees("Вернутся 4 товара", "больше 3 товаров", button="✅ Снять")
        assert "ещё один администратор" in (await maria.presses(asked, "✅ Снять")).text
        told = await pavel.sees("Another admin must confirm", button="✅ Lift it")
        assert "другой учётной записи" in (await maria.presses(asked, "✅ Снять")).text
        assert world.bans.get("brand:huawei") is not None
        await pavel.presses(told, "✅ Lift it")
        await pavel.sees_change(told, "Lifted", "Confirmed by")
        await maria.sees_change(asked, "Запрет снят", "Снова в продаже 4 товар")
    assert [entry.action for entry in world.audit.written] == ["unban"]


async def test_a_lifting_that_was_decided_is_finished_after_a_sudden_end(world: World) -> None:
    for step in ("audit", "ban"):
        ban(world, "brand:huawei", hours_ago=1 if step == "audit" else 2)
        world.repository.dies_before = step
        async with world.bot():
            maria = world.person(2001)
            await maria.writes("/unban brand:huawei")
            asked = await maria.sees("Снять запрет?")
            assert (await maria.presses(asked, "✅ Снять")).alert
            await maria.sees_change(asked, "Запрет снят", "Снова в продаже 4 товар")
        assert world.bans.get("brand:huawei") is None
    assert [entry.action for entry in world.audit.written] == ["unban", "unban"]


async def test_a_rule_that_was_banned_anew_since_is_not_replaced_by_undo(chat: World) -> None:
    ban(chat, "brand:huawei")
    maria = chat.person(2001)
    await maria.writes("/unban brand:huawei")
    question = await maria.sees("Снять запрет?")
    await maria.presses(question, "✅ Снять")
    lifted = await maria.sees_change(question, "Запрет снят", button="↩️ Отменить")
    ban(chat, "brand:huawei", "новая причина", hours_ago=0)
    assert "изменили" in (await maria.presses(lifted, "↩️ Отменить")).text
    standing = chat.bans.get("brand:huawei")
    assert standing is not None and standing.reason == "новая причина"


async def test_a_lifting_that_nobody_decides_ends_after_half_an_hour(chat: World) -> None:
    ban(chat, "brand:huawei")
    maria = chat.person(2001)
    await maria.writes("/unban brand:huawei")
    question = await maria.sees("Снять запрет?")
    chat.clock.pass_by(minutes=30)
    assert "никто не подтвердил" in (await maria.presses(question, "✅ Снять")).text
    await maria.sees_change(question, "запрет остаётся в силе")
    assert chat.bans.get("brand:huawei") is not None


async def test_an_old_button_does_not_lift_a_newer_ban_of_the_same_rule(chat: World) -> None:
    ban(chat, "brand:huawei", hours_ago=2)
    maria = chat.person(2001)
    await maria.writes("/unban brand:huawei")
    question = await maria.sees("Снять запрет?")
    ban(chat, "brand:huawei", hours_ago=1)
    assert "изменён" in (await maria.presses(question, "✅ Снять")).text
    assert chat.bans.get("brand:huawei") is not None


async def test_an_unknown_ban_shows_those_in_force_the_nearest_first_and_never_the_way_to_a_ban(chat: World) -> None:
    for number, rule in enumerate(("seller:chasy-mira", "keyword:реплика", "brand:huawei")):
        ban(chat, rule, hours_ago=3 + number)
    maria, pavel = chat.person(2001), chat.person(2002)
    for text in ("/unban brand:huavei", "/unban хуавей", "/unban huawe"):
        await maria.writes(text)
        missing = await maria.sees("Такого запрета нет", "Действуют:", button="🏷 Huawei")
        assert missing.labels[-1] == "‹ Все запреты"
        assert not any("Выбрать" in label or "Запретить" in label for label in missing.labels)
    assert missing.labels[0] == "🏷 Huawei"
    assert set(missing.labels) > {"🏪 chasy-mira", "🔤 реплика"}
    await maria.presses(missing, "🏷 Huawei")
    await maria.sees("Снять запрет?")
    await pavel.writes("/unban nobody")
    await pavel.sees("No such ban: nobody", "In force:", button="‹ All bans")


async def test_without_any_ban_unban_says_so(chat: World) -> None:
    maria = chat.person(2001)
    await maria.writes("/unban сфоф")
    missing = await maria.sees("Такого запрета нет: сфоф", "Запретов нет", button="‹ Все запреты")
    assert "запретить" not in missing.text.lower()


async def test_a_ban_is_lifted_by_the_bare_name_of_what_it_bans(chat: World) -> None:
    maria = chat.person(2001)
    await maria.writes("/ban товар:SKU-w2 — брак")
    asked = await maria.sees("Xiaomi умные часы модель 2")
    await maria.presses(asked, "✅ Скрыть 1 товар")
    await maria.sees_change(asked, "Запрещено")
    await maria.writes("/unban xiaomi умные часы модель 2")
    await maria.sees("Снять запрет?", "Товар: Xiaomi умные часы модель 2 · chasy-mira/w2", "Вернётся 1 товар")


async def test_a_filter_whose_bans_are_all_lifted_is_dropped_and_told(chat: World) -> None:
    ban(chat, "brand:huawei")
    ban(chat, "product:chasy-mira/w2")
    maria = chat.person(2001)
    await maria.writes("/bans бренд")
    only = await maria.sees("Действует 1 запрет", "Бренд", button="✓ Бренд 1")
    chat.bans.unban("brand:huawei")
    await maria.presses(only, "✓ Бренд 1")
    every = await maria.sees_change(only, "Таких запретов нет (бренд), показаны все", "Действует 1 запрет", "w2")
    assert "Действует 0" not in every.text
    chat.bans.unban("product:chasy-mira/w2")
    await maria.writes("/bans бренд")
    await maria.sees("Запретов нет", button="🚫 Запретить что-нибудь")


async def test_the_list_names_whoever_banned_in_a_terminal_as_such(chat: World) -> None:
    ban(chat, "brand:huawei")
    made = AuditEntry(entry_id="1", actor="terminal:root", actor_name="root", role="terminal", action="ban",
                      target="seller:chasy-mira", at=chat.clock.moment)  # fmt: skip
    await chat.audit.write(made)
    chat.bans.write(Ban(rule="seller:chasy-mira", by="root", at=chat.clock.moment))
    maria = chat.person(2001)
    await maria.writes("/bans")
    listed = await maria.sees("Автор: root (в терминале)", "Автор: Пётр, ")
    assert listed.text.count("в терминале") == 1
