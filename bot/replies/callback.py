"""What a button carries, in Telegram's 64 bytes: one letter for the kind, then its fields, parted by colons.

Every kind names the least role that may press it; `bot.access` refuses all others. A button may be years old
or forged: `decode` answers None for everything that `encode` did not write.
"""

import re
from dataclasses import astuple, dataclass, fields
from typing import ClassVar, Literal, TypeAlias, get_type_hints

from bot.roles import Role

LIMIT = 64
DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
# What a field may hold: no colon, nothing that takes more than a byte.
FIELD = re.compile(r"^[A-Za-z0-9_.=-]{0,40}$")
NUMBER = re.compile(r"^[0-9a-z]{1,7}$")
LARGEST = 36**7 - 1


@dataclass(frozen=True, slots=True)
class ShowList:
    """A page of a result list, in place of what the message shows. `way` p: turn pages, n: as a new message."""

    TAG: ClassVar[str] = "l"
    LEAST: ClassVar[Role] = Role.CUSTOMER
    token: str
    page: int = 0
    way: str = "p"


@dataclass(frozen=True, slots=True)
class PageNumber:
    """The 2/7 between the arrows: it only says so."""

    TAG: ClassVar[str] = "n"
    LEAST: ClassVar[Role] = Role.CUSTOMER
    page: int
    pages: int


@dataclass(frozen=True, slots=True)
class OpenProduct:
    """A product's card. `token` and `page` name the list that it came from, for the way back."""

    TAG: ClassVar[str] = "o"
    LEAST: ClassVar[Role] = Role.CUSTOMER
    product: str
    token: str = ""
    page: int = 0
    position: int = 0


@dataclass(frozen=True, slots=True)
class BackToList:
    """From a product's card to the list that it came from."""

    TAG: ClassVar[str] = "b"
    LEAST: ClassVar[Role] = Role.CUSTOMER
    product: str
    token: str
    page: int = 0


@dataclass(frozen=True, slots=True)
class ShowSimilar:
    """Products like this one."""

    TAG: ClassVar[str] = "s"
    LEAST: ClassVar[Role] = Role.CUSTOMER
    product: str


@dataclass(frozen=True, slots=True)
class OpenPanel:
    """The choices that narrow or sort a list, in place of its pages: filters, category, brand, price, sort."""

    TAG: ClassVar[str] = "m"
    LEAST: ClassVar[Role] = Role.CUSTOMER
    token: str
    panel: str
    page: int = 0


@dataclass(frozen=True, slots=True)
class Narrow:
    """One choice of a panel. `value` is a mark of the value (`marks.mark`), or empty: no longer narrowed by it."""

    TAG: ClassVar[str] = "f"
    LEAST: ClassVar[Role] = Role.CUSTOMER
    token: str
    by: str
    value: str = ""


@dataclass(frozen=True, slots=True)
class ChooseLanguage:
    """Speak this language with me."""

    TAG: ClassVar[str] = "g"
    LEAST: ClassVar[Role] = Role.CUSTOMER
    language: str


@dataclass(frozen=True, slots=True)
class ForgetMe:
    """Delete what is kept about me. `step` ask: show the question, yes: do it, no: leave it."""

    TAG: ClassVar[str] = "d"
    LEAST: ClassVar[Role] = Role.CUSTOMER
    step: str


@dataclass(frozen=True, slots=True)
class ShowHelp:
    """The help, as a new message."""

    TAG: ClassVar[str] = "h"
    LEAST: ClassVar[Role] = Role.CUSTOMER


Callback: TypeAlias = (
    ShowList
    | PageNumber
    | OpenProduct
    | BackToList
    | ShowSimilar
    | OpenPanel
    | Narrow
    | ChooseLanguage
    | ForgetMe
    | ShowHelp
)
# Every kind of button there is.
KINDS: tuple[type[Callback], ...] = (
    ShowList,
    PageNumber,
    OpenProduct,
    BackToList,
    ShowSimilar,
    OpenPanel,
    Narrow,
    ChooseLanguage,
    ForgetMe,
    ShowHelp,
)
BY_TAG: dict[str, type[Callback]] = {kind.TAG: kind for kind in KINDS}
SHAPES: dict[type[Callback], tuple[Literal["text", "number"], ...]] = {
    kind: tuple("number" if get_type_hints(kind)[field.name] is int else "text" for field in fields(kind))
    for kind in KINDS
}


def encode(callback: Callback) -> str:
    """The button's data. Raises ValueError when a field does not fit; ids that may not fit go through `marks`."""
    parts = [callback.TAG]
    for value in astuple(callback):
        if isinstance(value, int):
            if not 0 <= value <= LARGEST:
                raise ValueError(f"{value} does not fit into a button")
            parts.append(_base36(value))
        else:
            if not FIELD.match(value):
                raise ValueError(f"{value!r} does not fit into a button")
            parts.append(value)
    data = ":".join(parts)
    if len(data) > LIMIT:
        raise ValueError(f"{callback} takes {len(data)} bytes, a button holds {LIMIT}")
    return data


def decode(data: str) -> Callback | None:
    """The button, or None when this is not one of ours."""
    if len(data) > LIMIT:
        return None
    tag, *parts = data.split(":")
    kind = BY_TAG.get(tag)
    if kind is None or len(parts) != len(SHAPES[kind]):
        return None
    values: list[int | str] = []
    for shape, part in zip(SHAPES[kind], parts, strict=True):
        if not (NUMBER if shape == "number" else FIELD).match(part):
            return None
        values.append(int(part, 36) if shape == "number" else part)
    callback = kind(*values)  # type: ignore[arg-type]  # the shapes were just compared
    # One button, one text: 007 and 7 must not both be accepted.
    return callback if encode(callback) == data else None


def _base36(value: int) -> str:
    digits = DIGITS[value % 36]
    while value := value // 36:
        digits = DIGITS[value % 36] + digits
    return digits
