"""Ban requests outside of anybody's update: their progress, the ends of requests and of bans, restarts."""

import asyncio
from datetime import timedelta
from functools import partial
from time import monotonic

from aiokafka.errors import KafkaError

from bot.features.bans.models import BanRequest, Status
from bot.features.bans.request_messages import RequestMessages
from bot.features.bans.service import BanService
from ops.logs import get_logger

log = get_logger(__name__)
TICK_S = 2.0
LOOK_S = 0.25
EDIT_EVERY_S = 1.0
GIVEN_UP_AFTER_S = 120.0
KEPT = timedelta(days=2)


class BanProgress:
    """Watches over every request until nothing more can come of it, and over the ends of bans."""

    def __init__(self, service: BanService, messages: RequestMessages) -> None:
        self._service = service
        self._messages = messages
        self._following: dict[tuple[str, Status], asyncio.Task[None]] = {}

    async def run(self) -> None:
        """Take up what was left behind, and watch over requests and bans; cancel to stop."""
        try:
            while True:
                try:
                    await self.tick()
                except KafkaError as error:
                    log.warning("bans_wait_for_kafka", error=str(error))
                await asyncio.sleep(TICK_S)
        finally:
            tasks = tuple(self._following.values())
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def tick(self) -> None:
        """Everything that is due now. Raises KafkaError."""
        for request_id, request in list(self._service.requests.entries()):
            await self._look_after(request_id, request)
        await self._lift_what_is_over()
        self._messages.cards.look()

    def follow(self, request_id: str, request: BanRequest) -> None:
        """Show the progress of an applied request until its last product has gone, or come back."""
        key = (request_id, request.status)
        running = self._following.get(key)
        if request.applied and not request.finished and (running is None or running.done()):
            task = asyncio.create_task(self._progress(request_id, request.status), name=f"progress of {request_id}")
            # The next tick follows it again.
            task.add_done_callback(partial(self._ended, key))
            self._following[key] = task

    async def _look_after(self, request_id: str, request: BanRequest) -> None:
        if request.has_effect and not request.applied:
            await self._take_up(request_id)
        elif request.applied and not request.finished:
            self.follow(request_id, request)
        elif (expired := await self._service.expire(request_id)) is not None:
            await self._messages.show(request_id, expired)
        elif request.status == "confirmed" and not request.closed and request.decided_at is not None:
            if self._service.clock() - request.decided_at >= timedelta(seconds=self._service.undo_s):
                closed = await self._service.close(request_id)
                if closed is not None:
                    await self._messages.show(request_id, closed)
        elif self._service.clock() - request.at > KEPT and not self._in_force(request):
            await self._service.requests.put(request_id, None)

    async def _take_up(self, request_id: str) -> None:
        finished = await self._service.finish(request_id)
        if finished is not None:
            log.info("ban_request_taken_up", request=request_id, status=finished.status)
            await self._messages.show(request_id, finished)
            self.follow(request_id, finished)

    def _in_force(self, request: BanRequest) -> bool:
        standing = self._service.repository.get(request.rule)
        return standing is not None and standing.at == request.decided_at

    async def _progress(self, request_id: str, status: Status) -> None:
        begun, edited, seen = monotonic(), 0.0, -1
        while True:
            request = self._service.get(request_id)
            if request is None or request.status != status or request.finished:
                return
            left = await self._left(request)
            elapsed = monotonic() - begun
            if left == 0 or elapsed > GIVEN_UP_AFTER_S:
                await self._end(request_id, request, left)
                return
            if left is not None and left != seen and monotonic() - edited > EDIT_EVERY_S and elapsed > EDIT_EVERY_S:
                edited, seen = monotonic(), left
                await self._messages.show(request_id, request, left)
            await asyncio.sleep(LOOK_S if elapsed < 10 else 2 * LOOK_S + elapsed / 60)

    async def _left(self, request: BanRequest) -> int | None:
        count = await self._service.count(request.rule)
        if count is None:
            return None
        return count if request.takes_down else max((request.hits or 0) - count, 0)

    async def _end(self, request_id: str, request: BanRequest, left: int | None) -> None:
        since = request.undone_at if request.status == "undone" else request.decided_at
        took_s = (self._service.clock() - since).total_seconds() if since is not None else None
        try:
            ended = await self._service.end(request_id, request.status, left=left or 0, took_s=took_s)
        except KafkaError as error:
            log.warning("progress_not_kept", request=request_id, error=str(error))
            return
        if ended is not None:
            await self._messages.show(request_id, ended)

    async def _lift_what_is_over(self) -> None:
        now = self._service.clock()
        over = [ban for _, ban in self._service.repository.items() if ban.until is not None and ban.until <= now]
        for ban in over:
            if await self._service.lift_over(ban):
                await self._messages.tell_author(ban)

    def _ended(self, key: tuple[str, Status], task: "asyncio.Task[None]") -> None:
        if self._following.get(key) is task:
            del self._following[key]
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("progress_not_shown", again_in_s=TICK_S, exc_info=error)
