"""What /privacy stands on."""

from dataclasses import dataclass

from bot.core.pending_messages import PendingMessages
from bot.core.persons import Persons
from bot.features.privacy.service import Privacy
from bot.state.stores import PersonalData


@dataclass(frozen=True, slots=True)
class PrivacyServices:
    """`persons` says in which language somebody is spoken to whose choice is forgotten."""

    privacy: Privacy
    persons: Persons
    pending: PendingMessages
    requests: PersonalData
