"""Writes that a person waits for: confirmed within seconds, or refused, and nobody waits behind another's time-out."""

import asyncio

from aiokafka.errors import KafkaConnectionError, KafkaTimeoutError

from ops import logs
from pipeline.kafka.confirming_producer import ConfirmingProducer, WrittenRecord

log = logs.get_logger(__name__)
# With what goes before a write in a handler, a person hears within five seconds that it could not be saved.
CONFIRM_S = 3.0


class BoundedProducer:
    """A `ConfirmingProducer` over one that would wait for ever, as aiokafka's idempotent producer does.

    A write that is not confirmed within `within_s` raises KafkaTimeoutError. It is in doubt: it is not taken back,
    and lands when Kafka is back, in the order of the attempts; so whoever writes must be able to find it written
    later, and to write it again without harm. From that moment Kafka counts as away, and every other write is refused
    at once, with KafkaConnectionError: it certainly never lands. The writes in doubt are the probe: the first that is
    confirmed ends it. So at most what was tried in the first `within_s` of an outage is in doubt, and of many that
    wait for a lock, one alone waits for Kafka.
    """

    def __init__(self, producer: ConfirmingProducer, within_s: float = CONFIRM_S) -> None:
        self._producer = producer
        self._within_s = within_s
        self._in_doubt: set[asyncio.Task[WrittenRecord]] = set()
        self._away = False

    @property
    def away(self) -> bool:
        """Whether a write was not confirmed in time, and none has been since."""
        return self._away

    async def send_and_wait(
        self, topic: str, value: bytes | None, key: bytes, *, headers: list[tuple[str, bytes]]
    ) -> WrittenRecord:
        """Returns when the record is on all in-sync copies. Raises KafkaError, after `within_s` at the latest."""
        if self._away:
            raise KafkaConnectionError(f"{topic}: an earlier write is not confirmed yet, so this one is not tried")
        write = asyncio.create_task(self._producer.send_and_wait(topic, value, key, headers=headers))
        # Whoever is cancelled while waiting leaves the write in doubt too.
        self._in_doubt.add(write)
        write.add_done_callback(self._settled)
        done, _ = await asyncio.wait((write,), timeout=self._within_s)
        if done:
            return write.result()
        if not self._away:
            log.warning("kafka_does_not_confirm", topic=topic, within_s=self._within_s,
                        setting="YARMARKA_KAFKA__BOOTSTRAP", next_step="writes are refused until it does")  # fmt: skip
        self._away = True
        raise KafkaTimeoutError(f"{topic}: not confirmed within {self._within_s:g} s; it may still be written")

    def _settled(self, write: "asyncio.Task[WrittenRecord]") -> None:
        self._in_doubt.discard(write)
        confirmed = not write.cancelled() and write.exception() is None
        # When all of them have failed, nothing would tell that Kafka is back: the next write has to try.
        if self._away and (confirmed or not self._in_doubt):
            self._away = False
            log.info("kafka_confirms_again" if confirmed else "kafka_is_tried_again", in_doubt=len(self._in_doubt))
