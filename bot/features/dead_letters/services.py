"""What /dead_letters and its buttons stand on."""

import asyncio
from dataclasses import dataclass, field

from bot.features.dead_letters.store import DeadLetterAccess


@dataclass(frozen=True, slots=True)
class DeadLetterServices:
    """`settling`: one at a time, so that of two presses at once the second finds nothing left to do."""

    dead_letters: DeadLetterAccess
    settling: asyncio.Lock = field(default_factory=asyncio.Lock)
