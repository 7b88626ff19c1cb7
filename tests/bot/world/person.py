"""People who talk to the bot through the sandbox, for tests that read like conversations."""

import asyncio
from dataclasses import dataclass
from typing import Any, Self

import aiohttp

DEADLINE_S = 10.0


@dataclass(frozen=True, slots=True)
class Seen:
    """A message as a person sees it."""

    message_id: int
    text: str
    buttons: tuple[tuple[str, ...], ...]
    from_bot: bool
    photo: str | None
    edits: int
    data: tuple[tuple[str, str], ...]
    links: tuple[str, ...] = ()

    @property
    def labels(self) -> list[str]:
        return [label for row in self.buttons for label in row]


@dataclass(frozen=True, slots=True)
class Toast:
    """The notice above the chat after a button was pressed."""

    text: str
    alert: bool


class Person:
    """One person and one chat; `writes` and `presses` are what they do, `sees` what they wait for."""

    def __init__(
        self,
        session: aiohttp.ClientSession,
        url: str,
        user_id: int,
        chat_id: int | None = None,
        *,
        deadline_s: float = DEADLINE_S,
    ) -> None:
        self._session = session
        self._url = url
        self.user_id = user_id
        self.chat_id = chat_id or user_id
        self._after = 0
        self._deadline_s = deadline_s

    @property
    def last_written(self) -> int:
        """The number of the newest message that this person wrote here."""
        return self._after

    async def writes(self, text: str) -> Self:
        body = {"chat_id": self.chat_id, "text": text}
        async with self._session.post(f"{self._url}/user/{self.user_id}/send", json=body) as answer:
            assert answer.status == 200, await answer.text()
            self._after = (await answer.json())["message_id"]
        return self

    async def answers(self, message: Seen, text: str) -> Self:
        """An answer to a message."""
        body = {"chat_id": self.chat_id, "text": text, "reply_to_message_id": message.message_id}
        async with self._session.post(f"{self._url}/user/{self.user_id}/send", json=body) as answer:
            assert answer.status == 200, await answer.text()
        return self

    async def corrects(self, text: str) -> Self:
        """Edit what was written last."""
        body = {"chat_id": self.chat_id, "message_id": self._after, "text": text}
        async with self._session.post(f"{self._url}/user/{self.user_id}/edit", json=body) as answer:
            assert answer.status == 200, await answer.text()
        return self

    async def sends(self, name: str, data: bytes, caption: str = "") -> Self:
        """A file."""
        # As browsers do, names are sent as they are.
        form = aiohttp.FormData({"chat_id": str(self.chat_id), "caption": caption}, quote_fields=False)
        form.add_field("document", data, filename=name, content_type="application/octet-stream")
        async with self._session.post(f"{self._url}/user/{self.user_id}/document", data=form) as answer:
            assert answer.status == 200, await answer.text()
            self._after = (await answer.json())["message_id"]
        return self

    async def blocks(self, *, blocked: bool = True) -> None:
        """Want no message of the bot any more, or take that back."""
        async with self._session.post(f"{self._url}/user/{self.user_id}/block", json={"blocked": blocked}) as answer:
            assert answer.status == 200, await answer.text()

    async def presses(self, message: Seen, button: str) -> Toast:
        body = {
            "chat_id": self.chat_id,
            "message_id": message.message_id,
            "button": dict(message.data).get(button, button),
        }
        async with self._session.post(f"{self._url}/user/{self.user_id}/press", json=body) as answer:
            assert answer.status == 200, await answer.text()
            said = await answer.json()
        return Toast(said.get("text") or "", bool(said.get("show_alert")))

    async def asks_inline(self, query: str, offset: str = "") -> dict[str, object]:
        body = {"query": query, "offset": offset}
        async with self._session.post(f"{self._url}/user/{self.user_id}/inline", json=body) as answer:
            assert answer.status == 200, await answer.text()
            result: dict[str, object] = await answer.json()
            return result

    async def chooses(self, result: dict[str, Any]) -> None:
        """Send an inline result into this chat."""
        body = {"chat_id": self.chat_id, "result_id": result["id"], "query": ""}
        async with self._session.post(f"{self._url}/user/{self.user_id}/choose", json=body) as answer:
            assert answer.status == 200, await answer.text()

    async def history(self) -> list[Seen]:
        return await self._messages(after=0)

    async def newest(self) -> list[Seen]:
        """What came after this person last wrote; much less than the whole history of a long day."""
        return await self._messages(after=self._after)

    async def _messages(self, after: int) -> list[Seen]:
        address = f"{self._url}/user/{self.user_id}/chats/{self.chat_id}/messages"
        async with self._session.get(address, params={"after": after}) as answer:
            return [_seen(message) for message in (await answer.json())["messages"]]

    async def sees(self, *texts: str, button: str = "") -> Seen:
        """The newest message of the bot, as soon as it has all these texts and the button."""
        deadline = asyncio.get_running_loop().time() + self._deadline_s
        while True:
            messages = await self.history()
            answers = [message for message in messages if message.from_bot and message.message_id > self._after]
            last = answers[-1] if answers else None
            if last and all(text in last.text for text in texts) and (not button or button in last.labels):
                return last
            if asyncio.get_running_loop().time() > deadline:
                raise AssertionError(f"{self.user_id} waited for {texts} {button!r} and saw {last}")
            await asyncio.sleep(0.01)

    async def sees_change(self, message: Seen, *texts: str, button: str = "") -> Seen:
        """The same message, as soon as it has all these texts and the button."""
        deadline = asyncio.get_running_loop().time() + self._deadline_s
        while True:
            now = next(seen for seen in await self.history() if seen.message_id == message.message_id)
            if all(text in now.text for text in texts) and (not button or button in now.labels):
                return now
            if asyncio.get_running_loop().time() > deadline:
                raise AssertionError(f"{self.user_id} waited for {texts} {button!r} and saw {now}")
            await asyncio.sleep(0.01)


def _seen(message: dict[str, object]) -> Seen:
    markup = message.get("reply_markup")
    rows = markup.get("inline_keyboard", []) if isinstance(markup, dict) else []
    sender = message.get("from")
    photo = message.get("photo_url")
    number = message["message_id"]
    assert isinstance(number, int)
    return Seen(
        message_id=number,
        # Tests are easier to read with the spaces that one can type.
        text=str(message.get("text") or message.get("caption") or "").replace("\u00a0", " "),
        buttons=tuple(tuple(button["text"].replace("\u00a0", " ") for button in row) for row in rows),
        from_bot=isinstance(sender, dict) and bool(sender.get("is_bot")),
        photo=str(photo) if photo else None,
        edits=int("edit_date" in message),
        data=tuple(
            (button["text"].replace("\u00a0", " "), button["callback_data"])
            for row in rows
            for button in row
            if "callback_data" in button
        ),
        links=tuple(button["url"] for row in rows for button in row if "url" in button),
    )
