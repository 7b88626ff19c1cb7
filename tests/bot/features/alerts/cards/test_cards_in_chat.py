"""Conversations around a card."""

import asyncio
from datetime import timedelta

from bot.features.alerts.destination import Destination
from tests.bot.world.alert_samples import payload, resolved
from tests.bot.world.operations import Operations
from tests.bot.world.world import World
from tests.waiting import until


async def test_one_message_follows_the_group_from_fire_to_end(operations: Operations) -> None:
    operator = operations.operator()
    await operations.notify(payload())
    card = await operator.sees("ServiceDown", "kafka does not answer", button="✋ Acknowledge")
    toast = await operator.presses(card, "✋ Acknowledge")
    assert "Вы этим занимаетесь" in toast.text
    card = await operator.sees_change(card, "is on it")
    assert "✋ Acknowledge" not in card.labels
    operations.later(timedelta(minutes=3))
    await operations.notify(resolved())
    card = await operator.sees_change(card, "✅ kafka answers again · was down for 3 min", "Resolved")
    assert len(await operator.history()) == 1
    assert [(entry.action, entry.result) for entry in operations.world.audit.written] == [("acknowledge", "done")]


async def test_what_fires_again_is_a_new_card_at_the_bottom_and_the_old_one_is_struck(operations: Operations) -> None:
    operator = operations.operator()
    await operations.notify(payload())
    first = await operator.sees("🔴 kafka does not answer", button="✋ Acknowledge")
    operations.later(timedelta(minutes=6))
    await operations.notify(resolved(after=timedelta(seconds=55)))
    await operator.sees_change(first, "✅ kafka answers again · was down for 55 s")
    await operations.notify(payload("Other", "hdfs"))
    operations.later(timedelta(minutes=1))
    await operations.notify(payload())
    again = await operator.sees("🔴 kafka does not answer", "Firing again (time 2)", button="✋ Acknowledge")
    assert again.message_id > first.message_id + 1
    old = await operator.sees_change(first, "kafka does not answer", "Lasted 55 s", "the new card is below")
    assert old.buttons == ()


async def test_a_flapping_group_does_not_call_all_the_time_and_is_told_of_in_the_end(operations: Operations) -> None:
    operator = operations.operator()
    await operations.notify(payload())
    card = await operator.sees("🔴 kafka does not answer")
    for _ in range(3):
        operations.later(timedelta(seconds=20))
        await operations.notify(resolved(after=timedelta(seconds=10)))
        await operations.notify(payload())
        await operations.here.reminders.call_again()
    card = await operator.sees_change(card, "Firing again (time 4)")
    assert len(await operator.history()) == 1
    operations.later(timedelta(minutes=5))
    await operations.here.reminders.call_again()
    await operator.sees_change(card, "the new card is below")
    again = await operator.sees("Firing again (time 4)", button="✋ Acknowledge")
    assert again.message_id > card.message_id
    await operations.here.reminders.call_again()
    assert len(await operator.history()) == 2


async def test_a_setting_makes_the_call_a_reply_to_the_card(world: World) -> None:
    operations = Operations(world)
    operations.settings = operations.settings.model_copy(update={"alert_again": "reply", "alert_again_every_s": 0})
    world.bot_settings = operations.settings
    async with operations.bot():
        operator = operations.operator()
        await operations.notify(payload())
        card = await operator.sees("🔴 kafka does not answer")
        await operations.notify(resolved())
        await operations.notify(payload())
        await operations.here.reminders.call_again()
        called = await operator.sees("🔴 Firing again (time 2)", "kafka does not answer", button="✋ Acknowledge")
        assert called.message_id > card.message_id
        await operator.sees_change(card, "🔴", button="✋ Acknowledge")
        await operator.presses(called, "✋ Acknowledge")
        called = await operator.sees_change(called, "✋ Занимается Игорь")
        assert called.buttons == ()
        await operator.sees_change(card, "✋ Игорь is on it")


async def test_the_owner_gives_a_card_back_and_another_one_on(operations: Operations) -> None:
    igor, grace = operations.operator(3001), operations.operator(3002)
    in_private = operations.world.person(3002)
    await in_private.writes("/help")
    await in_private.sees("/alerts")
    await operations.notify(payload())
    card = await igor.sees("kafka does not answer")
    await grace.presses(card, "✋ Acknowledge")
    card = await igor.sees_change(card, "✋ Grace is on it", button="↩️ Step back")
    toast = await igor.presses(card, "↩️ Step back")
    assert toast.alert and "Grace" in toast.text
    await grace.presses(card, "↩️ Step back")
    card = await igor.sees_change(card, button="✋ Acknowledge")
    assert "Grace" not in card.text
    await igor.presses(card, "✋ Acknowledge")
    card = await igor.sees_change(card, "✋ Игорь is on it", button="👉 Hand over")
    await igor.presses(card, "👉 Hand over")
    asked = await igor.sees("Кому передать «Служба kafka не отвечает»?", button="Grace")
    await igor.presses(asked, "Grace")
    await igor.sees_change(asked, "Теперь занимается Grace")
    await igor.sees_change(card, "✋ Grace is on it", "handed over by Игорь")
    told = await in_private.sees("Игорь handed this over to you", "kafka does not answer", button="🔎 Details")
    await in_private.presses(told, "🔎 Details")
    view = await in_private.sees_change(told, "topic: products", button="↩️ Step back")
    await in_private.presses(view, "↩️ Step back")
    await in_private.sees_change(view, button="✋ Acknowledge")
    await igor.sees_change(card, button="✋ Acknowledge")
    actions = [entry.action for entry in operations.world.audit.written]
    assert actions == ["acknowledge", "resign", "acknowledge", "hand_over", "resign"]


