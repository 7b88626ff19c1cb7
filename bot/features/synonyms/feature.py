"""The search's synonyms, edited in the chat: how the feature is registered."""

from bot.container.foundation import Foundation
from bot.container.registration import Command, Feature, on
from bot.features.synonyms.buttons import EditSynonyms
from bot.features.synonyms.handlers import edit_synonyms, synonyms
from bot.features.synonyms.services import SynonymServices
from bot.features.synonyms.store import SynonymStore
from bot.products.synonyms import SYNONYMS as SYNONYM_LINES
from bot.ui.locale import later
from bot.ui.roles import Role


def build(base: Foundation) -> SynonymServices:
    """The lines that the search's dictionary follows; their store is shared."""
    return SynonymServices(SynonymStore(base.stores.of(SYNONYM_LINES), base.audit_log))


SYNONYMS = Feature(
    name="synonyms",
    build=build,
    commands=(Command("synonyms", synonyms, Role.ADMIN, later("search synonyms")),),
    buttons=(on(EditSynonyms, edit_synonyms),),
)
