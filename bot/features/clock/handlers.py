"""What time it is where the person is."""

from bot.core.update_context import UpdateContext
from bot.features.clock.buttons import SetClock
from bot.features.clock.replies import OFFSETS, clock_choice, clock_set, offset_of
from bot.features.clock.services import ClockServices
from bot.ui.buttons import ShowClock
from bot.ui.notices import old_button


async def ask_clock(services: ClockServices, context: UpdateContext, _: str) -> None:
    """/clock: show it, to be adjusted."""
    await context.say(clock_choice(services.clock(), context.texts))


async def press_clock(services: ClockServices, context: UpdateContext, _: ShowClock) -> None:
    """The same from a button; the screen with the button stays."""
    await ask_clock(services, context, "")


async def set_clock(services: ClockServices, context: UpdateContext, press: SetClock) -> None:
    """Keep the clock; a press that changes nothing says that it is right."""
    now = services.clock()
    if press.place >= len(OFFSETS):
        await context.toast(old_button(context.texts), alert=True)
        return
    offset = OFFSETS[press.place]
    agreed = offset == offset_of(now, context.texts)
    await services.people.choose_offset(context.pseudonym, offset)
    context.texts = services.persons.texts(context.user_id, context.telegram_language)
    if agreed:
        await context.toast(clock_set(now, context.texts))
    else:
        await context.change(clock_choice(now, context.texts))
