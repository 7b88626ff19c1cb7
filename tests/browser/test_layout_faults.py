"""The eye for what a phone cannot show: each thing is spoiled on purpose, and seen."""

import pytest

from bot.ui.roles import Role
from tests.browser.marks import IN_BROWSER
from tests.browser.phone import Phone

pytestmark = [*IN_BROWSER, pytest.mark.usefixtures("chat")]


SPOILED = {
    "message.style.minWidth = '500px'": "wider than the screen",
    "text.style.cssText = 'white-space: nowrap; overflow: hidden'": "is cut off at the side",
    "text.style.cssText = 'max-height: 40px; overflow: hidden'": "is cut off below",
    "text.style.width = '80px'": "is broken over two lines",
    "key.style.flex = '0 0 80px'; key.textContent = 'one two three four five'": "lines on its button",
    "image.style.cssText = 'height: 100px; object-fit: cover'": "is not shown whole",
    "image.src = '/page/none.png'": "is not there",
}


@pytest.mark.parametrize("language", ["en"])
async def test_what_cannot_be_seen_well_is_found(phone: Phone) -> None:
    await phone.asks(Role.CUSTOMER, "/start p_t1")
    for spoil, seen in SPOILED.items():
        await phone.page.sees("Harbour Tide")
        await phone.page.settled()
        assert await phone.layout_faults() == []
        await phone.page.page.evaluate(f"""() => {{
          const message = [...document.querySelectorAll('.message')].at(-1);
          const [text, key, image] = ['.text', '.keys button', 'img'].map((name) => message.querySelector(name));
          {spoil};
        }}""")
        await phone.page.settled()
        assert [fault for fault in await phone.layout_faults() if seen in fault] != [], seen
        await phone.open(Role.CUSTOMER)
