"""The Bot API for the check: one call, one answer, no second try."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any

import aiohttp
import orjson


@dataclass(frozen=True)
class Answer:
    """What Telegram answered: the result, or the error's text and its parameters; and what its clock says."""

    result: Any = None
    error: str = ""
    code: int = 0
    parameters: Mapping[str, Any] | None = None
    date: datetime | None = None


class BotApi:
    """Calls by the way that the bot will take."""

    def __init__(self, session: aiohttp.ClientSession, base_url: str, token: str, proxy: str | None) -> None:
        self._session = session
        self._url = f"{base_url.rstrip('/')}/bot{token}"
        self._proxy = proxy

    async def call(self, method: str, **fields: object) -> Answer:
        """One call. Raises aiohttp.ClientError, OSError or ValueError when no answer of Telegram's came."""
        async with self._session.post(f"{self._url}/{method}", json=fields, proxy=self._proxy) as response:
            body = orjson.loads(await response.read())
            date = response.headers.get("Date")
        if not isinstance(body, dict) or "ok" not in body:
            raise ValueError("the answer is not Telegram's")
        return Answer(
            body.get("result"),
            str(body.get("description", "")) if not body["ok"] else "",
            int(body.get("error_code", 0)),
            body.get("parameters"),
            parsedate_to_datetime(date) if date else None,
        )
