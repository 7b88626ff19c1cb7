"""Privacy: what is kept about a person, whoever keeps it, and "forget me"."""

import contextlib
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from functools import partial

from bot.container.foundation import Foundation
from bot.container.parts import Servers
from bot.container.registration import Command, Feature, on
from bot.core.background_tasks import Work
from bot.core.job_requests import JOB_REQUESTS, JOB_STATUSES, JobQueue
from bot.features.privacy.buttons import ForgetMe
from bot.features.privacy.handlers import forget, show_privacy
from bot.features.privacy.request_count import RequestCount
from bot.features.privacy.service import Privacy
from bot.features.privacy.services import PrivacyServices
from bot.features.privacy.store import FORGET_REQUESTS, FORGETTING
from bot.state.stores import PersonalData
from bot.ui.locale import later
from bot.ui.roles import Role


@dataclass(frozen=True, slots=True)
class PrivacyPorts:
    """The request log's part of what is kept about people."""

    requests: PersonalData


@contextlib.asynccontextmanager
async def connect(servers: Servers) -> AsyncIterator[PrivacyPorts]:
    """The request log in Elasticsearch."""
    yield PrivacyPorts(RequestCount(servers.elasticsearch))


def build(base: Foundation) -> PrivacyServices:
    """From what all features share; what features keep is found in the registry when it is asked for."""
    privacy = Privacy(
        base.personal,
        base.stores.of(FORGET_REQUESTS),
        base.stores.of(FORGETTING),
        jobs=JobQueue(base.stores.of(JOB_STATUSES), base.stores.of(JOB_REQUESTS)),
        clock=base.clock,
    )
    requests = base.shared.get(PrivacyPorts).requests
    return PrivacyServices(privacy, base.persons, base.delivery.pending, requests)


def personal(services: PrivacyServices) -> Sequence[PersonalData]:
    """A person's requests in the request log."""
    return (services.requests,)


def work(services: PrivacyServices) -> Sequence[Work]:
    """Tell people when all is deleted."""
    return (Work("deletions", partial(services.privacy.run, services.pending)),)


PRIVACY = Feature(
    name="privacy",
    build=build,
    connect=connect,
    stores=(FORGET_REQUESTS, FORGETTING),
    commands=(Command("privacy", show_privacy, Role.CUSTOMER, later("your data")),),
    buttons=(on(ForgetMe, forget),),
    personal=personal,
    work=work,
)
