"""What the bot keeps of what a person looked at."""

from pydantic import Field

from bot.state.store import Personal, StoreSpec
from bot.ui.locale import Html, Texts
from pipeline.contracts.messages import Message, Moment, now


class Preferences(Message):
    """What a person looked at, liked and hid, the latest last; its key is `seen:<pseudonym>`."""

    recent: tuple[str, ...] = Field((), description="opened or liked")
    liked: tuple[str, ...] = ()
    hidden: tuple[str, ...] = Field((), description="hidden or disliked: not recommended until they are brought back")
    disliked: tuple[str, ...] = Field((), description="those of the hidden that were disliked")
    at: Moment = Field(default_factory=now)

    @property
    def leading(self) -> tuple[str, ...]:
        """What leads on to other products: opened or liked, and not hidden."""
        hidden = frozenset(self.hidden)
        return tuple(one for one in self.recent if one not in hidden)

    @property
    def products(self) -> frozenset[str]:
        """Every product in it."""
        return frozenset((*self.recent, *self.liked, *self.hidden))


def _kept(count: int, texts: Texts) -> Html:
    return texts.html_n(
        "• {n} product that you opened, liked or hid", "• {n} products that you opened, liked or hid", count
    )


PREFERENCES = StoreSpec("seen:", Preferences, Personal(_kept, count=lambda kept: len(kept.products)), large=True)
