"""Photos, documents, albums and getFile."""

import json
import struct
import zlib
from typing import Any, cast

import aiohttp
import pytest

from ops.sandbox.files import Files
from ops.sandbox.objects import Json
from ops.sandbox.pictures import picture_of
from tests.ops.sandbox.people import Answer, Caller


def png(width: int, height: int) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    rows = zlib.compress(b"\0" * (width + 1) * height)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


async def upload(caller: Caller, method: str, files: dict[str, tuple[str, bytes]], **fields: str) -> Answer:
    form = aiohttp.FormData(fields)
    for name, (filename, data) in files.items():
        form.add_field(name, data, filename=filename)
    async with caller.session.post(f"/bot{caller.token}/{method}", data=form) as response:
        return Answer(response.status, await response.json())


async def test_a_photo_from_upload_to_screen(caller: Caller) -> None:
    data = png(40, 20)
    sent = await upload(
        caller, "sendPhoto", {"photo": ("a.png", data)}, chat_id="1001", caption="<b>Watch</b>", parse_mode="HTML"
    )
    sizes = sent.result["photo"]
    assert isinstance(sizes, list) and isinstance(sizes[0], dict)
    assert (sizes[0]["width"], sizes[0]["height"], sizes[0]["file_size"]) == (40, 20, len(data))
    seen = (await caller.messages(1001))[-1]
    assert (seen["caption"], seen["caption_entities"]) == ("Watch", [{"type": "bold", "offset": 0, "length": 5}])
    async with caller.session.get(seen["photo_url"]) as response:
        assert (await response.read(), response.content_type) == (data, "image/png")
    described = (await caller.bot("getFile", file_id=sizes[0]["file_id"])).result
    async with caller.session.get(f"/file/bot{caller.token}/{described['file_path']}") as response:
        assert await response.read() == data
    again = await caller.bot("sendPhoto", chat_id=1001, photo=sizes[0]["file_id"])
    assert again.result["photo"] == sizes


async def test_a_document_is_only_for_saving(caller: Caller) -> None:
    page = b"<script>alert(1)</script>"
    sent = await upload(caller, "sendDocument", {"document": ("evil.html", page)}, chat_id="1001")
    document = sent.result["document"]
    assert isinstance(document, dict) and document["file_name"] == "evil.html"
    seen = (await caller.messages(1001))[-1]
    async with caller.session.get(seen["document_url"]) as response:
        assert response.content_type == "application/octet-stream"
        assert response.headers["Content-Disposition"] == "attachment"


async def test_an_album_and_an_exchanged_picture(caller: Caller) -> None:
    media = json.dumps(
        [{"type": "photo", "media": "attach://a", "caption": "two"}, {"type": "photo", "media": "attach://b"}]
    )
    files = {"a": ("a.png", png(4, 4)), "b": ("b.png", png(5, 5))}
    sent = await upload(caller, "sendMediaGroup", files, chat_id="1001", media=media)
    album = sent.body["result"]
    assert isinstance(album, list) and len(album) == 2
    seen = await caller.messages(1001, after=1)
    assert seen[0]["media_group_id"] == seen[1]["media_group_id"]
    other = json.dumps({"type": "photo", "media": "attach://c", "caption": "new"})
    await upload(caller, "editMessageMedia", {"c": ("c.png", png(6, 6))}, chat_id="1001", message_id="2", media=other)
    edited = (await caller.messages(1001, after=1))[0]
    assert (edited["caption"], edited["photo"][0]["width"]) == ("new", 6)
    await caller.bot("editMessageCaption", chat_id=1001, message_id=2, caption="newer")
    assert (await caller.messages(1001, after=1))[0]["caption"] == "newer"


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (b"no picture", "Bad Request: IMAGE_PROCESS_FAILED"),
        (b"", "Bad Request: file must be non-empty"),
        (png(1, 50), "Bad Request: PHOTO_INVALID_DIMENSIONS"),
    ],
)
async def test_pictures_that_telegram_refuses(caller: Caller, data: bytes, error: str) -> None:
    assert (await upload(caller, "sendPhoto", {"photo": ("a.png", data)}, chat_id="1001")).description == error


