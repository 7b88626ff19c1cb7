"""What the handlers of reports stand on."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from bot.core.audit_log import AuditLog
from bot.core.text_questions import TextQuestions
from bot.features.complaints.cards import CaseCards
from bot.features.complaints.store import ComplaintStore
from bot.products.offers import Products


@dataclass(frozen=True, slots=True)
class ComplaintServices:
    """`cards` shows cases and tells what came of them, `questions` knows who was asked to write some words."""

    products: Products
    complaints: ComplaintStore
    cards: CaseCards
    questions: TextQuestions[str]
    audit_log: AuditLog
    clock: Callable[[], datetime]
