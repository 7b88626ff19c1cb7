"""Bans among other admins, sudden ends of the bot, a Kafka that is away, and the end of a ban."""

import asyncio
from datetime import timedelta

import pytest

from pipeline.contracts.messages import Ban
from tests.bot.world.ports import MemoryAudit
from tests.bot.world.world import World, bot_settings
from tests.waiting import until


async def test_a_large_ban_needs_an_admin_with_another_account(world: World) -> None:
    world.bot_settings = bot_settings(second_admin_above=5)
    async with world.bot():
        maria, pavel = world.person(2001), world.person(2002)
        await pavel.writes("/start")
        await pavel.sees("search every shop")
        await maria.writes("/ban category:умные часы — проверка навсегда")
        asked = await maria.sees("Запретить", "больше чем на 5 товаров")
        assert "многих товаров" in (await maria.presses(asked, asked.labels[-1])).text
        await maria.sees_change(asked, "Должен подтвердить другой")
        told = await pavel.sees("Another admin must confirm", "12")
        assert "другой учётной записи" in (await maria.presses(asked, asked.labels[-1])).text
        assert list(world.bans.items()) == []

        await pavel.presses(told, told.labels[-1])
        await pavel.sees_change(told, "Banned", "Confirmed by")
        await maria.sees_change(asked, "Запрещено", "Подтверждение", "Скрыто 12 товаров")
    assert _actions(world.audit) == ["ban"]
    assert _actions(world.audit, of=1) == ["category:умные часы"]


async def test_of_several_admins_one_confirms_and_all_cards_say_so_also_after_a_restart(world: World) -> None:
    world.bot_settings = bot_settings(admins=(2001, 2002, 2003), second_admin_above=5)
    maria, pavel, vera = (world.person(user_id) for user_id in (2001, 2002, 2003))
    async with world.bot():
        await pavel.writes("/start")
        await pavel.sees("search every shop")
        await maria.writes("/ban category:умные часы — проверка навсегда")
        asked = await maria.sees("Запретить")
        await maria.presses(asked, asked.labels[-1])
        told = await pavel.sees("Another admin must confirm", button="✕ Cancel")
    async with world.bot():
        # Vera had no chat with the bot when it was asked; she gets the card when she writes.
        await vera.writes("/start")

        async def there() -> bool:
            return any("12" in message.text and "✕" in str(message.labels) for message in await vera.history())

        await until(there, "Vera's card")
        late = next(message for message in await vera.history() if "✕" in str(message.labels))
        await pavel.presses(told, told.labels[-1])
        await pavel.sees_change(told, "Banned", "Confirmed by")
        follows = await vera.sees_change(late, "Запрещено", "Автор: Мария", "Подтверждение: ")
        assert not any(label.startswith("✕") for label in follows.labels)
        sent = [message for message in await pavel.history() if "Banned" in message.text]
        assert len(sent) == 1


async def test_two_admins_press_at_once_and_one_of_them_wins(world: World) -> None:
    world.bot_settings = bot_settings(second_admin_above=5)
    async with world.bot():
        maria, pavel = world.person(2001), world.person(2002)
        await pavel.writes("/start")
        await pavel.sees("search every shop")
        await maria.writes("/ban category:умные часы — проверка навсегда")
        asked = await maria.sees("Запретить")
        await maria.presses(asked, asked.labels[-1])
        told = await pavel.sees("Another admin must confirm", button="✕ Cancel")
        waiting = await maria.sees_change(asked, "Должен подтвердить", button="✕ Отмена")
        await asyncio.gather(pavel.presses(told, told.labels[-1]), maria.presses(waiting, "✕ Отмена"))
        banned = [rule for rule, _ in world.bans.items()]
        status = next(request.status for _, request in world.requests.entries())
    assert (status == "confirmed") == (banned == ["category:умные часы"])
    assert len(_actions(world.audit)) == len(banned)


