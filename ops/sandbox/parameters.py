"""Parameters of a Bot API call, whatever way the client wrote them."""

from dataclasses import dataclass, field
from typing import cast

from aiohttp import BodyPartReader, web

from ops.sandbox import json_values
from ops.sandbox.errors import bad_request
from ops.sandbox.objects import Json, JsonObject


@dataclass(frozen=True, slots=True)
class UploadedFile:
    """A file as it came in a multipart body."""

    name: str
    content_type: str
    data: bytes


@dataclass(slots=True)
class Parameters:
    """Values by name; structures may be JSON already or JSON written as text (forms)."""

    values: JsonObject
    uploads: dict[str, UploadedFile] = field(default_factory=dict)

    def text(self, name: str, default: str = "") -> str:
        return json_values.text_of(self.values, name, default)

    def integer(self, name: str) -> int | None:
        return json_values.integer_of(self.values, name)

    def flag(self, name: str) -> bool:
        return json_values.flag_of(self.values, name)

    def structure(self, name: str) -> Json:
        """The decoded value, None when it is absent or empty; raises BotApiError when it is not JSON."""
        value = self.values.get(name)
        if not isinstance(value, str):
            return value
        if not value:
            return None
        try:
            return json_values.decode(value)
        except ValueError:
            raise bad_request(f"can't parse {name} JSON object") from None

    def object(self, name: str) -> JsonObject:
        """The structure if it is an object, else an empty one."""
        value = self.structure(name)
        return value if isinstance(value, dict) else {}

    def list(self, name: str) -> list[Json]:
        """The structure if it is a list, else an empty one."""
        value = self.structure(name)
        return value if isinstance(value, list) else []


async def read_parameters(request: web.Request) -> Parameters:
    """Reads query and body; the body wins. Raises BotApiError for a body that cannot be read."""
    values: JsonObject = cast(JsonObject, dict(request.query)) if request.query_string else {}
    if request.method != "POST" or not request.can_read_body:
        return Parameters(values)
    kind = request.content_type
    if kind == "application/json":
        try:
            body = json_values.decode(await request.read())
        except ValueError:
            raise bad_request("can't parse the request's JSON object") from None
        if isinstance(body, dict):
            values.update(body)
        return Parameters(values)
    if kind == "multipart/form-data":
        return await _read_multipart(request, values)
    form = await request.post()
    values.update({name: value for name, value in form.items() if isinstance(value, str)})
    return Parameters(values)


async def _read_multipart(request: web.Request, values: JsonObject) -> Parameters:
    uploads: dict[str, UploadedFile] = {}
    try:
        async for part in await request.multipart():
            if not isinstance(part, BodyPartReader) or part.name is None:
                continue
            data = bytes(await part.read(decode=True))
            if part.filename is None:
                values[part.name] = data.decode("utf-8", "replace")
            else:
                content_type = part.headers.get("Content-Type", "application/octet-stream")
                uploads[part.name] = UploadedFile(part.filename, content_type, data)
    except ValueError:
        raise bad_request("can't parse the request's multipart body") from None
    return Parameters(values, uploads)
