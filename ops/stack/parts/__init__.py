"""Every part that a stack can have, in one list."""

from ops.errors import StartupError
from ops.stack.part import Kind, Part
from ops.stack.parts.elasticsearch import ElasticsearchPart
from ops.stack.parts.kafka import KafkaPart

PARTS: tuple[Part, ...] = (
    KafkaPart(),
    ElasticsearchPart(),
)
SERVERS = "servers"
ALL = "all"


def choose(names: tuple[str, ...], parts: tuple[Part, ...] = PARTS) -> tuple[Part, ...]:
    """The named parts with all that they require, in the list's order; `servers` and `all` name groups.

    Raises StartupError for an unknown name.
    """
    known = {part.name: part for part in parts}
    groups = {SERVERS: [part.name for part in parts if part.kind is Kind.SERVER], ALL: list(known)}
    wanted = [name for given in names for name in groups.get(given, [given])]
    chosen: set[str] = set()
    while wanted:
        name = wanted.pop()
        if name not in known:
            raise StartupError(f"There is no part `{name}`; choose from {', '.join([*groups, *known])}.")
        if name not in chosen:
            chosen.add(name)
            wanted += known[name].requires
    return tuple(part for part in parts if part.name in chosen)
