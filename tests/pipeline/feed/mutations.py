"""Valid feeds and what may become of them on their way: every file follows from its number."""

import gzip
import random
import zlib
from collections.abc import Callable

from tests.pipeline.feed import variants
from tests.pipeline.feed.shops_folder import catalogue, offer, row

Mutation = Callable[[random.Random, bytes], bytes]
ENCODINGS = (
    "hex", "zlib", "rot13", "bz2", "base64", "quopri", "uu", "utf-7", "utf-16", "utf-32", "idna", "punycode",
    "undefined", "unicode_escape", "mbcs", "klingon", "cp037", "iso2022_jp", "hz", "gb18030", "shift_jis", "koi8-r",
)  # fmt: skip
TOKENS = (
    b"<offer", b"</offer>", b"<offer/>", b"<!--", b"-->", b"<![CDATA[", b"]]>", b"<?", b"?>", b"<!DOCTYPE", b"<!ENTITY",
    b"&amp;", b"&#0;", b"&#xD800;", b"&nbsp;", b"{", b"}", b"[", b"]", b'"', b"\\", b",", b":", b"null", b"NaN", b"-0",
    b"1e999999", b"\x00", b"\xff\xfe", b"\xef\xbb\xbf", b"\xed\xa0\x80", b"\\ud800", b"\r", b"\n", b"<", b">", b"'",
)  # fmt: skip
NUMBERS = (
    b"9" * 30,
    b"9" * 5_000,
    b"-1",
    b"1e400",
    b"0x10",
    b"1_000",
    b"\xd9\xa1\xd9\xa2",
    b"Infinity",
    b"1" * 400 + b".5",
)


def _rows(chance: random.Random) -> list[str]:
    return [
        row(f"f{chance.randrange(50)}", chance.choice([1, 2.5, "1 299,90"]), stock={"available": 3}, tags=["a", "b"])
        for _ in range(chance.randrange(1, 6))
    ]


def _offers(chance: random.Random) -> list[str]:
    more = '<count>7</count><param name="Цвет" unit="мм">44</param><picture>https://s.example/1.jpg</picture>'
    return [
        offer(f"f{chance.randrange(50)}", more, "<![CDATA[<p>a&nbsp;b</p>]]>") for _ in range(chance.randrange(1, 5))
    ]


def _valid(chance: random.Random) -> tuple[str, bytes]:
    kind = chance.choice(["json", "jsonl", "xml", "xml", "rss", "csv", "wrapped"])
    if kind == "xml":
        return kind, catalogue(*_offers(chance))
    if kind in ("rss", "csv", "wrapped"):
        offers = variants.samples(chance.randrange(1, 5), chance.randrange(1_000))
        if kind == "wrapped":
            return "json", b'{"data": {"items": ' + variants.as_json(offers) + b"}}"
        return kind, variants.as_google(offers) if kind == "rss" else variants.as_csv(offers)
    rows = _rows(chance)
    return kind, ("[" + ",\n".join(rows) + "]" if kind == "json" else "\n".join(rows)).encode()


def _flip(chance: random.Random, data: bytes) -> bytes:
    changed = bytearray(data)
    for _ in range(chance.randrange(1, 20)):
        changed[chance.randrange(len(changed))] = chance.randrange(256)
    return bytes(changed)


def _cut(chance: random.Random, data: bytes) -> bytes:
    return data[: chance.randrange(len(data))]


def _insert(chance: random.Random, data: bytes) -> bytes:
    for _ in range(chance.randrange(1, 6)):
        at = chance.randrange(len(data))
        data = data[:at] + chance.choice(TOKENS) * chance.choice([1, 1, 1, 3, 900]) + data[at:]
    return data


def _number(chance: random.Random, data: bytes) -> bytes:
    old = chance.choice([b"1", b"2", b"3", b"44", b"7", b"RUB"])
    return data.replace(old, chance.choice(NUMBERS), chance.choice([1, -1]))


def _declare(chance: random.Random, data: bytes) -> bytes:
    return data.replace(b"utf-8", chance.choice(ENCODINGS).encode())


def _nest(chance: random.Random, data: bytes) -> bytes:
    depth = chance.choice([10, 300, 900, 5_000])
    opening, closing = chance.choice(
        [(b"[", b"]"), (b'{"a":', b"}"), (b"<a>", b"</a>"), (b"<category>", b"</category>")]
    )
    nested = opening * depth + b"1" + closing * chance.choice([depth, depth, depth - 1])
    at = data.find(chance.choice([b'"a"', b"<count>", b"<shop>", b"1990"]))
    return data[:at] + nested + data[at + 3 :]


def _repeat(chance: random.Random, data: bytes) -> bytes:
    at = chance.randrange(len(data))
    part = data[at : at + chance.randrange(1, 40)]
    return data[:at] + part * chance.choice([2, 50, 2_000]) + data[at:]


def _recode(chance: random.Random, data: bytes) -> bytes:
    return data.decode("utf-8", "replace").encode(chance.choice(["utf-16", "utf-32-be", "cp1251", "koi8-r"]), "replace")


def _pack(chance: random.Random, data: bytes) -> bytes:
    packed = gzip.compress(data, mtime=0)
    return chance.choice([packed, packed[:-5], packed + b"rest", packed * 3, gzip.compress(packed, mtime=0),
                          _flip(chance, packed), zlib.compress(data), packed[:10], b"\x1f\x8b" + data])  # fmt: skip


MUTATIONS: tuple[Mutation, ...] = (
    _flip, _flip, _cut, _insert, _insert, _number, _declare, _nest, _repeat, _recode, _pack,
)  # fmt: skip
NAMES = ("shop", "ж" * 110, "a\nb", "x" * 200, " ", "ab cd", "%s{0}", "-rf", "…")


def mutated(number: int) -> tuple[str, bytes]:
    """A file's name and bytes: a valid feed, changed once to three times."""
    chance = random.Random(number)  # noqa: S311 - sample data
    ending, data = _valid(chance)
    for _ in range(chance.randrange(1, 4)):
        data = chance.choice(MUTATIONS)(chance, data) or b" "
    # Names with many kinds of letters, so that several files are read at once.
    return f"{chance.choice(NAMES)}{chr(97 + number % 26)}{number}.{ending}", data