async def test_details_add_to_the_card_and_fold(operations: Operations) -> None:
    operator = operations.operator()
    await operations.notify(payload())
    card = await operator.sees("kafka does not answer", button="🔎 Details")
    assert "topic" not in card.text and "products" not in card.text
    await operator.presses(card, "🔎 Details")
    card = await operator.sees_change(card, "topic: products", "Fires when: up", button="▴ Fold")
    assert card.text.count("kafka does not answer") == 1
    await operator.presses(card, "✋ Acknowledge")
    card = await operator.sees_change(card, "topic: products", button="↩️ Step back")
    assert "✋ Acknowledge" not in card.labels
    await operator.presses(card, "▴ Fold")
    card = await operator.sees_change(card, button="🔎 Details")
    assert "topic" not in card.text
    assert len(await operator.history()) == 1


async def test_a_silence_of_another_time_is_chosen_or_written(operations: Operations) -> None:
    operator, private = operations.operator(), operations.world.person(3001)
    await operations.notify(payload())
    card = await operator.sees("kafka does not answer")
    await operator.presses(card, "🔕 …")
    choice = await operator.sees("На сколько заглушить", button="2 ч")
    assert {"15 мин", "30 мин", "7 д"} <= set(choice.labels)
    await operator.presses(choice, "✏️ Свой срок")
    await operator.sees_change(choice, "/silence до 18:00")
    await operator.writes("/silence позавчера")
    await operator.sees("«позавчера» – не срок впереди")
    await operator.writes("/silence 45 мин")
    preview = await operator.sees("на 45 мин, до", button="🔕 Заглушить")
    await operator.presses(preview, "🔕 Заглушить")
    await operator.sees_change(card, "Silenced by Игорь")
    (made,) = operations.alertmanager.made.values()
    assert made.ends_at - operations.world.clock() == timedelta(minutes=45)
    await private.writes("/silence 1 ч")
    await private.sees("Сначала выберите оповещение")


async def test_two_operators_press_at_once_and_one_owns_it(operations: Operations) -> None:
    first, second = operations.operator(3001), operations.operator(3002)
    await operations.notify(payload())
    card = await first.sees("ServiceDown")
    said = await asyncio.gather(first.presses(card, "✋ Acknowledge"), second.presses(card, "✋ Acknowledge"))
    assert sorted("уже" in toast.text or "already" in toast.text for toast in said) == [False, True]
    assert len([entry for entry in operations.world.audit.written if entry.action == "acknowledge"]) == 1


async def test_a_customer_who_presses_a_cards_buttons_is_refused_and_that_is_on_record(operations: Operations) -> None:
    customer = operations.world.person(1001)
    await customer.writes("/help")
    await customer.sees("/search")
    await operations.notify(payload(), Destination(1001))
    card = await customer.sees("ServiceDown")
    for _, data in card.data:
        toast = await customer.presses(card, data)
        assert toast.alert and "только операторы" in toast.text
    assert {entry.result for entry in operations.world.records.audits} == {"refused"}
    assert not any(kept.owner for kept in operations.cards.kept.values())


async def test_a_silence_is_previewed_made_once_and_ended(operations: Operations) -> None:
    operator = operations.operator()
    await operations.notify(payload())
    card = await operator.sees("ServiceDown")
    await operator.presses(card, "🔕 4 h")
    preview = await operator.sees(
        "на 4 ч, до", "alertname=ServiceDown", "из них 1 на этой карточке", button="🔕 Заглушить"
    )
    assert not operations.alertmanager.made
    await asyncio.gather(*(operator.presses(preview, "🔕 Заглушить") for _ in range(2)))
    assert [silence.created_by for silence in operations.alertmanager.made.values()] == ["Игорь"]
    card = await operator.sees_change(card, "Silenced by Игорь", button="🔔 Unsilence")
    await operator.presses(card, "🔔 Unsilence")
    card = await operator.sees_change(card, "ServiceDown", button="🔕 1 h")
    assert not operations.alertmanager.made


async def test_without_alertmanager_the_button_says_so_and_the_card_stays_right(operations: Operations) -> None:
    operator = operations.operator()
    await operations.notify(payload())
    card = await operator.sees("ServiceDown")
    operations.alertmanager.down = True
    toast = await operator.presses(card, "🔕 1 h")
    assert toast.alert and "Alertmanager не отвечает" in toast.text
    assert (await operator.sees("ServiceDown")).text == card.text


