"""What people are refused: all of it counted, little of it written down, and no customer's name."""

from ops import metrics
from pipeline.contracts.messages import encode
from tests.bot.world.world import World

PRESSES = 60


def _counted(action: str) -> float:
    return metrics.REGISTRY.get_sample_value("yarmarka_bot_refusals_total", {"command": action}) or 0.0


async def test_who_presses_what_they_may_not_again_and_again_is_on_record_once_an_hour(chat: World) -> None:
    anna, before = chat.person(1001), _counted("/ban")
    for _ in range(PRESSES):
        await anna.writes("/ban brand:huawei")
        await anna.sees("Это могут только")
    assert _counted("/ban") - before == PRESSES
    assert [(entry.action, entry.result) for entry in chat.records.audits] == [("/ban", "refused")]
    await anna.writes("/audit")
    await anna.sees("Это могут только")
    await chat.person(1002).writes("/ban brand:huawei")
    await chat.person(1002).sees("Only admins can do this.")
    assert [entry.action for entry in chat.records.audits] == ["/ban", "/audit", "/ban"]
    chat.clock.pass_by(hours=1)
    await anna.writes("/ban brand:huawei")
    await anna.sees("Это могут только")
    assert len({entry.entry_id for entry in chat.records.audits}) == len(chat.records.audits) == 4


async def test_a_bot_that_is_started_anew_knows_what_is_on_record(world: World) -> None:
    for _ in range(2):
        async with world.bot():
            anna = world.person(1001)
            await anna.writes("/ban brand:huawei")
            await anna.sees("Это могут только")
        for entry in world.records.audits:
            await world.audit.write(entry)
    assert len(world.records.audits) == 1


async def test_a_crowd_fills_no_topic(world: World) -> None:
    async with world.bot():
        assert world.running is not None
        router = world.running.router
        router._refusals._most = 3
        before = _counted("/ban")
        for user_id in range(10_000, 10_010):
            person = world.person(user_id)
            await person.writes("/ban brand:huawei")
            await person.sees()
    assert len(world.records.audits) == 3
    assert _counted("/ban") - before == 10


async def test_a_customers_name_is_not_in_the_audit_and_an_operators_is(chat: World) -> None:
    anna, igor = chat.person(1001), chat.person(3001)
    for person in (anna, igor):
        await person.writes("/ban brand:huawei")
        await person.sees("Это могут только")
    customer, operator = chat.records.audits
    assert (customer.role, customer.actor_name) == ("customer", "")
    assert (operator.role, operator.actor_name) == ("operator", "Игорь")
    assert "Анна" not in encode(customer).decode()
