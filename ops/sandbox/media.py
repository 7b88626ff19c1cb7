"""Files of a call: uploaded, named by id, or by address."""

from dataclasses import dataclass

from ops.sandbox.errors import bad_request
from ops.sandbox.fetching import fetch
from ops.sandbox.files import StoredFile
from ops.sandbox.objects import PhotoSize, SentDocument
from ops.sandbox.parameters import Parameters, UploadedFile
from ops.sandbox.pictures import picture_of
from ops.sandbox.world import World

MAX_PHOTO_BYTES = 10 << 20
MAX_DOCUMENT_BYTES = 50 << 20
MAX_PHOTO_SIDES = 10_000
MAX_RATIO = 20


@dataclass(frozen=True, slots=True)
class Media:
    """Either a photo or a document, with the address under which people's clients load it."""

    url: str
    photo: list[PhotoSize] | None = None
    document: SentDocument | None = None


async def read_media(world: World, parameters: Parameters, kind: str, name: str) -> Media:
    """The file given in the parameter `kind` (`photo` or `document`); raises BotApiError in Telegram's words."""
    given = parameters.text(name)
    return await media_of(world, parameters, kind, f"attach://{name}" if name in parameters.uploads else given)


async def media_of(world: World, parameters: Parameters, kind: str, given: str) -> Media:
    """Like read_media(), for what an InputMedia object says in `media`."""
    if not given:
        raise bad_request(f"there is no {kind} in the request")
    if given.startswith("attach://"):
        upload = parameters.uploads.get(given.removeprefix("attach://"))
        if upload is None:
            raise bad_request(f"there is no {kind} in the request")
        if not upload.data:
            raise bad_request("file must be non-empty")
        return _made(world, kind, upload.name, upload.content_type, upload.data)
    if given.startswith(("http://", "https://")):
        body = await fetch(given)
        name = given.partition("?")[0].rpartition("/")[2] or kind
        if kind == "photo" and picture_of(body) is None:
            raise bad_request("wrong type of the web page content")
        return _made(world, kind, name, "application/octet-stream", body)
    return known_media(world, kind, given)


def known_media(world: World, kind: str, file_id: str) -> Media:
    """A file that Telegram has already, by its id; raises BotApiError in Telegram's words."""
    stored = world.files.by_id(file_id)
    if stored is None:
        raise bad_request("wrong file identifier/HTTP URL specified")
    if stored.path.startswith("photos/") != (kind == "photo"):
        raise bad_request(f"can't use file of type {'Document' if kind == 'photo' else 'Photo'} as {kind.title()}")
    return _described(stored)


def stored_document(world: World, upload: UploadedFile) -> Media:
    """A file that a person sends."""
    return _described(world.files.put("documents", upload.name, upload.content_type, upload.data))


def _made(world: World, kind: str, name: str, content_type: str, data: bytes) -> Media:
    if kind != "photo":
        if len(data) > MAX_DOCUMENT_BYTES:
            raise bad_request("file is too big")
        return _described(world.files.put("documents", name, content_type, data))
    if len(data) > MAX_PHOTO_BYTES:
        raise bad_request("file is too big")
    picture = picture_of(data)
    if picture is None:
        raise bad_request("IMAGE_PROCESS_FAILED")
    short, long = sorted((picture.width, picture.height))
    if short == 0 or short + long > MAX_PHOTO_SIDES or long > MAX_RATIO * short:
        raise bad_request("PHOTO_INVALID_DIMENSIONS")
    return _described(world.files.put("photos", f"photo.{picture.extension}", picture.mime_type, data))


def _described(stored: StoredFile) -> Media:
    url = f"/media/{stored.path}"
    common = {"file_id": stored.file_id, "file_unique_id": stored.unique_id}
    picture = picture_of(stored.data) if stored.path.startswith("photos/") else None
    if picture is not None:
        size = PhotoSize(
            file_id=stored.file_id,
            file_unique_id=stored.unique_id,
            width=picture.width,
            height=picture.height,
            file_size=len(stored.data),
        )
        return Media(url, photo=[size])
    document = SentDocument(
        file_id=common["file_id"],
        file_unique_id=common["file_unique_id"],
        file_name=stored.name,
        mime_type=stored.mime_type,
        file_size=len(stored.data),
    )
    return Media(url, document=document)
