"""What the bot follows in Kafka: rules, recommendations, and its own entries of `chat_state`."""

import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import TypeVar

from aiokafka import AIOKafkaProducer
from pydantic import BaseModel

from bot.features.bans.models import BAN_REQUEST, BanRequest
from bot.products.synonyms import SYNONYM, SynonymLine
from bot.state.store import KafkaStore, open_store
from ops.kafka import Kafka
from pipeline.contracts.chat_state import (
    DIGEST,
    LIST,
    ROLE,
    SEEN,
    SETTINGS,
    DigestSent,
    ListState,
    PersonSettings,
    Preferences,
    RoleGrant,
)
from pipeline.contracts.messages import Ban, Recommendations
from pipeline.contracts.topics import BANS, RECOMMENDATIONS
from pipeline.kafka.live_view import LiveView

M = TypeVar("M", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Views:
    """Each is loaded to its topic's end, and followed."""

    bans: LiveView[Ban]
    published: LiveView[Recommendations]
    roles: KafkaStore[RoleGrant]
    choices: KafkaStore[PersonSettings]
    lists: KafkaStore[ListState]
    seen: KafkaStore[Preferences]
    requests: KafkaStore[BanRequest]
    synonyms: KafkaStore[SynonymLine]
    digests: KafkaStore[DigestSent]


@contextlib.asynccontextmanager
async def open_views(kafka: Kafka, producer: AIOKafkaProducer) -> AsyncIterator[Views]:
    """The views, ready; the states are written by `producer`."""
    async with contextlib.AsyncExitStack() as stack:

        async def state(model: type[M], prefix: str) -> KafkaStore[M]:
            return await stack.enter_async_context(open_store(kafka, producer, model, prefix))

        yield Views(
            bans=await stack.enter_async_context(LiveView(kafka, BANS, Ban)),
            published=await stack.enter_async_context(LiveView(kafka, RECOMMENDATIONS, Recommendations)),
            roles=await state(RoleGrant, ROLE),
            choices=await state(PersonSettings, SETTINGS),
            lists=await state(ListState, LIST),
            seen=await state(Preferences, SEEN),
            requests=await state(BanRequest, BAN_REQUEST),
            synonyms=await state(SynonymLine, SYNONYM),
            digests=await state(DigestSent, DIGEST),
        )
