"""/roles: giving and taking, at once and never down to no admin."""

import asyncio

from tests.bot.world.world import PSEUDONYMS, World


async def test_a_role_is_given_and_counts_at_once(chat: World) -> None:
    maria, anna = chat.person(2001), chat.person(1001)
    await anna.writes("/bans")
    await anna.sees("нужна роль")
    await maria.writes("/roles grant 1001 admin")
    await maria.sees("теперь роль «администратор»")
    await anna.writes("/bans")
    await anna.sees("Запретов нет")
    await maria.writes("/roles revoke 1001")
    await maria.sees("теперь роль «покупатель»")
    await anna.writes("/bans")
    await anna.sees("нужна роль")
    assert [(entry.action, entry.detail) for entry in chat.audit.written] == [
        ("grant", "customer → admin"),
        ("revoke", "admin → customer"),
    ]


async def test_of_a_customer_nothing_is_kept_once_a_role_is_taken_again(chat: World) -> None:
    maria = chat.person(2001)
    for user_id in (1001, 3001):
        await chat.person(user_id).writes("/start")
        await maria.writes(f"/roles grant {user_id} admin")
        await maria.sees("теперь роль «администратор»")
        await maria.writes(f"/roles revoke {user_id}")
        await maria.sees("теперь роль «покупатель»")
    # Operator by the settings: that the role was taken away has to be known.
    assert [(grant.user_id, grant.role, grant.name) for _, grant in chat.roles.entries()] == [(3001, "customer", "")]


async def test_nobodys_telegram_id_is_in_the_audit(chat: World) -> None:
    maria = chat.person(2001)
    await maria.writes("/roles grant 5551 operator")
    await maria.sees("теперь роль")
    assert [entry.target for entry in chat.audit.written] == [PSEUDONYMS.of(5551)[:12]]


async def test_buttons_lead_from_the_list_to_a_role_and_back(chat: World) -> None:
    pavel, igor = chat.person(2002), chat.person(3001)
    await igor.writes("/start")
    await igor.sees()
    await pavel.writes("/roles")
    # They come from the settings, by number; who has written to the bot has a name all the same.
    everyone = await pavel.sees("Admins", "Daniel · 2002", "Operators", "Игорь · 3001", "3002")
    await pavel.presses(everyone, next(label for label in everyone.labels if "3001" in label))
    question = await pavel.sees_change(everyone, "Which role", button="👑 admin")
    await pavel.presses(question, "👑 admin")
    done = await pavel.sees_change(everyone, "from now on", button="‹ Everybody")
    await pavel.presses(done, "‹ Everybody")
    await pavel.sees_change(everyone, "Admins", "Игорь · 3001")
    assert [(grant.user_id, grant.role) for _, grant in chat.roles.entries()] == [(3001, "admin")]


async def test_the_last_admin_stays(chat: World) -> None:
    maria = chat.person(2001)
    await maria.writes("/roles revoke 2002")
    await maria.sees("теперь роль «покупатель»")
    await maria.writes("/roles grant 2001 operator")
    await maria.sees("последний администратор")
    assert [(grant.user_id, grant.role) for _, grant in chat.roles.entries()] == [(2002, "customer")]


async def test_two_admins_who_take_each_others_role_leave_one(chat: World) -> None:
    maria, pavel = chat.person(2001), chat.person(2002)
    await asyncio.gather(maria.writes("/roles revoke 2002"), pavel.writes("/roles revoke 2001"))
    await asyncio.gather(maria.sees(), pavel.sees())
    roles = [grant.role for _, grant in chat.roles.entries()]
    assert roles == ["customer"]
    assert len(chat.audit.written) == 1


async def test_what_is_not_understood_is_explained(chat: World) -> None:
    maria = chat.person(2001)
    for text in ("/roles grant", "/roles grant abc admin", "/roles grant 5 king", "/roles revoke", "/roles x 5"):
        await maria.writes(text)
        await maria.sees("/roles grant ID operator")
    assert list(chat.roles.entries()) == []
    assert chat.audit.written == []


async def test_a_role_that_somebody_has_already_is_not_given_again(chat: World) -> None:
    maria = chat.person(2001)
    await maria.writes("/roles grant 3001 operator")
    await maria.sees("уже есть эта роль")
    assert chat.audit.written == []
