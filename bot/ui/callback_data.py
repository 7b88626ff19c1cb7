"""What a button carries, in Telegram's 64 bytes: a letter or two for the kind, then its fields, parted by colons.

Every kind names the least role that may press it; `bot.core.access` refuses all others. A button may be years old
or forged: `decode` answers None for everything that `encode` did not write.
"""

import re
from dataclasses import astuple, dataclass, fields
from typing import ClassVar, Literal, TypeAlias, get_type_hints

from bot.roles import Role

LIMIT = 64
DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
# What a field may hold: no colon, nothing that takes more than a byte.
FIELD = re.compile(r"^[A-Za-z0-9_.=-]{0,40}$")
NUMBER = re.compile(r"^[0-9a-z]{1,7}$")
LARGEST = 36**7 - 1


@dataclass(frozen=True, slots=True)
class ShowList:
    """A page of a result list, in place of what the message shows. `way` p: turn pages, n: as a new message."""

    TAG: ClassVar[str] = "l"
    LEAST: ClassVar[Role] = Role.CUSTOMER
    token: str
    page: int = 0
    way: str = "p"


@dataclass(frozen=True, slots=True)
class PageNumber:
    """The 2/7 between the arrows: it only says so."""

    TAG: ClassVar[str] = "n"
    LEAST: ClassVar[Role] = Role.CUSTOMER
    page: int
    pages: int


@dataclass(frozen=True, slots=True)
class OpenProduct:
    """A product's card. `token` and `page` name the list that it came from, for the way back."""

    TAG: ClassVar[str] = "o"
    LEAST: ClassVar[Role] = Role.CUSTOMER
    product: str
    token: str = ""
    page: int = 0
    position: int = 0


@dataclass(frozen=True, slots=True)
class BackToList:
    """From a product's card to the list that it came from."""

    TAG: ClassVar[str] = "b"
    LEAST: ClassVar[Role] = Role.CUSTOMER
    product: str
    token: str
    page: int = 0


@dataclass(frozen=True, slots=True)
class ShowSimilar:
    """Products like this one."""

    TAG: ClassVar[str] = "s"
    LEAST: ClassVar[Role] = Role.CUSTOMER
    product: str


@dataclass(frozen=True, slots=True)
class OpenPick:
    """The card of a recommended product."""

    TAG: ClassVar[str] = "rp"
    LEAST: ClassVar[Role] = Role.CUSTOMER
    product: str
    position: int = 0


@dataclass(frozen=True, slots=True)
class Judge:
    """What the person thinks of a recommended product. `verdict` like, dislike or hide."""

    TAG: ClassVar[str] = "rj"
    LEAST: ClassVar[Role] = Role.CUSTOMER
    product: str
    verdict: str
    position: int = 0


@dataclass(frozen=True, slots=True)
class OpenPanel:
    """The choices that narrow or sort a list, in place of its pages: filters, category, brand, price, sort."""

    TAG: ClassVar[str] = "m"
    LEAST: ClassVar[Role] = Role.CUSTOMER
    token: str
    panel: str
    page: int = 0


@dataclass(frozen=True, slots=True)
class Narrow:
    """One choice of a panel. `value` is a mark of the value (`marks.mark`), or empty: no longer narrowed by it."""

    TAG: ClassVar[str] = "f"
    LEAST: ClassVar[Role] = Role.CUSTOMER
    token: str
    by: str
    value: str = ""


@dataclass(frozen=True, slots=True)
class ChooseLanguage:
    """Speak this language with me."""

    TAG: ClassVar[str] = "g"
    LEAST: ClassVar[Role] = Role.CUSTOMER
    language: str


@dataclass(frozen=True, slots=True)
class ForgetMe:
    """Delete what is kept about me. `step` ask: show the question, yes: do it, no: leave it."""

    TAG: ClassVar[str] = "d"
    LEAST: ClassVar[Role] = Role.CUSTOMER
    step: str


@dataclass(frozen=True, slots=True)
class ShowHelp:
    """The help, as a new message."""

    TAG: ClassVar[str] = "h"
    LEAST: ClassVar[Role] = Role.CUSTOMER


