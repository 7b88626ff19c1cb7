"""Pictures of products on their way to Telegram: by address, as an upload, or as one that it knows already."""

import asyncio
from collections import OrderedDict
from collections.abc import Callable
from time import monotonic

from telegram import PhotoSize

from ops.drawings.pictures import DRAWING_SCHEME, picture

KEPT = 4096
# A shop may mend its picture.
REFUSED_FOR_S = 600.0


class Pictures:
    """Remembers what Telegram called a picture after the first time, so that it is sent only once."""

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._file_ids: OrderedDict[str, str] = OrderedDict()
        self._refused: OrderedDict[str, float] = OrderedDict()

    async def load(self, address: str) -> str | bytes | None:
        """What to give Telegram for this address: a file id, the address itself, or bytes; None if there is nothing."""
        refused_at = self._refused.get(address)
        if refused_at is not None and self._clock() - refused_at < REFUSED_FOR_S:
            return None
        known = self._file_ids.get(address)
        if known is not None:
            return known
        if address.startswith(DRAWING_SCHEME):
            # A drawing is made here, which takes longer than a turn may keep the others waiting.
            return await asyncio.to_thread(picture, address)
        return address

    def known(self, address: str) -> str | None:
        """The file id by which Telegram knows the picture; None when it was not sent yet."""
        return self._file_ids.get(address)

    def sent(self, address: str, sizes: tuple[PhotoSize, ...]) -> None:
        """Telegram took the picture of this address."""
        if sizes:
            self._file_ids[address] = sizes[-1].file_id
            while len(self._file_ids) > KEPT:
                self._file_ids.popitem(last=False)

    def refused(self, address: str) -> None:
        """Telegram did not take it: it is not offered again for a while."""
        self._file_ids.pop(address, None)
        self._refused[address] = self._clock()
        self._refused.move_to_end(address)
        while len(self._refused) > KEPT:
            self._refused.popitem(last=False)
