"""Ban rules: what they are, and the decision about a product. Pure: no input, no output, no clock."""

from pipeline.bans.end_words import ends_of
from pipeline.bans.rule import Fault, Kind, Rule, RuleError, parse_rule
from pipeline.bans.rules import ALLOWED, Decidable, Decision, Named, Rules, decide, searched_texts
from pipeline.bans.until import EndFault, UntilError, parse_until, understood

__all__ = [
    "ALLOWED",
    "Decidable",
    "Decision",
    "EndFault",
    "Fault",
    "Kind",
    "Named",
    "Rule",
    "RuleError",
    "Rules",
    "UntilError",
    "decide",
    "ends_of",
    "parse_rule",
    "parse_until",
    "searched_texts",
    "understood",
]