@dataclass(frozen=True, slots=True)
class WatchPrice:
    """Watch the price of a product. `step` ask: the choices; any, p5, p10: how much cheaper; own: I write a price."""

    TAG: ClassVar[str] = "wp"
    LEAST: ClassVar[Role] = Role.CUSTOMER
    product: str
    step: str = "ask"


@dataclass(frozen=True, slots=True)
class SaveSearch:
    """Tell me what is new for this list."""

    TAG: ClassVar[str] = "ws"
    LEAST: ClassVar[Role] = Role.CUSTOMER
    token: str


@dataclass(frozen=True, slots=True)
class ShowWatches:
    """A page of what I watch, in place of the message (`way` p) or as a new one (n)."""

    TAG: ClassVar[str] = "wl"
    LEAST: ClassVar[Role] = Role.CUSTOMER
    page: int = 0
    way: str = "p"


@dataclass(frozen=True, slots=True)
class StopWatch:
    """Watch this no longer. `way` l: then show the page of the list, m: say so in the message."""

    TAG: ClassVar[str] = "wx"
    LEAST: ClassVar[Role] = Role.CUSTOMER
    watch: str
    page: int = 0
    way: str = "l"


@dataclass(frozen=True, slots=True)
class ChooseQuiet:
    """Quiet hours. `value` show: the choices, 22-8 and such: these hours, 0-0: none, later and earlier: my clock."""

    TAG: ClassVar[str] = "wq"
    LEAST: ClassVar[Role] = Role.CUSTOMER
    value: str = "show"


@dataclass(frozen=True, slots=True)
class BanStep:
    """Confirm, cancel or undo a ban request."""

    TAG: ClassVar[str] = "bs"
    LEAST: ClassVar[Role] = Role.ADMIN
    request: str
    step: str


@dataclass(frozen=True, slots=True)
class ChangeBan:
    """Set the reason (`field` r) or the end (u) of a ban request before it is confirmed."""

    TAG: ClassVar[str] = "bc"
    LEAST: ClassVar[Role] = Role.ADMIN
    request: str
    field: str
    value: str


@dataclass(frozen=True, slots=True)
class PickBan:
    """What can be banned, of one kind; with no kind, the kinds."""

    TAG: ClassVar[str] = "bk"
    LEAST: ClassVar[Role] = Role.ADMIN
    kind: str = ""
    page: int = 0


@dataclass(frozen=True, slots=True)
class TakeBan:
    """Ask for a ban of the category or brand that the mark stands for."""

    TAG: ClassVar[str] = "bt"
    LEAST: ClassVar[Role] = Role.ADMIN
    kind: str
    value: str


@dataclass(frozen=True, slots=True)
class BanProduct:
    """From a product's card: ban it, or its shop, category or brand. With no kind, the choice."""

    TAG: ClassVar[str] = "bp"
    LEAST: ClassVar[Role] = Role.ADMIN
    product: str
    kind: str = ""


@dataclass(frozen=True, slots=True)
class ShowBans:
    """A page of the rules in force, of one kind or of all."""

    TAG: ClassVar[str] = "bl"
    LEAST: ClassVar[Role] = Role.ADMIN
    kind: str = ""
    page: int = 0


@dataclass(frozen=True, slots=True)
class LiftBan:
    """Ask whether to lift the very ban that the mark stands for."""

    TAG: ClassVar[str] = "bu"
    LEAST: ClassVar[Role] = Role.ADMIN
    ban: str


@dataclass(frozen=True, slots=True)
class ShowAudit:
    """A page of the audit. `by` p: of the person, a: of the action that the mark stands for; empty: all.

    `view` l: the entries, p: the people to choose from, a: the actions.
    """

    TAG: ClassVar[str] = "au"
    LEAST: ClassVar[Role] = Role.ADMIN
    view: str = "l"
    by: str = ""
    value: str = ""
    page: int = 0


@dataclass(frozen=True, slots=True)
class SetRole:
    """A person's role. `step` ask: what shall it be, yes: set it, list: back to everyone."""

    TAG: ClassVar[str] = "ro"
    LEAST: ClassVar[Role] = Role.ADMIN
    user: str
    role: str
    step: str


