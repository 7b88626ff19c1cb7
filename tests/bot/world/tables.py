"""Every command and every kind of button that the features register."""

from bot.application.features import FEATURES
from bot.container.registration import Command
from bot.ui.buttons import OpenCommand
from bot.ui.callback_data import CallbackData, kinds

COMMANDS: tuple[Command[object], ...] = tuple(command for feature in FEATURES for command in feature.commands)
# The router itself opens commands from buttons, with the commands' own roles.
HANDLED: frozenset[type[CallbackData]] = frozenset(
    (OpenCommand, *(press.kind for feature in FEATURES for press in feature.buttons))
)
KINDS = kinds()
