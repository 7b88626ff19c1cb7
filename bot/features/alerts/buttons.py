"""What the buttons of alerts carry."""

from bot.ui.callback_data import CallbackData
from bot.ui.roles import Role


class AcknowledgeCard(CallbackData, tag="ca", least=Role.OPERATOR):
    """I take care of the alerts on this card."""

    card: str


class SilenceCard(CallbackData, tag="cs", least=Role.OPERATOR):
    """Silence what the card shows. `step` ask: what would it cover, yes: do it, no: leave it."""

    card: str
    hours: int
    step: str = "ask"


class UnsilenceCard(CallbackData, tag="cu", least=Role.OPERATOR):
    """End the silence of the card."""

    card: str


class CardDetails(CallbackData, tag="cd", least=Role.OPERATOR):
    """Everything known of one alert of the card, as a new message, or in place of the last one (`way` p)."""

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
    """Stop a part on purpose. `step` ask: are you sure, yes: do it, no: leave it."""

    part: str
    step: str