@dataclass(frozen=True, slots=True)
class EditSynonyms:
    """The dictionary. `step` list: a page, ask and yes: take the line that the mark stands for out."""

    TAG: ClassVar[str] = "sy"
    LEAST: ClassVar[Role] = Role.ADMIN
    step: str
    line: str = ""
    page: int = 0


@dataclass(frozen=True, slots=True)
class ShowLetters:
    """Dead letters. `step` list: the reasons, reason: the letters of one, one: a letter with its message.

    replay and discard ask; replay1, replayall, discard1 and discardall do. `value` is a reason's or a letter's mark.
    """

    TAG: ClassVar[str] = "dl"
    LEAST: ClassVar[Role] = Role.ADMIN
    step: str
    value: str = ""
    page: int = 0


@dataclass(frozen=True, slots=True)
class ShowJobs:
    """One job with its last runs; without a name, all."""

    TAG: ClassVar[str] = "jl"
    LEAST: ClassVar[Role] = Role.ADMIN
    job: str = ""


@dataclass(frozen=True, slots=True)
class RunJob:
    """Run this job now."""

    TAG: ClassVar[str] = "jr"
    LEAST: ClassVar[Role] = Role.ADMIN
    job: str


@dataclass(frozen=True, slots=True)
class ShowReport:
    """The report of a `period`, day or week, as new messages."""

    TAG: ClassVar[str] = "rr"
    LEAST: ClassVar[Role] = Role.ADMIN
    period: str


@dataclass(frozen=True, slots=True)
class AskSynonym:
    """What else may the search of this list be called? It found nothing."""

    TAG: ClassVar[str] = "rs"
    LEAST: ClassVar[Role] = Role.ADMIN
    token: str


@dataclass(frozen=True, slots=True)
class TakeSynonym:
    """The search of this list shall find what the mark stands for, too."""

    TAG: ClassVar[str] = "ry"
    LEAST: ClassVar[Role] = Role.ADMIN
    token: str
    value: str


@dataclass(frozen=True, slots=True)
class ShowToShops:
    """A message for the shops: what people look for in vain."""

    TAG: ClassVar[str] = "rw"
    LEAST: ClassVar[Role] = Role.ADMIN
    period: str


@dataclass(frozen=True, slots=True)
class AcknowledgeCard:
    """I take care of the alerts on this card."""

    TAG: ClassVar[str] = "ca"
    LEAST: ClassVar[Role] = Role.OPERATOR
    card: str


@dataclass(frozen=True, slots=True)
class SilenceCard:
    """Silence what the card shows. `step` ask: what would it cover, yes: do it, no: leave it."""

    TAG: ClassVar[str] = "cs"
    LEAST: ClassVar[Role] = Role.OPERATOR
    card: str
    hours: int
    step: str = "ask"


@dataclass(frozen=True, slots=True)
class UnsilenceCard:
    """End the silence of the card."""

    TAG: ClassVar[str] = "cu"
    LEAST: ClassVar[Role] = Role.OPERATOR
    card: str


@dataclass(frozen=True, slots=True)
class CardDetails:
    """Everything known of one alert of the card, as a new message, or in place of the last one (`way` p)."""

    TAG: ClassVar[str] = "cd"
    LEAST: ClassVar[Role] = Role.OPERATOR
    card: str
    number: int = 0
    way: str = "n"


@dataclass(frozen=True, slots=True)
class AlertsPage:
    """A page of the open cards."""

    TAG: ClassVar[str] = "cl"
    LEAST: ClassVar[Role] = Role.OPERATOR
    page: int


@dataclass(frozen=True, slots=True)
class SilencesPage:
    """A page of the silences."""

    TAG: ClassVar[str] = "cp"
    LEAST: ClassVar[Role] = Role.OPERATOR
    page: int


@dataclass(frozen=True, slots=True)
class EndSilence:
    """End a silence of the list, by its id in Alertmanager; then show the page."""

    TAG: ClassVar[str] = "ce"
    LEAST: ClassVar[Role] = Role.OPERATOR
    silence: str
    page: int


@dataclass(frozen=True, slots=True)
class RefreshStatus:
    """The state of the services as of now."""

    TAG: ClassVar[str] = "cr"
    LEAST: ClassVar[Role] = Role.OPERATOR