async def test_a_ban_that_was_decided_is_finished_after_a_sudden_end(world: World) -> None:
    for step in ("audit", "ban"):
        world.repository.dies_before = step
        rule = f"product:chasy-mira/w{2 if step == 'audit' else 3}"
        async with world.bot():
            maria = world.person(2001)
            await maria.writes(f"/ban {rule}")
            asked = await maria.sees("Запретить")
            toast = await maria.presses(asked, asked.labels[-1])
            assert toast.alert
            await _until_banned(world, rule)
            await maria.sees_change(asked, "Запрещено")
    assert _actions(world.audit) == ["ban", "ban"]


async def test_a_bot_that_comes_back_goes_on_with_the_progress(world: World) -> None:
    world.repository.index_follows = False
    async with world.bot():
        maria = world.person(2001)
        await maria.writes("/ban brand:huawei — проверка навсегда")
        asked = await maria.sees("Запретить")
        await maria.presses(asked, asked.labels[-1])
        await maria.sees_change(asked, "Покупатели этого больше не видят")
    world.repository.settle(always=True)
    async with world.bot():
        await maria.sees_change(asked, "Скрыто 4 товара", button="↩️ Отменить")
    assert _actions(world.audit) == ["ban"]


async def test_while_kafka_is_away_nothing_is_confirmed(chat: World) -> None:
    chat.repository.down = True
    maria = chat.person(2001)
    await maria.writes("/ban brand:huawei — проверка навсегда")
    asked = await maria.sees("Запретить")
    toast = await maria.presses(asked, asked.labels[-1])
    assert toast.alert
    assert "сохранить" in toast.text
    assert list(chat.bans.items()) == []
    chat.repository.down = False
    await maria.sees_change(asked, "Запрещено", "Скрыто 4 товара")
    assert _actions(chat.audit) == ["ban"]


async def test_a_request_that_nobody_decides_ends_after_half_an_hour(chat: World) -> None:
    maria = chat.person(2001)
    await maria.writes("/ban brand:huawei — проверка навсегда")
    asked = await maria.sees("Запретить")
    chat.clock.pass_by(minutes=30)
    toast = await maria.presses(asked, asked.labels[-1])
    assert "никто не подтвердил" in toast.text
    await maria.sees_change(asked, "Никто не подтвердил")
    assert list(chat.bans.items()) == []


async def test_undo_is_offered_for_five_minutes(chat: World) -> None:
    maria = chat.person(2001)
    await maria.writes("/ban brand:huawei — проверка навсегда")
    asked = await maria.sees("Запретить")
    await maria.presses(asked, asked.labels[-1])
    banned = await maria.sees_change(asked, "Скрыто 4 товара", button="↩️ Отменить")
    chat.clock.pass_by(minutes=5)

    async def over() -> bool:
        return "↩️ Отменить" not in (await maria.sees_change(banned)).labels

    await until(over, "undo is offered no more")
    assert "brand:huawei" in dict(chat.bans.items())


async def test_a_ban_with_an_end_lifts_itself_and_tells_its_author(chat: World) -> None:
    maria = chat.person(2001)
    await maria.writes("/ban brand:huawei — проверка for 24h")
    asked = await maria.sees("Запретить", "До: ср 25 ноября, 15:00")
    await maria.presses(asked, asked.labels[-1])
    await maria.sees_change(asked, "Скрыто 4 товара")
    chat.clock.pass_by(hours=24)
    await maria.sees("Ваш запрет закончился", "Huawei")
    assert list(chat.bans.items()) == []
    assert chat.audit.actions()[-1] == ("bot", "unban", "brand:huawei")
    await maria.writes("huawei")
    await maria.sees("4 товара")


