"""Pictures of products on their way to Telegram: by address, as an upload, or as one that it knows already."""

import asyncio
from collections import OrderedDict

from telegram import PhotoSize

from ops.drawings.pictures import DRAWING_SCHEME, picture

KEPT = 4096


class Pictures:
    """Remembers what Telegram called a picture after the first time, so that it is sent only once."""

    def __init__(self) -> None:
        self._file_ids: OrderedDict[str, str] = OrderedDict()

    async def load(self, address: str) -> str | bytes | None:
        """What to give Telegram for this address: a file id, the address itself, or bytes; None if there is nothing."""
        known = self._file_ids.get(address)
        if known is not None:
            return known
        if address.startswith(DRAWING_SCHEME):
            # A drawing is made here, which takes longer than a turn may keep the others waiting.
            return await asyncio.to_thread(picture, address)
        return address

    def sent(self, address: str, sizes: tuple[PhotoSize, ...]) -> None:
        """Telegram took the picture of this address."""
        if sizes:
            self._file_ids[address] = sizes[-1].file_id
            while len(self._file_ids) > KEPT:
                self._file_ids.popitem(last=False)

    def refused(self, address: str) -> None:
        """Telegram did not take it; what it called it is no longer worth anything."""
        self._file_ids.pop(address, None)
