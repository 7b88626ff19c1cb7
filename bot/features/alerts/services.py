"""What the handlers of alerts stand on."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from bot.core.audit_log import AuditLog
from bot.core.pending_messages import PendingMessages
from bot.core.text_questions import TextQuestions
from bot.core.usernames import Usernames
from bot.features.alerts.cards.operators import Operators
from bot.features.alerts.causes.service import CauseFinder
from bot.features.alerts.components import AlertComponents
from bot.features.alerts.drills.drill import Drill
from bot.features.alerts.drills.history import DrillHistory
from bot.features.alerts.drills.windows import DrillWindows
from bot.features.alerts.oncall.rota import Rota
from bot.features.alerts.service import AlertActions
from bot.features.alerts.silences.times import SilenceTimes
from bot.ui.locale import Texts


@dataclass(frozen=True, slots=True)
class AlertServices:
    """What operators do with cards, its audit, and drills where they are allowed; `components` run beside it.

    `messages` reach an operator in private, in their own `words`, and the chats of cards in their `chat_words`.
    `shift_questions` are about whose shift somebody was asked to write a time for, by Telegram id.
    """

    actions: AlertActions
    audit_log: AuditLog
    clock: Callable[[], datetime]
    components: AlertComponents
    operators: Operators
    messages: PendingMessages
    words: Callable[[int], Texts]
    chat_words: Callable[[int], Texts]
    silence_times: SilenceTimes
    drill_windows: DrillWindows
    drill_history: DrillHistory
    rota: Rota
    causes: CauseFinder
    usernames: Usernames
    shift_questions: TextQuestions[str]
    drill: Drill | None = None