async def test_undo_gives_back_the_ban_that_was_there_before(chat: World) -> None:
    chat.bans.ban("brand:huawei")
    chat.repository.settle()
    before = chat.bans.get("brand:huawei")
    maria = chat.person(2001)
    await maria.writes("/ban brand:huawei — проверка for 7d")
    asked = await maria.sees("Такой запрет уже действует", "новый его заменит", button="✅ Заменить запрет")
    await maria.presses(asked, asked.labels[-1])
    await maria.sees_change(asked, "Ни один товар не затронут", button="↩️ Отменить")
    await maria.presses(asked, "↩️ Отменить")
    await maria.sees_change(asked, "Отменено")
    assert chat.bans.get("brand:huawei") == before


async def test_a_ban_that_was_renewed_elsewhere_is_not_lifted_by_its_former_end(chat: World) -> None:
    """The bot has not read yet what a terminal wrote a moment ago."""
    maria = chat.person(2001)
    await maria.writes("/ban brand:huawei — проверка for 24h")
    asked = await maria.sees("Запретить")
    await maria.presses(asked, asked.labels[-1])
    await maria.sees_change(asked, "Скрыто 4 товара")
    renewed = Ban(rule="brand:huawei", reason="renewed", at=chat.clock() + timedelta(hours=1))
    chat.repository.elsewhere["brand:huawei"] = renewed
    chat.clock.pass_by(hours=24)
    await until(lambda: not chat.repository.elsewhere, "the bot has looked at the ban whose time is over")
    await maria.writes("/bans")
    await maria.sees("Huawei", "renewed")
    assert chat.bans.get("brand:huawei") == renewed
    assert _actions(chat.audit) == ["ban"]


async def test_undo_leaves_a_ban_that_another_admin_confirmed_since(chat: World) -> None:
    maria = chat.person(2001)
    await maria.writes("/ban brand:huawei — проверка навсегда")
    asked = await maria.sees("Запретить")
    await maria.presses(asked, asked.labels[-1])
    banned = await maria.sees_change(asked, "Скрыто 4 товара", button="↩️ Отменить")
    confirmed = Ban(rule="brand:huawei", reason="claim", by="Pavel", at=chat.clock() + timedelta(minutes=1))
    chat.repository.elsewhere["brand:huawei"] = confirmed
    toast = await maria.presses(banned, "↩️ Отменить")
    assert "изменили" in toast.text
    assert chat.bans.get("brand:huawei") == confirmed
    assert _actions(chat.audit) == ["ban"]


@pytest.mark.parametrize("step", ["audit", "ban"])
async def test_an_undo_that_a_kill_held_up_leaves_what_was_confirmed_meanwhile(world: World, step: str) -> None:
    """Both before the undo is on record and after: what another admin did while the bot was gone stays."""
    async with world.bot():
        maria = world.person(2001)
        await maria.writes("/ban product:chasy-mira/w2")
        asked = await maria.sees("Запретить")
        await maria.presses(asked, asked.labels[-1])
        banned = await maria.sees_change(asked, "Скрыт", button="↩️ Отменить")
        await until(lambda: all(request.finished for _, request in world.requests.entries()), "the index followed")
    confirmed = Ban(rule="product:chasy-mira/w2", reason="claim", by="Pavel", at=world.clock() + timedelta(minutes=1))
    async with world.bot(idle=("bans",)):
        world.repository.dies_before = step
        assert (await maria.presses(banned, "↩️ Отменить")).alert
    assert [request.status for _, request in world.requests.entries()] == ["undone"]
    world.bans.write(confirmed)

    async def shown() -> bool:
        return "↩️ Отменить" not in (await maria.sees_change(banned, "Запрещено")).labels

    async with world.bot():
        await until(shown, "the ban is shown as it is")
    assert world.bans.get("product:chasy-mira/w2") == confirmed
    told = [("ban", "done"), *([("unban", "done"), ("unban", "failed")] if step == "ban" else [])]
    assert [(entry.action, entry.result) for entry in world.audit.written] == told


async def _until_banned(world: World, rule: str) -> None:
    await until(lambda: rule in dict(world.bans.items()), f"{rule} is banned")


def _actions(audit_log: MemoryAudit, of: int = 0) -> list[str]:
    return [(entry.action, entry.target)[of] for entry in audit_log.written]
