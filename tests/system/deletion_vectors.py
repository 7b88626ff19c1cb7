"""Which rows of a file a Delta Lake table has marked as replaced, read without Spark.

Formats: Delta's protocol (PROTOCOL.md, "Deletion Vectors"), and RoaringFormatSpec for the bitmaps in them.
"""

import base64
import struct
import uuid
from collections.abc import Iterator, Mapping

from analytics.lake.hdfs import Hdfs
from pipeline.contracts.lake import Table

# Both write 85 digits, but not the same; see ZeroMQ's RFC 32 and RFC 1924.
Z85 = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&<>()[]{}@%$#"
RFC1924 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz!#$%&()*+-;<=>?@^_`{|}~"
DIGITS = str.maketrans(Z85, RFC1924)
UUID_DIGITS = 20
ARRAY_AT_MOST = 4_096
WITH_RUNS, MAGIC = 12_347, 1_681_511_377


def replaced_rows(hdfs: Hdfs, table: Table, vector: Mapping[str, object]) -> set[int]:
    """The numbers of the rows, from 0, that are not there any more; `vector` is what the log says of the file."""
    named = str(vector["pathOrInlineDv"])
    if vector["storageType"] == "i":
        return set(_bitmaps(_decoded(named)))
    name = f"deletion_vector_{uuid.UUID(bytes=_decoded(named[-UUID_DIGITS:]))}.bin"
    directory = "/".join(part for part in (table.path, named[:-UUID_DIGITS]) if part)
    content, start = hdfs.read(f"{directory}/{name}"), int(str(vector.get("offset", 0)))
    (size,) = struct.unpack_from(">i", content, start)
    return set(_bitmaps(content[start + 4 : start + 4 + size]))


def _decoded(text: str) -> bytes:
    return base64.b85decode(text.translate(DIGITS))


def _bitmaps(data: bytes) -> Iterator[int]:
    magic, count = struct.unpack_from("<iq", data)
    assert magic == MAGIC
    at = 12
    for _ in range(count):
        (high,) = struct.unpack_from("<i", data, at)
        found, at = _roaring(data, at + 4)
        yield from ((high << 32) + low for low in found)


def _roaring(data: bytes, at: int) -> tuple[list[int], int]:
    """The numbers of a bitmap, and where it ends."""
    (cookie,) = struct.unpack_from("<I", data, at)
    at += 4
    runs = 0
    if cookie & 0xFFFF == WITH_RUNS:
        size = (cookie >> 16) + 1
        runs, at = int.from_bytes(data[at : at + (size + 7) // 8], "little"), at + (size + 7) // 8
    else:
        (size,) = struct.unpack_from("<I", data, at)
        at += 4
    heads = struct.unpack_from(f"<{2 * size}H", data, at)
    at += 4 * size + (4 * size if cookie & 0xFFFF != WITH_RUNS or size >= 4 else 0)
    found: list[int] = []
    for place in range(size):
        low, at = _container(data, at, heads[2 * place + 1] + 1, has_runs=bool(runs >> place & 1))
        found += ((heads[2 * place] << 16) + number for number in low)
    return found, at


def _container(data: bytes, at: int, count: int, *, has_runs: bool) -> tuple[list[int], int]:
    if has_runs:
        (number,) = struct.unpack_from("<H", data, at)
        pairs = struct.unpack_from(f"<{2 * number}H", data, at + 2)
        starts, lengths = pairs[::2], pairs[1::2]
        within = [one for start, more in zip(starts, lengths, strict=True) for one in range(start, start + more + 1)]
        return within, at + 2 + 4 * number
    if count <= ARRAY_AT_MOST:
        return list(struct.unpack_from(f"<{count}H", data, at)), at + 2 * count
    bits = int.from_bytes(data[at : at + 8_192], "little")
    return [number for number in range(1 << 16) if bits >> number & 1], at + 8_192
