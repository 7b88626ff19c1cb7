"""/roles: giving and taking, at once and never down to no admin."""

import asyncio

from ops.sandbox.people import DEMO_PEOPLE
from tests.bot.world.person import Person, Seen
from tests.bot.world.world import PSEUDONYMS, World


async def _roles(admin: Person, argument: str) -> Seen:
    """Ask for a change and confirm it; the message with what came of it."""
    await admin.writes(f"/roles {argument}")
    asked = await admin.sees(button="✅ Подтвердить")
    await admin.presses(asked, "✅ Подтвердить")
    return await admin.sees_change(asked, button="‹ Все люди")


async def test_a_role_is_given_and_counts_at_once(chat: World) -> None:
    maria, anna = chat.person(2001), chat.person(1001)
    await anna.writes("/bans")
    await anna.sees("Это могут только")
    assert "теперь роль «администратор»" in (await _roles(maria, "grant 1001 admin")).text
    await anna.writes("/bans")
    await anna.sees("Запретов нет")
    assert "теперь роль «покупатель»" in (await _roles(maria, "revoke 1001")).text
    await anna.writes("/bans")
    await anna.sees("Это могут только")
    assert [(entry.action, entry.detail) for entry in chat.audit.written] == [
        ("grant", "customer → admin"),
        ("revoke", "admin → customer"),
    ]


async def test_of_a_customer_nothing_is_kept_once_a_role_is_taken_again(chat: World) -> None:
    maria = chat.person(2001)
    for user_id in (1001, 3001):
        await chat.person(user_id).writes("/start")
        assert "теперь роль «администратор»" in (await _roles(maria, f"grant {user_id} admin")).text
        assert "теперь роль «покупатель»" in (await _roles(maria, f"revoke {user_id}")).text
    # Operator by the settings: that the role was taken away has to be known.
    assert [(grant.user_id, grant.role, grant.name) for _, grant in chat.roles.entries()] == [(3001, "customer", "")]


async def test_nobodys_telegram_id_is_in_the_audit(chat: World) -> None:
    maria = chat.person(2001)
    assert "теперь роль" in (await _roles(maria, "grant 5551 operator")).text
    assert [entry.target for entry in chat.audit.written] == [PSEUDONYMS.of(5551)[:12]]


async def test_buttons_lead_from_the_list_to_a_role_and_back(chat: World) -> None:
    pavel, igor = chat.person(2002), chat.person(3001)
    await igor.writes("/start")
    await igor.sees()
    await pavel.writes("/roles")
    # They come from the settings, by number; who has written to the bot has a name all the same.
    everyone = await pavel.sees("Admins", "Daniel · 2002", "Operators", "Игорь · 3001", "3002")
    await pavel.presses(everyone, next(label for label in everyone.labels if "3001" in label))
    question = await pavel.sees_change(everyone, "Role of", button="👑 admin")
    await pavel.presses(question, "👑 admin")
    sure = await pavel.sees_change(everyone, "Make Игорь · 3001 an admin?", button="✅ Confirm")
    await pavel.presses(sure, "✅ Confirm")
    done = await pavel.sees_change(everyone, "from now on", button="‹ Everybody")
    await pavel.presses(done, "‹ Everybody")
    await pavel.sees_change(everyone, "Admins", "Игорь · 3001")
    assert [(grant.user_id, grant.role) for _, grant in chat.roles.entries()] == [(3001, "admin")]


async def test_the_last_admin_stays(chat: World) -> None:
    maria = chat.person(2001)
    assert "теперь роль «покупатель»" in (await _roles(maria, "revoke 2002")).text
    await maria.writes("/roles grant 2001 operator")
    toast = await maria.presses(await maria.sees(button="✅ Подтвердить"), "✅ Подтвердить")
    assert "последний администратор" in toast.text
    assert [(grant.user_id, grant.role) for _, grant in chat.roles.entries()] == [(2002, "customer")]


async def test_two_admins_who_take_each_others_role_leave_one(chat: World) -> None:
    maria, pavel = chat.person(2001), chat.person(2002)
    await asyncio.gather(maria.writes("/roles revoke 2002"), pavel.writes("/roles revoke 2001"))
    hers, his = await asyncio.gather(maria.sees(button="✅ Подтвердить"), pavel.sees(button="✅ Confirm"))
    await asyncio.gather(maria.presses(hers, "✅ Подтвердить"), pavel.presses(his, "✅ Confirm"))
    roles = [grant.role for _, grant in chat.roles.entries()]
    assert roles == ["customer"]
    assert len(chat.audit.written) == 1


async def test_what_is_not_understood_is_explained(chat: World) -> None:
    maria = chat.person(2001)
    for text in ("/roles grant", "/roles grant abc admin", "/roles grant 5 king", "/roles revoke", "/roles x 5"):
        await maria.writes(text)
        await maria.sees("/roles grant @имя оператор")
    assert list(chat.roles.entries()) == []
    assert chat.audit.written == []


async def test_a_role_that_somebody_has_already_is_not_given_again(chat: World) -> None:
    maria = chat.person(2001)
    await maria.writes("/roles grant 3001 operator")
    await maria.sees("уже есть эта роль")
    assert chat.audit.written == []


async def test_a_change_can_be_undone_with_one_press(chat: World) -> None:
    maria = chat.person(2001)
    done = await _roles(maria, "grant 1001 админ")
    await maria.presses(done, "↩️ Отменить")
    await maria.sees_change(done, "теперь роль «покупатель»")
    assert list(chat.roles.entries()) == []


def _username(user_id: int) -> str:
    return next(person.user["username"] for person in DEMO_PEOPLE if person.user["id"] == user_id)


async def test_a_username_is_that_of_somebody_who_wrote(chat: World) -> None:
    maria, anna = chat.person(2001), chat.person(1001)
    await maria.writes("/roles grant @nobody_here admin")
    await maria.sees("Не знаю, кто такой @nobody_here")
    await anna.writes("/start")
    await anna.sees("Анна")
    named = _username(1001)
    assert "теперь роль «администратор»" in (await _roles(maria, f"grant @{named} admin")).text
    assert [(grant.user_id, grant.role) for _, grant in chat.roles.entries()] == [(1001, "admin")]


async def test_of_somebody_nobody_has_met_the_confirmation_says_so(chat: World) -> None:
    maria = chat.person(2001)
    await maria.writes("/roles grant 999999999 operator")
    asked = await maria.sees("сделать оператором?", "бот ещё не видел", button="✕ Отмена")
    await maria.presses(asked, "✕ Отмена")
    await maria.sees_change(asked, "Администраторы")
    assert list(chat.roles.entries()) == []
