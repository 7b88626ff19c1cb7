"""Alertmanager's API, as much of it as cards need: https://prometheus.io/docs/alerting/latest/ (api/v2)."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from types import TracebackType
from typing import Self, TypeVar

import aiohttp
import orjson
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError
from pydantic.alias_generators import to_camel

from pipeline.contracts.messages import Moment, now

# Less than the five seconds in which a person hears that it does not answer.
TIMEOUT_S = 4.0
# What Alertmanager holds when it has just been started is what Prometheus has told it again so far.
SURE_AFTER = timedelta(seconds=75)


class AlertmanagerDownError(Exception):
    """Alertmanager cannot be reached, or refused; the text says why."""


class _Read(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore", alias_generator=to_camel, populate_by_name=True)


class AlertState(_Read):
    """What suppresses an alert."""

    state: str
    silenced_by: tuple[str, ...] = ()
    inhibited_by: tuple[str, ...] = ()


class KnownAlert(_Read):
    """An alert that fires, as Alertmanager sees it."""

    fingerprint: str
    labels: dict[str, str] = Field(default_factory=dict)
    status: AlertState


class Matcher(_Read):
    """One condition of a silence."""

    name: str
    value: str
    is_regex: bool = False
    is_equal: bool = True

    def matches(self, labels: Mapping[str, str]) -> bool:
        value = labels.get(self.name, "")
        if self.is_regex:
            try:
                found = re.fullmatch(self.value, value) is not None
            except re.error:
                found = False
        else:
            found = value == self.value
        return found is self.is_equal

    def __str__(self) -> str:
        sign = {(False, True): "=", (False, False): "!=", (True, True): "=~", (True, False): "!~"}
        return f"{self.name}{sign[self.is_regex, self.is_equal]}{self.value}"


class SilenceState(_Read):
    state: str


class KnownSilence(_Read):
    """A silence, running, pending or expired."""

    id: str
    matchers: tuple[Matcher, ...]
    starts_at: Moment
    ends_at: Moment
    created_by: str = ""
    comment: str = ""
    status: SilenceState

    @property
    def active(self) -> bool:
        return self.status.state == "active"

    def covers(self, labels: Mapping[str, str]) -> bool:
        return all(matcher.matches(labels) for matcher in self.matchers)


class _Server(_Read):
    uptime: Moment


ALERTS = TypeAdapter(tuple[KnownAlert, ...])
SILENCES = TypeAdapter(tuple[KnownSilence, ...])
SERVER = TypeAdapter(_Server)
T = TypeVar("T")


class Alertmanager:
    """Every method raises AlertmanagerDownError when there is no good answer within four seconds."""

    def __init__(self, url: str) -> None:
        self._url = url.rstrip("/")
        self._session: aiohttp.ClientSession | None = None

    @property
    def configured(self) -> bool:
        return bool(self._url)

    async def __aenter__(self) -> Self:
        self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=TIMEOUT_S))
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._session is not None:
            await self._session.close()

    async def alerts(self) -> tuple[KnownAlert, ...]:
        """Everything that fires, silenced and inhibited alerts too."""
        return _read(
            ALERTS, await self._call("GET", "/alerts?active=true&silenced=true&inhibited=true&unprocessed=true")
        )

    async def silences(self) -> tuple[KnownSilence, ...]:
        """All silences that Alertmanager still knows."""
        return _read(SILENCES, await self._call("GET", "/silences"))

    async def knows_all(self) -> bool:
        """Whether it has run long enough to have been told again of everything that fires."""
        server = _read(SERVER, await self._call("GET", "/status"))
        return now() - server.uptime > SURE_AFTER

    async def silence(
        self, matchers: Sequence[Matcher], until: datetime, by: str, comment: str, replaced: str | None = None
    ) -> str:
        """Make a silence, or change the one with the id `replaced`; its id."""
        body: dict[str, object] = {
            "matchers": [matcher.model_dump(by_alias=True) for matcher in matchers],
            "startsAt": now().isoformat(),
            "endsAt": until.isoformat(),
            "createdBy": by,
            "comment": comment,
        }
        if replaced is not None:
            body["id"] = replaced
        answer = await self._call("POST", "/silences", body)
        name = answer.get("silenceID") if isinstance(answer, dict) else None
        if not isinstance(name, str):
            raise AlertmanagerDownError("the answer names no silence")
        return name

    async def expire(self, silence_id: str) -> None:
        """End a silence; one that has ended already, or was never there, is no fault."""
        try:
            await self._call("DELETE", f"/silence/{silence_id}")
        except AlertmanagerDownError as error:
            if "already expired" not in str(error) and "not found" not in str(error):
                raise

    async def _call(self, method: str, path: str, body: object = None) -> object:
        if self._session is None or not self._url:
            raise AlertmanagerDownError("YARMARKA_BOT__ALERTMANAGER_URL is not set")
        data = None if body is None else orjson.dumps(body)
        headers = {"Content-Type": "application/json"} if data is not None else {}
        try:
            async with self._session.request(
                method, f"{self._url}/api/v2{path}", data=data, headers=headers
            ) as response:
                status, payload = response.status, await response.read()
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise AlertmanagerDownError(f"{type(error).__name__}: {error}") from None
        if status == 404:
            raise AlertmanagerDownError("404: not found")
        if status >= 300:
            raise AlertmanagerDownError(f"{status}: {payload[:200].decode(errors='replace')}")
        try:
            return orjson.loads(payload) if payload else None
        except orjson.JSONDecodeError as error:
            raise AlertmanagerDownError(f"not JSON: {error}") from None


def _read(adapter: TypeAdapter[T], answer: object) -> T:
    try:
        return adapter.validate_python(answer)
    except ValidationError as error:
        raise AlertmanagerDownError(f"not understood: {error.errors(include_url=False)[0]['msg']}") from None
