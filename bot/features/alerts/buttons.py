"""What the buttons of alerts carry."""

from bot.ui.callback_data import CallbackData
from bot.ui.roles import Role


class AcknowledgeCard(CallbackData, tag="ca", least=Role.OPERATOR):
    """I take care of the alerts on this card. `place` c: on the card, v: on its view, l: on a page of the list,
    r: on a reminder; all but the first show at once what came of it.
    """

    card: str
    place: str = "c"
    page: int = 0


class TakeAlert(CallbackData, tag="ct", least=Role.OPERATOR):
    """I take care of one alert of the card, by a mark of its name, or do so no more; `place` as above."""

    card: str
    alert: str
    place: str = "c"


class ResignCard(CallbackData, tag="cg", least=Role.OPERATOR):
    """I do not take care of it any more; `place` as above."""

    card: str
    place: str = "c"


class ChooseOperator(CallbackData, tag="co", least=Role.OPERATOR):
    """To whom shall the card go?"""

    card: str


class HandOverCard(CallbackData, tag="ch", least=Role.OPERATOR):
    """Give the card to the person with this Telegram id; 0: leave it."""

    card: str
    user: str


class SilenceCard(CallbackData, tag="cm", least=Role.OPERATOR):
    """Silence what the card shows for so many minutes; 0: choose how long.

    `step` ask: what would it cover, yes: do it, no: leave it, own: the time is going to be written.
    """

    card: str
    minutes: int
    step: str = "ask"


class SilenceSome(CallbackData, tag="cs", least=Role.OPERATOR):
    """Silence for so many minutes what the scope names, see `silence_scope`.

    `step` ask: what would it cover, yes: do it, page: show this page of the card's alerts, its number in `scope`.
    """

    card: str
    minutes: int
    scope: str
    step: str = "ask"


class UnsilenceCard(CallbackData, tag="cu", least=Role.OPERATOR):
    """End the silence of the card, or those of some of its alerts."""

    card: str


class CardDetails(CallbackData, tag="cd", least=Role.OPERATOR):
    """Everything known of one alert of the card. `way` n: unfolded on the card itself, f: folded again, v: in place of
    the list of alerts.
    """

    card: str
    number: int = 0
    way: str = "n"


class AlertsPage(CallbackData, tag="cl", least=Role.OPERATOR):
    """A page of the open cards."""

    page: int


class SilencesPage(CallbackData, tag="cp", least=Role.OPERATOR):
    """A page of the silences."""

    page: int


class EndSilence(CallbackData, tag="ce", least=Role.OPERATOR):
    """End a silence of the list, by its id in Alertmanager; then show the page."""

    silence: str
    page: int


class RunDrill(CallbackData, tag="cx", least=Role.OPERATOR):
    """Stop a part on purpose. `step` ask: are you sure, yes: do it, no: leave it, list: which part, trend: what
    earlier drills have shown.
    """

    part: str
    step: str


class ShowRota(CallbackData, tag="ql", least=Role.OPERATOR):
    """Who is on call now, and who comes next; the page of the list."""

    page: int = 0


class AddShift(CallbackData, tag="qa", least=Role.OPERATOR):
    """Put somebody into the rota. `user` empty: whom? Else their Telegram id, for so many hours from now; 0: ask."""

    user: str = ""
    hours: int = 0


class RemoveShift(CallbackData, tag="qd", least=Role.OPERATOR):
    """Take a shift, by its mark, out of the rota. `step` ask: are you sure, yes: do it."""

    shift: str
    step: str = "ask"


class ShowCause(CallbackData, tag="qc", least=Role.OPERATOR):
    """The last hour of an alert of the card, and what changed lately."""

    card: str
    number: int = 0


class RunFirstAid(CallbackData, tag="qj", least=Role.ADMIN):
    """Run the job of which an alert tells. `step` ask: are you sure, yes: do it, no: leave it."""

    job: str
    step: str = "ask"
