"""Every command and every kind of button that the features register."""

from bot.application.features import FEATURES
from bot.container.registration import Command
from bot.ui.buttons import OpenCommand, TryAgain
from bot.ui.callback_data import CallbackData, kinds

COMMANDS: tuple[Command[object], ...] = tuple(command for feature in FEATURES for command in feature.commands)
# The router itself opens commands from buttons and repeats what was not answered, with the roles that those take.
HANDLED: frozenset[type[CallbackData]] = frozenset(
    (OpenCommand, TryAgain, *(press.kind for feature in FEATURES for press in feature.buttons))
)
KINDS = kinds()
