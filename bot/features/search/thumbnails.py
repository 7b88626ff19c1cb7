"""Pictures of inline results. Telegram refuses a whole answer for one address, and does not say which."""

from collections import OrderedDict
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from urllib.parse import urlsplit

from telegram.error import BadRequest

from bot.features.search.inline_replies import InlineResult
from ops.logs import get_logger

log = get_logger(__name__)
FAULTS = ("webdocument", "thumb_url", "photo_content_url", "wrong http url", "wrong type of the web page content")
# Further tries than this would come too late for a person who types on.
TRIES = 5
REFUSED = 4096
LONGEST = 2048
IMPOSSIBLE = 4
NOT_IN_ADDRESSES = frozenset('"<>\\^`{|}')

GiveInline = Callable[[Sequence[InlineResult]], Awaitable[None]]


class Thumbnails:
    """Leaves out pictures that Telegram refuses, and remembers them."""

    def __init__(self) -> None:
        self._refused: OrderedDict[str, None] = OrderedDict()

    async def give(self, results: Sequence[InlineResult], give: GiveInline) -> None:
        """Give the results with all pictures that Telegram takes. Raises what `give` raises for anything else.

        A refused answer is given again without what cannot be a picture's address, then without the oddest of the
        others, one at a time; in the end without any.
        """
        known = [replace(result, thumbnail=None) if result.thumbnail in self._refused else result for result in results]
        if await _taken(give, known):
            return
        suspects = sorted({result.thumbnail for result in known if result.thumbnail}, key=oddity, reverse=True)
        impossible = {address for address in suspects if oddity(address) >= IMPOSSIBLE}
        tries = [{address} for address in suspects if address not in impossible][:TRIES]
        for bad in [set[str](), *tries] if impossible else tries:
            if await _taken(give, _without(known, impossible | bad)):
                self._remember(impossible | bad)
                return
        log.info("inline_answer_without_pictures", pictures=len(suspects))
        await give(_without(known, set(suspects)))
        self._remember(impossible)

    def _remember(self, addresses: set[str]) -> None:
        for address in addresses:
            log.info("thumbnail_refused", address=address[:200])
            self._refused[address] = None
        while len(self._refused) > REFUSED:
            self._refused.popitem(last=False)


def oddity(address: str) -> int:
    """How unlike the address of a picture on the web it looks; from `IMPOSSIBLE` on it cannot be one."""
    try:
        parts = urlsplit(address)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return 2 * IMPOSSIBLE
    odd = IMPOSSIBLE * ("." not in host.strip("."))
    odd += IMPOSSIBLE * any(character in NOT_IN_ADDRESSES or character <= " " for character in address)
    odd += IMPOSSIBLE * (parts.scheme.lower() not in {"http", "https"})
    odd += 2 * (len(address) > LONGEST) + ("@" in parts.netloc) + (port is not None)
    return odd + (not address.isascii()) + host.rpartition(".")[2].isdecimal()


async def _taken(give: GiveInline, results: Sequence[InlineResult]) -> bool:
    """Whether Telegram took the answer; False when it refused a picture."""
    try:
        await give(results)
    except BadRequest as error:
        if not any(text in str(error).lower() for text in FAULTS) or not any(result.thumbnail for result in results):
            raise
        return False
    return True


def _without(results: Sequence[InlineResult], addresses: set[str]) -> list[InlineResult]:
    return [replace(result, thumbnail=None) if result.thumbnail in addresses else result for result in results]
