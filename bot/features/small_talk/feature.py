"""Small talk: how the feature is registered. It stands last, so that whoever was asked a question is answered first."""

from dataclasses import dataclass

from bot.container.foundation import Foundation
from bot.container.registration import Feature
from bot.core.update_context import UpdateContext
from bot.features.small_talk.phrases import topic_of
from bot.features.small_talk.replies import answer
from bot.products.offers import Products
from pipeline.catalog.request import SearchRequest


@dataclass(frozen=True, slots=True)
class SmallTalkServices:
    """Products, for what may be small talk mistyped or a product's name."""

    products: Products


def build(base: Foundation) -> SmallTalkServices:
    """From what all features share."""
    return SmallTalkServices(base.products)


async def talk(services: SmallTalkServices, context: UpdateContext, text: str) -> bool:
    """Answer a text that is nothing but small talk; any other is left to the search."""
    found = topic_of(text)
    if found is None:
        return False
    topic, sure = found
    if not sure and await _is_sold(services, context, text):
        return False
    await context.say(answer(topic, context.texts))
    return True


async def _is_sold(services: SmallTalkServices, context: UpdateContext, text: str) -> bool:
    """Whether products are called so: «tanks» are tanks, not thanks. Raises what the catalogue raises."""
    request = SearchRequest(text=text, language=context.texts.language, size=1)
    return (await context.typing(services.products.search(request))).kind == "found"


SMALL_TALK = Feature(name="small_talk", build=build, texts=talk)
