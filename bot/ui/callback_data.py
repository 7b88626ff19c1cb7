"""What a button carries, in Telegram's 64 bytes: a letter or two for the kind, then its fields, parted by colons.

A kind of button is a class that registers and checks itself, beside its handler:

    class KeepFavourite(CallbackData, tag="fk", least=Role.CUSTOMER):
        product: str

A button may be years old or forged: `decode` answers None for everything that `encode` did not write.
"""

import re
from dataclasses import astuple, dataclass, fields
from typing import ClassVar, Literal, TypeAlias, dataclass_transform, get_type_hints

from bot.ui.roles import Role

LIMIT = 64
DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
TAG = re.compile(r"[a-z]{1,2}")
# What a field may hold: no colon, nothing that takes more than a byte.
FIELD = re.compile(r"[A-Za-z0-9_.=/-]{0,40}")
NUMBER = re.compile(r"[0-9a-z]{1,7}")
LARGEST = 36**7 - 1

Shape: TypeAlias = Literal["text", "number"]


@dataclass_transform(frozen_default=True)
@dataclass(frozen=True)
class CallbackData:
    """A kind of button: a frozen dataclass of texts and numbers, its tag, and the least role that may press it."""

    TAG: ClassVar[str]
    LEAST: ClassVar[Role]
    SHAPE: ClassVar[tuple[Shape, ...]]

    def __init_subclass__(cls, *, tag: str, least: Role) -> None:
        """Register the kind. Raises TypeError for a tag that is taken or no tag, and for a field of another type."""
        dataclass(frozen=True)(cls)
        if not TAG.fullmatch(tag):
            raise TypeError(f"{cls.__name__}: the tag {tag!r} is not one or two small letters")
        if tag in _KINDS:
            raise TypeError(f"{cls.__name__}: the tag {tag!r} is taken by {_KINDS[tag].__name__}")
        cls.TAG, cls.LEAST, cls.SHAPE = tag, least, _shape(cls)
        _KINDS[tag] = cls


_KINDS: dict[str, type[CallbackData]] = {}
_SHAPES: dict[object, Shape] = {int: "number", str: "text"}


def kinds() -> tuple[type[CallbackData], ...]:
    """Every kind of button whose module was imported, in that order."""
    return tuple(_KINDS.values())


def encode(press: CallbackData) -> str:
    """The button's data. Raises ValueError when a field does not fit; long ids go through `callback_ids`."""
    parts = [press.TAG]
    for value in astuple(press):
        if isinstance(value, int):
            if not 0 <= value <= LARGEST:
                raise ValueError(f"{value} does not fit into a button")
            parts.append(_base36(value))
        else:
            if not FIELD.fullmatch(value):
                raise ValueError(f"{value!r} does not fit into a button")
            parts.append(value)
    data = ":".join(parts)
    if len(data) > LIMIT:
        raise ValueError(f"{press} takes {len(data)} bytes, a button holds {LIMIT}")
    return data


def decode(data: str) -> CallbackData | None:
    """The button, or None when this is not one of ours."""
    if len(data) > LIMIT:
        return None
    tag, *parts = data.split(":")
    kind = _KINDS.get(tag)
    if kind is None or len(parts) != len(kind.SHAPE):
        return None
    values: list[int | str] = []
    for shape, part in zip(kind.SHAPE, parts, strict=True):
        if not (NUMBER if shape == "number" else FIELD).fullmatch(part):
            return None
        values.append(int(part, 36) if shape == "number" else part)
    press = kind(*values)
    # One button, one text: 007 and 7 must not both be accepted.
    return press if encode(press) == data else None


def _shape(kind: type[CallbackData]) -> tuple[Shape, ...]:
    types = get_type_hints(kind)
    names = [field.name for field in fields(kind)]
    strange = [name for name in names if types[name] not in _SHAPES]
    if strange:
        raise TypeError(f"{kind.__name__}: {', '.join(strange)} is neither a text nor a number")
    return tuple(_SHAPES[types[name]] for name in names)


def _base36(value: int) -> str:
    digits = DIGITS[value % 36]
    while value := value // 36:
        digits = DIGITS[value % 36] + digits
    return digits
