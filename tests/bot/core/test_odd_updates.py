"""Ten thousand odd updates, from everybody and an admin too: nothing raises, and none is answered twice."""

import asyncio
from collections import Counter

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from telegram import Update

from bot.features.alerts.buttons import AcknowledgeCard, CardDetails, EndSilence, SilenceCard, UnsilenceCard
from bot.features.alerts.destination import card_token
from bot.ui.callback_data import encode
from ops.sandbox.server import Sandbox
from tests.bot.core.test_trouble import chats, numbers, presses, queries, users
from tests.bot.world.alert_samples import notification, payload
from tests.bot.world.operations import PLACE, Operations
from tests.bot.world.strategies import texts
from tests.bot.world.tables import COMMANDS, KINDS
from tests.bot.world.telegram import SAYING, application
from tests.bot.world.world import World

FINE = frozenset({"ok", "ignored", "left", "too_late"})
PER_EXAMPLE = 50
TAGS = sorted(kind.TAG for kind in KINDS)
NEW = frozenset({"sendMessage", "sendPhoto", "answerInlineQuery"})
NAMES = [*(command.name for command in COMMANDS), "nope"]
FIRING = payload("Odd", "kafka")
TOKEN = card_token(notification(FIRING).group_key, PLACE)
people = st.one_of(users, st.sampled_from([1001, 2001, 2002, 3001]).map(
    lambda user_id: {"id": user_id, "is_bot": False, "first_name": "Имя", "language_code": "ru"}
))  # fmt: skip
arguments = st.one_of(
    texts,
    st.sampled_from(["brand:huawei for 7d", "keyword:x until 9999-99-99", "product:" + "9" * 400, "grant 5 admin",
                     "revoke 99999999999999999999", "a = b", "a -> " + "b, " * 50, "x" * 5000, "brand:\u202ea\u0000b"]),
)  # fmt: skip
commands = st.builds(lambda name, argument: f"/{name} {argument}", st.sampled_from(NAMES), arguments)
data = st.one_of(
    texts,
    st.builds(
        lambda tag, parts: ":".join([tag, *parts]),
        st.sampled_from(TAGS),
        st.lists(
            st.sampled_from(["", "x", "0", "1", "yes", "ask", "list", "confirm", "undo", "brand", "2001", "zzzzzzz"]),
            max_size=4,
        ),
    ),
    st.sampled_from(
        [
            encode(callback)
            for callback in (
                AcknowledgeCard(TOKEN),
                SilenceCard(TOKEN, 1),
                SilenceCard(TOKEN, 4, "yes"),
                SilenceCard(TOKEN, 99_999_999, "yes"),
                UnsilenceCard(TOKEN),
                CardDetails(TOKEN, 99),
                EndSilence("silence-1", 0),
            )
        ]
    ),
)
written = st.fixed_dictionaries(
    {"message_id": numbers, "date": st.integers(0, 2**33), "chat": chats, "from": people},
    optional={"text": st.one_of(commands, texts), "caption": texts, "unheard_of": st.just({"a": 1})},
)
pressed = st.builds(lambda one, text, who: one | {"data": text, "from": who}, presses, data, people)
updates = st.one_of(
    st.builds(lambda one: {"update_id": 1, "message": one}, written),
    st.builds(lambda one: {"update_id": 1, "callback_query": one}, pressed),
    st.builds(lambda one: {"update_id": 1, "edited_message": one}, written),
    st.builds(lambda one: {"update_id": 1, "channel_post": one}, written),
    st.builds(lambda one: {"update_id": 1, "inline_query": one}, queries),
    st.just({"update_id": 1, "brand_new_kind": {"a": []}}),
)


def test_ten_thousand_updates_and_none_raises_or_is_answered_twice() -> None:
    outcomes = Counter[str]()

    @given(st.lists(updates, min_size=PER_EXAMPLE, max_size=PER_EXAMPLE))
    @settings(max_examples=10_000 // PER_EXAMPLE, deadline=None, suppress_health_check=list(HealthCheck))
    def play(raws: list[dict[str, object]]) -> None:
        outcomes.update(asyncio.run(_outcomes(raws)))

    play()
    assert outcomes["ok"] > 1_000, f"many are answered, and not all passed over: {outcomes}"


async def _outcomes(raws: list[dict[str, object]]) -> list[str]:
    """What became of each of the updates that the framework can read; fails for one that is answered twice."""
    outcomes = []
    world = World(Sandbox.__new__(Sandbox), session=None)  # type: ignore[arg-type]  # nobody writes through it
    alerts = Operations(world)
    async with application(world) as (app, router, telegram):
        # One alert, whose card nobody carries to the chat meanwhile.
        await alerts.notify(FIRING)
        for number, raw in enumerate(raws, start=1):
            telegram.calls.clear()
            try:
                update = Update.de_json(raw | {"update_id": number}, app.bot)
            except (TypeError, ValueError, KeyError, AttributeError, OverflowError, OSError):
                continue
            await app.process_update(update)
            outcomes.append(router.settled(number))
            assert outcomes[-1] in FINE, raw
            said = [name for name, _ in telegram.calls]
            # Beside the new message, the one whose button was pressed may change, and the press ends with a notice.
            assert len([name for name in said if name in NEW]) <= 1, (raw, telegram.calls)
            assert len([name for name in said if name in SAYING - NEW]) <= 1, (raw, telegram.calls)
            assert said.count("answerCallbackQuery") <= 1, (raw, telegram.calls)
    return outcomes
