"""Reading of untrusted JSON into types."""

from collections.abc import Mapping
from typing import cast

import orjson

from ops.sandbox.objects import Json, JsonObject


def decode(raw: bytes | str) -> Json:
    """Raises ValueError (orjson's) for what is not JSON."""
    value: Json = orjson.loads(raw)
    return value


def text_of(value: JsonObject, name: str, default: str = "") -> str:
    """The field as text: numbers are written out, anything else counts as absent."""
    found = value.get(name)
    if isinstance(found, str):
        return found
    if isinstance(found, (int, float)) and not isinstance(found, bool):
        return str(found)
    return default


def integer_of(value: JsonObject, name: str) -> int | None:
    """The field as an integer, also when it came as text; None when it is absent or no integer."""
    found = value.get(name)
    if isinstance(found, bool):
        return None
    if isinstance(found, int):
        return found
    if isinstance(found, str):
        try:
            return int(found)
        except ValueError:
            return None
    return None


def flag_of(value: JsonObject, name: str) -> bool:
    """The field as a flag; forms say `true` or `1`."""
    found = value.get(name)
    if isinstance(found, str):
        return found.lower() in {"true", "1", "yes"}
    return bool(found)


def object_of(value: JsonObject, name: str) -> JsonObject:
    """The field as an object; an empty one when it is absent or something else."""
    found = value.get(name)
    return found if isinstance(found, dict) else {}


def list_of(value: JsonObject, name: str) -> list[Json]:
    """The field as a list; an empty one when it is absent or something else."""
    found = value.get(name)
    return found if isinstance(found, list) else []


def plain(value: Mapping[str, object]) -> JsonObject:
    """A copy of one of the Bot API's objects as mere JSON."""
    return cast(JsonObject, dict(value))
