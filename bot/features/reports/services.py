"""What /report and its buttons stand on."""

from dataclasses import dataclass

from bot.core.long_answers import LongAnswers
from bot.features.reports.digest import Digest
from bot.features.reports.service import ReportService
from bot.features.synonyms.services import SynonymServices
from bot.products.offers import Products


@dataclass(frozen=True, slots=True)
class ReportServices:
    """Reports on demand and as a digest; `synonyms` takes what a search that finds nothing shall find."""

    products: Products
    reports: ReportService
    digest: Digest
    synonyms: SynonymServices
    long_answers: LongAnswers
