"""`.env` as Docker Compose reads it, so that a deployment's containers and our own tools never read two things. Pure.

python-dotenv reads another language: it leaves `$NAME` and `${NAME:+…}` as they are, turns `$$` into nothing, knows
no `NAME: value`, and leaves a byte order mark in the first name. `tests/ops/test_env_lines.py` holds what stands here
against the real Compose.
"""

import codecs
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

# What a value may be made of to stand as it is; any other is quoted.
PLAIN = re.compile(r"[\w.,:;/@%+=~()\[\]<>*?!&|-]*")
UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
# Blanks between a name and its value; a line's end is none of them.
BLANKS = "\t\v\f\r \x85\xa0"
EXPORT = re.compile(rf"export[{BLANKS}]+")
NAME = re.compile(rf"([\w.\-\[\]{BLANKS}]*)([=:\n]|$)")
ESCAPE = re.compile(r"\\([abcfnrtv$\"\\]|0[0-9]{0,3})")
OCTAL = re.compile(r"0[0-3][0-7]{2}")
ESCAPED = {"a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v", "\\": "\\", '"': '"'}
VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
OPERATOR = re.compile(r":?[-+?]")


class EnvFault(ValueError):
    """What is wrong with the text, and in which line; values stay out of it, for they may be secrets."""


def decoded(content: bytes) -> str:
    """The file's text. Raises EnvFault where it is not UTF-8."""
    if content.startswith(UTF_16) or b"\0" in content[:64]:
        raise EnvFault("is written in UTF-16, as PowerShell's > does; save it as UTF-8")
    try:
        return content.removeprefix(codecs.BOM_UTF8).decode("utf-8")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise EnvFault(f"has letters in line {line} that are not UTF-8; save it as UTF-8") from None


def parse(text: str) -> dict[str, str]:
    """Every name and its value; of a name that stands twice, the last. Raises EnvFault."""
    return _Reading(text).all()


def as_line(name: str, value: str) -> str:
    """A line that `parse` reads as this name and this value."""
    if PLAIN.fullmatch(value):
        return f"{name}={value}\n"
    for plain, escaped in (("\\", "\\\\"), ('"', '\\"'), ("$", "\\$"), ("\n", "\\n"), ("\r", "\\r")):
        value = value.replace(plain, escaped)
    return f'{name}="{value}"\n'


@dataclass
class _Reading:
    """One walk through the text; `at` is where it has come to."""

    text: str
    at: int = 0
    values: dict[str, str] = field(default_factory=dict)

    def all(self) -> dict[str, str]:
        while self._to_next():
            name, has_value = self._name()
            # A name alone takes its value from Compose's own environment, which nobody else can know.
            if has_value:
                self.values[name] = self._value()
        return self.values

    def _to_next(self) -> bool:
        while self.at < len(self.text):
            if self.text[self.at].isspace():
                self.at += 1
            elif self.text[self.at] == "#":
                self._to_line_end()
            else:
                return True
        return False

    def _to_line_end(self) -> str:
        end = self.text.find("\n", self.at)
        begin, self.at = self.at, len(self.text) if end < 0 else end
        return self.text[begin : self.at]

    def _name(self) -> tuple[str, bool]:
        if exported := EXPORT.match(self.text, self.at):
            self.at = exported.end()
        found = NAME.match(self.text, self.at)
        if found is None:
            raise self._fault("begins with no name of a variable")
        name = found[1].strip()
        if " " in name:
            raise self._fault("has a blank in the name of its variable")
        self.at = found.end()
        if found[2] not in {"=", ":"}:
            return name, False
        while self.at < len(self.text) and self.text[self.at] in BLANKS:
            self.at += 1
        return name, True

    def _value(self) -> str:
        quote = self.text[self.at : self.at + 1]
        if quote and quote in "'\"":
            value = self._quoted(quote)
            return value if quote == "'" else self._filled_in(_unescaped(value))
        # A sharp begins a comment after a blank alone: colours and passwords may have one.
        return self._filled_in(self._to_line_end().partition(" #")[0].rstrip())

    def _quoted(self, quote: str) -> str:
        letters: list[str] = []
        begin, at = self.at, self.at + 1
        while at < len(self.text):
            two = self.text[at : at + 2]
            if two[0] == quote:
                self.at = at + 1
                return "".join(letters)
            escape = two[0] == "\\" and len(two) > 1
            letters.append(quote if two == f"\\{quote}" else two if escape else two[0])
            at += 2 if escape else 1
        self.at = begin
        raise self._fault("has a quote that is never closed")

    def _filled_in(self, value: str) -> str:
        try:
            return filled_in(value, self.values)
        except EnvFault as error:
            raise self._fault(str(error)) from None

    def _fault(self, said: str) -> EnvFault:
        line = self.text.count("\n", 0, self.at) + 1
        return EnvFault(f"line {line} {said}")


def filled_in(value: str, known: Mapping[str, str]) -> str:
    """The value with its `$NAME` and `${NAME:-…}` replaced; `$$` is a dollar. Raises EnvFault."""
    parts, at = [], 0
    while (dollar := value.find("$", at)) >= 0:
        parts.append(value[at:dollar])
        at = dollar + 1
        if value.startswith("$", at):
            parts.append("$")
            at += 1
        elif value.startswith("{", at):
            end = _closing(value, at)
            parts.append(_braced(value[at + 1 : end], known))
            at = end + 1
        elif named := VARIABLE.match(value, at):
            parts.append(_needed(named[0], known))
            at = named.end()
        else:
            parts.append("$")
    return "".join(parts) + value[at:]


def _braced(inside: str, known: Mapping[str, str]) -> str:
    named = VARIABLE.match(inside)
    operator = OPERATOR.match(inside, named.end()) if named else None
    if named is None or (operator is None and named.end() < len(inside)):
        raise EnvFault("has ${ without the name of a variable; a dollar itself is written $$")
    name, value = named[0], known.get(named[0])
    if operator is None:
        return _needed(name, known)
    rest = inside[operator.end() :]
    there = bool(value) if operator[0].startswith(":") else value is not None
    decided: dict[str, Callable[[], str]] = {
        "-": lambda: value or "" if there else filled_in(rest, known),
        "+": lambda: filled_in(rest, known) if there else value or "",
        "?": lambda: value or "" if there else _needed(name, {}),
    }
    return decided[operator[0][-1]]()


def _closing(value: str, opening: int) -> int:
    depth = 0
    for at in range(opening, len(value)):
        depth += {"{": 1, "}": -1}.get(value[at], 0)
        if depth == 0:
            return at
    raise EnvFault("has ${ without a closing brace; a dollar itself is written $$")


def _needed(name: str, known: Mapping[str, str]) -> str:
    """A variable that has to be known: Compose would look into its own environment, which its containers do not see."""
    if name not in known:
        raise EnvFault(f"means ${name}, which no line above sets; write its value there, or $$ for a dollar itself")
    return known[name]


def _unescaped(value: str) -> str:
    def said(found: re.Match[str]) -> str:
        letter = found[1]
        if letter == "$":
            return "$$"
        if letter.startswith("0"):
            # Three digits of eight are a letter; fewer lose their zero.
            return chr(int(letter[1:], 8)) if OCTAL.fullmatch(letter) else f"\\{letter[1:]}"
        return ESCAPED.get(letter, found[0])

    return ESCAPE.sub(said, value)