@pytest.mark.parametrize(
    ("parameters", "error"),
    [
        ({}, "Bad Request: there is no photo in the request"),
        ({"photo": "attach://x"}, "Bad Request: there is no photo in the request"),
        ({"photo": "AgACAgIAAxnothing"}, "Bad Request: wrong file identifier/HTTP URL specified"),
        ({"photo": "http://127.0.0.1:1/a.png"}, "Bad Request: failed to get HTTP URL content"),
        ({"photo": "http://localhost:1/a.png"}, "Bad Request: failed to get HTTP URL content"),
        ({"photo": "http://[::1]:1/a.png"}, "Bad Request: failed to get HTTP URL content"),
        ({"photo": "x", "caption": "a" * 1025}, "Bad Request: message caption is too long"),
    ],
)
async def test_refusals(caller: Caller, parameters: dict[str, Json], error: str) -> None:
    assert (await caller.bot("sendPhoto", chat_id=1001, **parameters)).description == error


@pytest.mark.parametrize(
    ("data", "mime_type", "size"),
    [
        (png(3, 7), "image/png", (3, 7)),
        (b"GIF89a" + struct.pack("<HH", 3, 7), "image/gif", (3, 7)),
        (b"\xff\xd8\xff\xe0\0\x04ab\xff\xc0\0\x11\x08\0\x07\0\x03\x03" + b"\0" * 9, "image/jpeg", (3, 7)),
        (b"RIFF\0\0\0\0WEBPVP8X\0\0\0\0\0\0\0\0\x02\0\0\x06\0\0", "image/webp", (3, 7)),
    ],
)
def test_sizes_are_read_from_the_picture(data: bytes, mime_type: str, size: tuple[int, int]) -> None:
    picture = picture_of(data)
    assert picture is not None
    assert (picture.mime_type, (picture.width, picture.height)) == (mime_type, size)


def test_the_oldest_files_go_first() -> None:
    files = Files(max_total_bytes=10)
    first, second = (files.put("documents", name, "text/plain", b"123456") for name in ("a.txt", "b.txt"))
    assert files.by_id(first.file_id) is None
    assert files.by_id(second.file_id) is second


async def told(caller: Caller) -> Any:
    """The newest update that the bot has."""
    *_, update = cast(Any, (await caller.bot("getUpdates", timeout=1)).body)["result"]
    return update


async def test_a_person_sends_a_document_and_the_bot_loads_it(caller: Caller) -> None:
    form = aiohttp.FormData({"chat_id": "1001", "caption": "<b>as it is</b>"}, quote_fields=False)
    form.add_field("document", b"<yml_catalog/>", filename="прайс.xml")
    async with caller.session.post("/user/1001/document", data=form) as response:
        assert response.status == 200
    update = await told(caller)
    document = update["message"]["document"]
    assert (document["file_name"], document["file_size"]) == ("прайс.xml", 14)
    assert update["message"]["caption"] == "<b>as it is</b>"
    described = (await caller.bot("getFile", file_id=document["file_id"])).result
    async with caller.session.get(f"/file/bot{caller.token}/{described['file_path']}") as response:
        assert await response.read() == b"<yml_catalog/>"
    seen = (await caller.messages(1001))[-1]
    assert seen["document_url"].startswith("/media/documents/")


async def test_a_bot_cannot_load_what_telegram_would_not_give_it(caller: Caller) -> None:
    form = aiohttp.FormData({"chat_id": "1001"})
    form.add_field("document", bytes((20 << 20) + 1), filename="big.xml")
    async with caller.session.post("/user/1001/document", data=form) as response:
        assert response.status == 200
    update = await told(caller)
    answer = await caller.bot("getFile", file_id=update["message"]["document"]["file_id"])
    assert (answer.status, answer.description) == (400, "Bad Request: file is too big")


async def test_a_form_without_a_file_is_refused_in_one_sentence(caller: Caller) -> None:
    async with caller.session.post("/user/1001/document", data={"chat_id": "1001"}) as response:
        assert (response.status, await response.json()) == (
            400, {"error": "There is no file in the form, or an empty one."}
        )  # fmt: skip