@dataclass(frozen=True, slots=True)
class RunDrill:
    """Stop a part on purpose. `step` ask: are you sure, yes: do it, no: leave it."""

    TAG: ClassVar[str] = "cx"
    LEAST: ClassVar[Role] = Role.OPERATOR
    part: str
    step: str


Callback: TypeAlias = (
    ShowList
    | PageNumber
    | OpenProduct
    | BackToList
    | ShowSimilar
    | OpenPick
    | Judge
    | OpenPanel
    | Narrow
    | ChooseLanguage
    | ForgetMe
    | ShowHelp
    | WatchPrice
    | SaveSearch
    | ShowWatches
    | StopWatch
    | ChooseQuiet
    | BanStep
    | ChangeBan
    | PickBan
    | TakeBan
    | BanProduct
    | ShowBans
    | LiftBan
    | ShowAudit
    | SetRole
    | EditSynonyms
    | ShowLetters
    | ShowJobs
    | RunJob
    | ShowReport
    | AskSynonym
    | TakeSynonym
    | ShowToShops
    | AcknowledgeCard
    | SilenceCard
    | UnsilenceCard
    | CardDetails
    | AlertsPage
    | SilencesPage
    | EndSilence
    | RefreshStatus
    | RunDrill
)
# Every kind of button there is.
KINDS: tuple[type[Callback], ...] = (
    ShowList,
    PageNumber,
    OpenProduct,
    BackToList,
    ShowSimilar,
    OpenPick,
    Judge,
    OpenPanel,
    Narrow,
    ChooseLanguage,
    ForgetMe,
    ShowHelp,
    WatchPrice,
    SaveSearch,
    ShowWatches,
    StopWatch,
    ChooseQuiet,
    BanStep,
    ChangeBan,
    PickBan,
    TakeBan,
    BanProduct,
    ShowBans,
    LiftBan,
    ShowAudit,
    SetRole,
    EditSynonyms,
    ShowLetters,
    ShowJobs,
    RunJob,
    ShowReport,
    AskSynonym,
    TakeSynonym,
    ShowToShops,
    AcknowledgeCard,
    SilenceCard,
    UnsilenceCard,
    CardDetails,
    AlertsPage,
    SilencesPage,
    EndSilence,
    RefreshStatus,
    RunDrill,
)
BY_TAG: dict[str, type[Callback]] = {kind.TAG: kind for kind in KINDS}
SHAPES: dict[type[Callback], tuple[Literal["text", "number"], ...]] = {
    kind: tuple("number" if get_type_hints(kind)[field.name] is int else "text" for field in fields(kind))
    for kind in KINDS
}


def encode(callback: Callback) -> str:
    """The button's data. Raises ValueError when a field does not fit; ids that may not fit go through `marks`."""
    parts = [callback.TAG]
    for value in astuple(callback):
        if isinstance(value, int):
            if not 0 <= value <= LARGEST:
                raise ValueError(f"{value} does not fit into a button")
            parts.append(_base36(value))
        else:
            if not FIELD.match(value):
                raise ValueError(f"{value!r} does not fit into a button")
            parts.append(value)
    data = ":".join(parts)
    if len(data) > LIMIT:
        raise ValueError(f"{callback} takes {len(data)} bytes, a button holds {LIMIT}")
    return data


def decode(data: str) -> Callback | None:
    """The button, or None when this is not one of ours."""
    if len(data) > LIMIT:
        return None
    tag, *parts = data.split(":")
    kind = BY_TAG.get(tag)
    if kind is None or len(parts) != len(SHAPES[kind]):
        return None
    values: list[int | str] = []
    for shape, part in zip(SHAPES[kind], parts, strict=True):
        if not (NUMBER if shape == "number" else FIELD).match(part):
            return None
        values.append(int(part, 36) if shape == "number" else part)
    callback = kind(*values)  # type: ignore[arg-type]  # the shapes were just compared
    # One button, one text: 007 and 7 must not both be accepted.
    return callback if encode(callback) == data else None


def _base36(value: int) -> str:
    digits = DIGITS[value % 36]
    while value := value // 36:
        digits = DIGITS[value % 36] + digits
    return digits
