"""What /dead_letters and its buttons stand on."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from bot.features.dead_letters.job import LetterJobs
from bot.features.dead_letters.store import DeadLetterAccess


@dataclass(frozen=True, slots=True)
class DeadLetterServices:
    """`settling`: single ones one at a time, so that of two presses at once the second finds nothing left to do."""

    dead_letters: DeadLetterAccess
    jobs: LetterJobs
    clock: Callable[[], datetime]
    settling: asyncio.Lock = field(default_factory=asyncio.Lock)
