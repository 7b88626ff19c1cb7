"""Who of those who wrote lately has which @username: Telegram tells a bot no id for one."""

from collections import OrderedDict

from telegram import User

KEPT = 10_000


class Usernames:
    """The usernames of the last people who wrote or pressed, in memory only; the longest unseen is forgotten first."""

    def __init__(self, kept: int = KEPT) -> None:
        self._ids: OrderedDict[str, int] = OrderedDict()
        self._kept = kept

    def note(self, user: User) -> None:
        """The person has just written or pressed."""
        if not user.username:
            return
        name = user.username.lower()
        self._ids[name] = user.id
        self._ids.move_to_end(name)
        if len(self._ids) > self._kept:
            self._ids.popitem(last=False)

    def id_of(self, name: str) -> int | None:
        """Telegram's id of @name, if they wrote lately."""
        return self._ids.get(name.removeprefix("@").lower())
