"""What /synonyms and its buttons stand on; reports add lines by it too."""

from dataclasses import dataclass

from bot.features.synonyms.store import SynonymStore


@dataclass(frozen=True, slots=True)
class SynonymServices:
    """The lines of the search's dictionary, as admins edit them."""

    synonyms: SynonymStore