async def test_a_silenced_group_that_ends_unreported_is_found_out(operations: Operations) -> None:
    operator = operations.operator()
    token = await operations.notify(payload())
    card = await operator.sees("ServiceDown")
    await operations.actions.silence(token, 60, "Игорь")
    card = await operator.sees_change(card, "Silenced by")
    operations.alertmanager.firing.clear()
    for _ in range(2):
        operations.later(timedelta(seconds=25))
        await operations.here.reconciler.compare()
    await operator.sees_change(card, "✅ kafka answers again", "Resolved")


async def test_a_card_deleted_by_hand_is_posted_anew(operations: Operations) -> None:
    operator = operations.operator()
    await operations.notify(payload())
    card = await operator.sees("ServiceDown")
    operations.world.sandbox.world.conversations[operator.chat_id].remove(card.message_id)
    await operations.here.reconciler.look_at_one()
    again = await operator.sees("ServiceDown")
    assert again.message_id > card.message_id


async def test_a_card_older_than_two_days_is_replaced(operations: Operations) -> None:
    operator = operations.operator()
    await operations.notify(payload())
    card = await operator.sees("ServiceDown")
    operations.later(timedelta(hours=49))
    operations.here.display.enqueue_all()
    again = await operator.sees("for more than 2 d")
    assert again.message_id > card.message_id

    async def old_is_gone() -> bool:
        return [seen.message_id for seen in await operator.history()] == [again.message_id]

    await until(old_is_gone, "the old card is deleted")


async def test_after_a_lost_answer_the_card_is_there_once_more_and_says_so_until_it_changes(
    operations: Operations,
) -> None:
    operator = operations.operator()
    body = {"method": "sendMessage", "kind": "drop", "times": 1, "delivered": True}
    async with operations.world.session.post(f"{operations.world.sandbox.url}/faults", json=body) as answer:
        assert answer.status == 200
    token = await operations.notify(payload())
    await until(lambda: operations.cards.kept[token].message_id is not None, "the card has its message")
    first, again = await operator.history()
    assert "repeat" not in first.text and "🔁 possibly a repeat" in again.text
    await operator.presses(again, "✋ Acknowledge")
    again = await operator.sees_change(again, "is on it")
    assert "repeat" not in again.text
    # Nobody knows whose message the first one is: it is left alone.
    assert (await operator.history())[0] == first


async def test_no_message_but_the_card_is_ever_edited(operations: Operations) -> None:
    operator, other = operations.operator(), operations.operator(3002)
    await operations.notify(payload("Other", "hdfs"))
    before = await operator.sees("Other")
    await other.writes("/help")
    help_ = await other.sees("/alerts")
    await operations.world.misbehave("sendMessage", "drop")
    token = await operations.notify(payload())
    await until(lambda: operations.cards.kept[token].message_id is not None, "the card has its message")
    shown = {seen.message_id: seen for seen in await operator.history()}
    assert shown[before.message_id] == before
    assert shown[help_.message_id].text == help_.text
    assert sum("ServiceDown" in seen.text for seen in shown.values()) == 1


async def test_what_a_dead_bot_owed_the_next_one_shows(world: World) -> None:
    operations = Operations(world)
    operator = operations.operator()
    async with operations.bot():
        await world.misbehave("sendMessage", "500", times=1000)
        await operations.notify(payload())
    async with world.session.post(f"{world.sandbox.url}/faults", json={"method": "*", "kind": "500"}) as answer:
        assert answer.status == 200
    world.sandbox.faults.clear()
    async with operations.bot():
        await operator.sees("ServiceDown", "kafka does not answer")
    assert len(await operator.history()) == 1


async def test_a_reminder_comes_once_when_it_is_due_and_the_second_one_escalates(
    operations: Operations,
) -> None:
    operator, boss = operations.operator(), operations.world.person(2001)
    await boss.writes("/help")
    await boss.sees("/search")
    await operations.notify(payload())
    await operator.sees("ServiceDown")
    operations.later(timedelta(minutes=6))
    await operations.here.reminders.remind()
    await operations.here.reminders.remind()
    await operator.sees("Nobody has taken this", "6 min")
    operations.later(timedelta(minutes=6))
    await operations.here.reminders.remind()
    await boss.sees("Операторы не берут это уже 12 мин")
    await operator.sees("Nobody has taken this", "12 min")
    await operations.here.reminders.remind()
    await until(lambda: not operations.world.pending.kept, "nothing waits to be sent")
    reminded = [message.text for message in await operator.history() if "Nobody has taken this" in message.text]
    assert ["6 min" in text for text in reminded] == [True, False]
    assert sum("Операторы не берут" in message.text for message in await boss.history()) == 1


async def test_the_dead_mans_switch_reports_once_and_when_it_is_back(operations: Operations) -> None:
    operator, heart = operations.operator(), operations.here.heartbeat
    heart.beat(operations.world.clock())
    operations.later(timedelta(minutes=6))
    await heart.look()
    await heart.look()
    await operator.sees("No sign of life")
    heart.beat(operations.world.clock())
    await heart.look()
    await heart.look()
    await operator.sees("are back after 6 min")
    assert len(await operator.history()) == 2
