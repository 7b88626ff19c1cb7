"""Many dead letters at once: the message follows, it can be stopped, it goes on after a restart, one at a time."""

import pytest

from bot.features.dead_letters.models import JOBS
from tests.bot.features.dead_letters.test_dead_letters import letter
from tests.bot.world.person import Person, Seen
from tests.bot.world.world import World

WORDS = {
    2001: ("поля пропущены или неверны · 9", "🔁 Повторить все", "✅ Подтвердить"),
    2002: ("fields are missing or wrong · 9", "🔁 Replay all", "✅ Confirm"),
}


@pytest.fixture
def letters(world: World) -> World:
    for number in range(9):
        world.letters.put(letter(f"products-0-{number}"))
    world.letters.goes_on.clear()
    return world


async def confirms(admin: Person) -> tuple[Seen, str]:
    """The admin has all of the reason replayed; the message, and what a toast said."""
    reason, replay, confirm = WORDS[admin.user_id]
    await admin.writes("/dead_letters")
    listed = await admin.sees("9", button=reason)
    await admin.presses(listed, reason)
    page = await admin.sees_change(listed, button=replay)
    await admin.presses(page, replay)
    question = await admin.sees_change(listed, button=confirm)
    return listed, (await admin.presses(question, confirm)).text


async def test_the_message_follows_and_stop_leaves_the_rest(letters: World) -> None:
    async with letters.bot():
        pavel = letters.person(2002)
        shown, _ = await confirms(pavel)
        running = await pavel.sees_change(shown, "Replaying fields are missing or wrong: 3 of 9", button="⏹ Stop")
        await pavel.presses(running, "⏹ Stop")
        await pavel.sees_change(shown, "Stopping as soon as")
        letters.letters.goes_on.set()
        await pavel.sees_change(shown, "Stopped.", "3 messages were sent again")
        assert len(letters.letters.open) == 6
        await pavel.writes("/dead_letters")
        await pavel.sees("6 messages failed")


async def test_the_same_in_russian(letters: World) -> None:
    async with letters.bot():
        maria = letters.person(2001)
        shown, _ = await confirms(maria)
        running = await maria.sees_change(
            shown, "Повторяю, причина поля пропущены или неверны: 3 из 9", button="⏹ Остановить"
        )
        await maria.presses(running, "⏹ Остановить")
        await maria.sees_change(shown, "Останавливаю")
        letters.letters.goes_on.set()
        await maria.sees_change(shown, "Остановлено.", "Снова отправлено 3 сообщения")


async def test_a_second_one_has_to_wait_and_is_shown_the_first(letters: World) -> None:
    async with letters.bot():
        maria, pavel = letters.person(2001), letters.person(2002)
        reason, replay, confirm = WORDS[2002]
        await pavel.writes("/dead_letters")
        listed = await pavel.sees("9", button=reason)
        await pavel.presses(listed, reason)
        await pavel.presses(await pavel.sees_change(listed, button=replay), replay)
        question = await pavel.sees_change(listed, button=confirm)
        shown, _ = await confirms(maria)
        await maria.sees_change(shown, "3 из 9")
        assert "being replayed or deleted right now" in (await pavel.presses(question, confirm)).text
        await pavel.writes("/dead_letters")
        again = await pavel.sees("6 messages failed", button="⏳ Under way: 3 of 9")
        await pavel.presses(again, "⏳ Under way: 3 of 9")
        await pavel.sees_change(again, "3 of 9", button="⏹ Stop")
        letters.letters.goes_on.set()
        await maria.sees_change(shown, "Снова отправлено 9 сообщений")
        await pavel.sees_change(again, "9 messages were sent again")


async def test_a_bot_that_is_started_anew_goes_on_with_what_is_left(letters: World) -> None:
    async with letters.bot():
        maria = letters.person(2001)
        shown, _ = await confirms(maria)
        await maria.sees_change(shown, "3 из 9")
    assert len(letters.letters.sent) == 3
    letters.letters.goes_on.set()
    async with letters.bot():
        await maria.sees_change(shown, "Снова отправлено 9 сообщений")
    assert letters.letters.sent == [f"products-0-{number}" for number in range(9)]
    assert [action for _, action, _ in letters.audit.actions()] == ["dead_letters:replay"]


async def test_an_end_that_was_not_shown_before_a_kill_is_shown_after_it(letters: World) -> None:
    letters.letters.goes_on.set()
    async with letters.bot():
        maria = letters.person(2001)
        shown, _ = await confirms(maria)
        await maria.sees_change(shown, "Снова отправлено 9 сообщений")
    ended = letters.store(JOBS).kept["current"]
    letters.store(JOBS).set("current", ended.model_copy(update={"outcomes": {"replayed": 8, "superseded": 1}}))
    async with letters.bot():
        await maria.sees_change(shown, "Снова отправлено 8 сообщений", "новая версия")


async def test_a_message_that_shows_something_else_by_now_is_left_alone(letters: World) -> None:
    async with letters.bot():
        maria = letters.person(2001)
        shown, _ = await confirms(maria)
        running = await maria.sees_change(shown, "3 из 9", button="‹ Причины")
        await maria.presses(running, "‹ Причины")
        listed = await maria.sees_change(shown, "6 необработанных", button="⏳ Выполняется: 3 из 9")
        letters.letters.goes_on.set()
        await maria.writes("/dead_letters")
        await maria.sees("Необработанных сообщений нет")
    async with letters.bot():
        await maria.writes("/dead_letters")
        await maria.sees("Необработанных сообщений нет")
        assert await maria.sees_change(shown) == listed
