"""Counts of one batch of decisions, and its line in the log."""

from dataclasses import dataclass, field

from ops import logs, metrics
from pipeline.bans import Rule

log = logs.get_logger(__name__)
RULES_NAMED = 20
PRODUCTS_NAMED = 5


@dataclass(slots=True)
class BatchCounters:
    """How the products of a batch were decided; refusals by the rule that refused them."""

    passed: int = 0
    withdrawn: int = 0
    malformed: int = 0
    by_rule: dict[Rule, list[str]] = field(default_factory=dict)

    @property
    def refused(self) -> int:
        """How many products some rule refused."""
        return sum(map(len, self.by_rule.values()))

    def refuse(self, rule: Rule, offer_id: str) -> None:
        """Count a product that this rule refused."""
        self.by_rule.setdefault(rule, []).append(offer_id)

    def publish(self, partition: int) -> None:
        """Add the counts to the metrics, and log refusals: a line for each rule, with the first products.

        A batch in which very many rules refused names the first of them and counts the rest, so that a flood of
        refusals cannot become a flood of lines.
        """
        for decision, count in (("passed", self.passed), ("withdrawn", self.withdrawn), ("refused", self.refused)):
            if count:
                metrics.FILTER_PRODUCTS.labels(decision).inc(count)
        if self.malformed:
            metrics.FILTER_PRODUCTS.labels("malformed").inc(self.malformed)
        for number, (rule, products) in enumerate(self.by_rule.items()):
            metrics.FILTER_REFUSED.labels(rule.kind.value).inc(len(products))
            if number < RULES_NAMED:
                log.info("refused", rule=rule.id, partition=partition, count=len(products),
                         products=products[:PRODUCTS_NAMED])  # fmt: skip
        if len(self.by_rule) > RULES_NAMED:
            log.info("refused by more rules", partition=partition, rules=len(self.by_rule) - RULES_NAMED)
