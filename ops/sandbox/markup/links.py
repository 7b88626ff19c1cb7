"""Links in text: which are good enough for an entity, and in what form Telegram gives them back."""

import re
from urllib.parse import urlsplit

from ops.sandbox.objects import Entity

_USER_LINK = re.compile(r"^tg://user/?\?id=(\d{1,15})$", re.IGNORECASE)
_SCHEME = re.compile(r"^([a-z][a-z0-9+.-]*)://", re.IGNORECASE)
_HOST = re.compile(r"^(?=.{1,253}$)[\w-]{1,63}(\.[\w-]{1,63})+$")
_ADDRESS = re.compile(r"^(localhost|\d{1,3}(\.\d{1,3}){3}|\[[0-9a-f:]+\])$", re.IGNORECASE)


def checked_link(url: str) -> str | None:
    """The link as Telegram normalises it (scheme and slash added), or None for one it ignores."""
    url = url.strip()
    if not url or any(character.isspace() for character in url):
        return None
    scheme = _SCHEME.match(url)
    if scheme and scheme[1].lower() in {"tg", "ton", "tonsite"}:
        return url
    if scheme and scheme[1].lower() not in {"http", "https"}:
        return None
    return _web_link(url if scheme else "http://" + url)


def _web_link(url: str) -> str | None:
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
        _ = parts.port
    except ValueError:
        return None
    if not (_HOST.match(host) or _ADDRESS.match(host)):
        return None
    if not parts.path:
        head, mark, tail = url.partition("?") if "?" in url else url.partition("#")
        return f"{head}/{mark}{tail}"
    return url


def link_entity(url: str, offset: int, length: int) -> Entity | None:
    """The entity of a link text: `text_mention` for tg://user links, `text_link` for others, None for bad links."""
    user = _USER_LINK.match(url)
    if user:
        return Entity(type="text_mention", offset=offset, length=length, user={"id": int(user[1])})
    checked = checked_link(url)
    return None if checked is None else Entity(type="text_link", offset=offset, length=length, url=checked)
