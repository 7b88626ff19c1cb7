"""People in the deployment's chat page."""

from dataclasses import dataclass
from typing import Any

import orjson

from tests.deploy.deployment import Deployment, until


@dataclass
class Talk:
    """One person in one chat: what they write and press, and what they see since."""

    deployment: Deployment
    person: int
    chat: int = 0
    after: int = 0

    @property
    def place(self) -> int:
        return self.chat or self.person

    def writes(self, text: str) -> "Talk":
        status, body = self.deployment.post(
            "CHAT_PORT", f"/user/{self.person}/send", {"chat_id": self.place, "text": text}
        )
        if status != 200:
            raise OSError(f"the chat page answers {status}: {body[:200]!r}")
        self.after = orjson.loads(body)["message_id"]
        return self

    def presses(self, message: dict[str, Any], label: str) -> None:
        """Press the first button whose label begins so."""
        buttons = [one["text"] for row in message["reply_markup"]["inline_keyboard"] for one in row]
        (button, *_) = [one for one in buttons if label in one] or [f"no {label} among {buttons}"]
        body = {"chat_id": self.place, "message_id": message["message_id"], "button": button}
        status, answer = self.deployment.post("CHAT_PORT", f"/user/{self.person}/press", body)
        assert status == 200, answer

    def messages(self) -> list[dict[str, Any]]:
        path = f"/user/{self.person}/chats/{self.place}/messages?after={self.after}"
        status, body = self.deployment.get("CHAT_PORT", path)
        if status != 200:
            raise OSError(f"the chat page answers {status}: {body[:200]!r}")
        found: list[dict[str, Any]] = orjson.loads(body)["messages"]
        return found

    def sees(self, *words: str, within: float = 90, without: str = "") -> dict[str, Any]:
        """Wait for a message with all of these words."""

        def look() -> dict[str, Any] | None:
            for message in self.messages():
                text = text_of(message)
                if all(word in text for word in words) and not (without and without in text):
                    return message
            return None

        try:
            return until(f"{self.person} sees {words}", look, within)
        except AssertionError as error:
            seen = "\n---\n".join(text_of(one)[:400] for one in self.messages())
            raise AssertionError(f"{error}; the chat shows:\n{seen}") from None


def text_of(message: dict[str, Any]) -> str:
    """The message's text, and its buttons' labels after it."""
    rows = message.get("reply_markup", {}).get("inline_keyboard", [])
    return "\n".join(
        [message.get("text") or message.get("caption") or "", *(one["text"] for row in rows for one in row)]
    )
