"""Who of those who wrote lately has which @username: Telegram tells a bot no id for one."""

from telegram import User

from bot.core.remembered import Remembered


class Usernames:
    """The usernames of the last people who wrote or pressed, in memory only."""

    def __init__(self) -> None:
        self._ids: Remembered[int] = Remembered()

    def note(self, user: User) -> None:
        """The person has just written or pressed."""
        if user.username:
            self._ids.put(user.username.lower(), user.id)

    def id_of(self, name: str) -> int | None:
        """Telegram's id of @name, if they wrote lately."""
        return self._ids.get(name.removeprefix("@").lower())
