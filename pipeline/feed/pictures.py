"""Addresses of pictures, completed by the shop's own. Pure."""

import ipaddress
import re
from collections.abc import Sequence
from urllib.parse import quote, urljoin, urlsplit, urlunsplit

from ops.drawings.pictures import DRAWING_SCHEME
from pipeline.feed.key_names import renamed
from pipeline.feed.markup import one_line, unescaped
from pipeline.feed.rows import Tell, short

SCHEME = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*:")
WEB = ("http", "https")
HOST = re.compile(r"(?:[\w-]{1,63}\.)+[^\W\d_][\w-]{1,62}(?::\d{1,5})?(?=[/?]|$)")
# Of an address, everything that is written in it as it is; a per cent sign stands for what is encoded already.
SAFE = "/%:@!$&'()*+,;=~-._?[]"
# Almost every address: nothing in it that would have to be written otherwise.
SIMPLE = re.compile(
    r"https?://(?:[a-z0-9-]+\.)+(?!local|localhost|internal|lan|home)[a-z]{2,}(?:/[A-Za-z0-9._~/-]*)?", re.ASCII
)
PRIVATE_NAMES = ("localhost", ".local", ".localhost", ".internal", ".lan", ".home")


def site(address: str) -> str:
    """A shop's address as something that completes others: with its scheme; empty when it is none."""
    text = address.strip()
    if not text:
        return ""
    whole = text if SCHEME.match(text) and "://" in text else f"https://{text.removeprefix('//')}"
    try:
        parts = urlsplit(whole)
        known = parts.scheme.lower() in WEB and bool(parts.hostname) and "." in str(parts.hostname)
    except ValueError:
        return ""
    return whole if known else ""


def pictures(images: Sequence[object], sites: Sequence[str], tell: Tell) -> list[object]:
    """The pictures with addresses that anybody can open; those that have none are left out and told.

    `sites`: the shop's address, or that of one of its pages, the first that is one counts. What is no picture with an
    address is left to the contract to refuse.
    """
    found: list[object] = []
    base = next(filter(None, map(site, sites)), "")
    for sent in images:
        image = renamed(sent) if isinstance(sent, dict) else sent
        if not isinstance(image, dict) or not isinstance(image.get("url"), str):
            found.append(image)
            continue
        written = image["url"].strip()
        if not written:
            continue
        url = completed(written, base)
        if url is None:
            tell(f"images: {short(written)} is no address that can be opened, and is left out{_hint(written, base)}")
            continue
        alt = image.get("alt", "")
        found.append(
            {**image, "url": url, "alt": one_line(alt) if isinstance(alt, str) else "" if alt is None else alt}
        )
    return found


def _hint(written: str, base: str) -> str:
    relative = not SCHEME.match(written) and not written.startswith("//")
    return "; give the shop's address with --site" if relative and not base else ""


def completed(written: str, base: str) -> str | None:
    """The whole address of a picture; None when it cannot be told, or is nobody's but the shop's own machine's."""
    if written.lower().startswith(DRAWING_SCHEME):
        return written
    if SIMPLE.fullmatch(written):
        return written
    text = unescaped(written).replace("\\", "/")
    if text.startswith("//"):
        text = f"https:{text}"
    elif not SCHEME.match(text) or HOST.match(text):
        if HOST.match(text) and ("/" in text) and text.split("/")[0].rsplit(".", 1)[-1].lower() not in FILES:
            text = f"https://{text}"
        elif base:
            text = urljoin(base if urlsplit(base).path else f"{base}/", text)
        else:
            return None
    try:
        parts = urlsplit(text)
        host = parts.hostname or ""
        if parts.scheme.lower() not in WEB or not _is_public(host) or (parts.port or 1) > 65535:
            return None
        return urlunsplit((parts.scheme.lower(), _ascii_host(parts.netloc), quote(parts.path, SAFE.replace("?", "")),
                           quote(parts.query, SAFE), ""))  # fmt: skip
    except (ValueError, UnicodeError):
        return None


FILES = frozenset({"jpg", "jpeg", "png", "gif", "webp", "bmp", "svg", "avif", "tif", "tiff"})


def _ascii_host(netloc: str) -> str:
    return netloc if netloc.isascii() else netloc.encode("idna").decode()


def _is_public(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_global
    except ValueError:
        return "." in host and " " not in host and not host.lower().endswith(PRIVATE_NAMES)
