"""Conversations about what is kept, and being forgotten."""

from pipeline.contracts.jobs import ForgetRequest, JobStatus
from pipeline.contracts.messages import Reason, Recommendations, Recommended
from tests.bot.world.world import PSEUDONYMS, World
from tests.waiting import until

ANNA = PSEUDONYMS.of(1001)


async def test_who_was_never_here_has_nothing_to_delete(chat: World) -> None:
    anna = chat.person(1001)
    await anna.writes("/privacy")
    seen = await anna.sees("Что я о вас храню", "• ничего")
    assert seen.labels == []


async def test_what_is_kept_is_counted_and_forgotten_and_the_end_is_told(world: World) -> None:
    anna = world.person(1001)
    item = Recommended(offer_id="chasy-mira/w1", score=1, reason=Reason(kind="popular"))
    world.published[ANNA] = Recommendations(items=(item, item), run_id="r")
    world.jobs.set("forget", JobStatus(name="forget"))
    async with world.bot():
        await anna.writes("/language ru")
        await anna.writes("Huawei")
        await anna.presses(await anna.sees("4 товара"), "🔔 Следить за запросом")
        await anna.writes("/start p_w5")
        await anna.presses(await anna.sees("модель 5"), "🔔 Следить")
        await anna.presses(await anna.sees("Сообщить при цене"), "Любое снижение")
        await until(lambda: world.seen.get(ANNA) is not None, "the taste is kept")
        await anna.writes("/privacy")
        kept = await anna.sees("• выбранные язык", "• 1 товар,", "• 1 цена,", "• 1 сохранённый поиск",
                               "• 2 товара, которые вам советовали", "• 4 запроса")  # fmt: skip
        await anna.presses(kept, "🗑 Забыть меня")
        await anna.sees_change(kept, "Удалить всё это?", "• 1 цена,", button="Нет, оставить")
        await anna.presses(kept, "Нет, оставить")
        await anna.sees_change(kept, "Что я о вас храню", button="🗑 Забыть меня")
        assert world.prices.kept
        await anna.presses(kept, "🗑 Забыть меня")
        await anna.sees_change(kept, button="Да, удалить")
        await anna.presses(kept, "Да, удалить")
        await anna.sees_change(kept, "✅ Удалено", "⏳ Прошлые запросы удаляются")
        states = (world.choices, world.seen, world.prices, world.searches)
        assert [list(state.entries()) for state in states] == [[], [], [], []]
        assert ANNA not in world.published
        assert [request.job for _, request in world.job_requests.entries()] == ["forget"]
        assert "1001" not in str(list(world.job_requests.entries()))
        asked = world.forget_requests.get(ANNA)
        assert asked is not None
        assert asked.done_at is None
        await anna.writes("/privacy")
        await anna.sees("⏳ Вы попросили удалить данные")
    # The job has done its work while the bot was away.
    world.forget_requests.set(ANNA, ForgetRequest(at=asked.at, done_at=world.clock()))
    async with world.bot():
        await anna.sees("✅ Прошлые запросы удалены и из архива, и из журнала поиска")
        await until(lambda: not world.forgetting.kept and not world.pending.kept, "nobody is left to be told")
        assert ANNA in world.forget_requests.kept
        world.clock.pass_by(hours=2)
        await until(lambda: ANNA not in world.forget_requests.kept, "the request itself is forgotten")
    said = [message.text for message in await anna.history() if "Прошлые запросы удалены" in message.text]
    assert len(said) == 1


async def test_forgetting_is_not_confirmed_while_it_cannot_be_kept(chat: World) -> None:
    anna = chat.person(1001)
    await anna.writes("/language en")
    await anna.sees("English it is")
    await anna.writes("/privacy")
    kept = await anna.sees(button="🗑 Forget me")
    await anna.presses(kept, "🗑 Forget me")
    question = await anna.sees_change(kept, button="Yes, delete")
    chat.forgetting.down = True
    toast = await anna.presses(question, "Yes, delete")
    assert toast.alert
    assert chat.choices.kept
