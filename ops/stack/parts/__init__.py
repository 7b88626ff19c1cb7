"""Every part that a stack can have, in one list."""

from ops.errors import StartupError
from ops.stack.part import Part, PartGroup
from ops.stack.parts.analytics import AnalyticsPart
from ops.stack.parts.demo import BansPart, CataloguePart, HistoryPart
from ops.stack.parts.elasticsearch import ElasticsearchPart
from ops.stack.parts.hdfs import DataNodePart, NameNodePart
from ops.stack.parts.kafka import KafkaPart
from ops.stack.parts.monitoring import AlertmanagerPart, ExporterPart, PrometheusPart
from ops.stack.parts.services import BotPart, FeedPart, FilterPart, IndexerPart, RequestsPart, SandboxPart, TopicsPart

PARTS: tuple[Part, ...] = (
    KafkaPart(),
    ElasticsearchPart(),
    NameNodePart(),
    DataNodePart(),
    TopicsPart(),
    SandboxPart(),
    FilterPart(),
    IndexerPart(),
    RequestsPart(),
    BansPart(),
    CataloguePart(),
    HistoryPart(),
    BotPart(),
    FeedPart(),
    AnalyticsPart(),
    ExporterPart(),
    PrometheusPart(),
    AlertmanagerPart(),
)
ALL = "all"


def choose(names: tuple[str, ...], parts: tuple[Part, ...] = PARTS) -> tuple[Part, ...]:
    """The named parts with all that they require, in the list's order; a group's name stands for its parts,
    `all` for every part.

    Raises StartupError for an unknown name.
    """
    known = {part.name: part for part in parts}
    groups = {str(group): [part.name for part in parts if part.group is group] for group in PartGroup}
    groups[ALL] = list(known)
    unwanted = {part.name for part in parts if not part.wanted()}
    wanted = [name for given in names for name in groups.get(given, [given])]
    chosen: set[str] = set()
    while wanted:
        name = wanted.pop()
        if name not in known:
            raise StartupError(f"There is no part `{name}`; choose from {', '.join([*groups, *known])}.")
        if name not in chosen:
            chosen.add(name)
            wanted += (*known[name].requires, *known[name].beside)
    return tuple(part for part in parts if part.name in chosen - unwanted)
