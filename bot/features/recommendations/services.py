"""What recommending stands on."""

from dataclasses import dataclass

from bot.core.request_log import RequestLog
from bot.features.recommendations.published import Published
from bot.features.recommendations.recommender import Recommender
from bot.features.recommendations.store import PreferenceStore
from bot.products.offers import Products


@dataclass(frozen=True, slots=True)
class RecommendationServices:
    """`preferences` learn from everything that is written down in the request log."""

    products: Products
    request_log: RequestLog
    recommender: Recommender
    preferences: PreferenceStore
    published: Published
