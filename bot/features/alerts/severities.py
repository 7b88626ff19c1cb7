"""How bad an alert is, whatever word its rule has for it."""

from collections.abc import Mapping
from types import MappingProxyType

from ops.logs import get_logger
from ops.settings import BotSettings

log = get_logger(__name__)
CRITICAL, WARNING, INFO, NONE = "critical", "warning", "info", "none"
# The worst first.
LEVELS = (CRITICAL, WARNING, INFO, NONE)
# Labels that carry the word, the first one that is there.
LABELS = ("severity", "priority", "level")
# Words that others' rules have, by what they mean here.
_WORDS = {
    CRITICAL: "critical crit page pager fatal emergency emerg disaster panic blocker highest urgent p0 p1 s0 s1 "
    "sev0 sev1 sev-0 sev-1",
    WARNING: "warning warn error err major high average medium moderate minor ticket alert p2 p3 s2 s3 sev2 sev3 "
    "sev-2 sev-3",
    INFO: "info information informational notice low lowest debug trivial ok p4 p5 s4 s5 sev4 sev5 sev-4 sev-5",
    NONE: "none deadman heartbeat",
}
USUAL: Mapping[str, str] = MappingProxyType({word: level for level, words in _WORDS.items() for word in words.split()})
# Words come from outside; of so many unknown ones the log tells.
REMEMBERED = 200


def word_of(labels: Mapping[str, str]) -> str:
    """The rule's own word, in small letters; empty when it says none."""
    return next((word for name in LABELS if (word := labels.get(name, "").strip().casefold())), "")


def usual_level(labels: Mapping[str, str]) -> str:
    """What the word usually means. An unknown one, and none, is a warning: nobody overlooks it, nobody is woken up."""
    return USUAL.get(word_of(labels), WARNING)


class Severities:
    """The usual words, and before them those of the settings."""

    def __init__(self, own: Mapping[str, str] | None = None) -> None:
        self._words = {**USUAL, **{word.strip().casefold(): level for word, level in (own or {}).items()}}
        self._told: set[str] = set()

    @classmethod
    def of(cls, settings: BotSettings) -> "Severities":
        """The words of the settings."""
        return cls(settings.severity_words())

    def level(self, labels: Mapping[str, str]) -> str:
        """How bad it is; a word that nobody knows is told once in the log."""
        word = word_of(labels)
        if word and word not in self._words and word not in self._told and len(self._told) < REMEMBERED:
            self._told.add(word)
            log.warning(
                "severity_not_known", word=word[:80], taken_for=WARNING, setting="YARMARKA_BOT__ALERT_SEVERITIES"
            )
        return self._words.get(word, WARNING)
