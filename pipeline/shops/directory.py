"""Finding a shop by what somebody calls it: its id, its name or an alias."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from ops.kafka import Kafka
from pipeline.contracts.feeds import Shop
from pipeline.contracts.topics import SHOPS
from pipeline.kafka.live_view import LiveView
from pipeline.text.letters import WITHOUT_INVISIBLE, folded

QUOTES = str.maketrans(dict.fromkeys("«»„“”\"'`’", " "))


def normalised(name: str) -> str:
    """A name without case, ё, quotes, what is invisible, and repeated blanks: «Север» and север are one."""
    return folded(name.translate(WITHOUT_INVISIBLE).translate(QUOTES))


@dataclass(frozen=True, slots=True)
class ShopNames:
    """The shops as they are now, by id and by what they are called. Pure."""

    by_id: Mapping[str, Shop]
    by_name: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @staticmethod
    def of(shops: Iterable[Shop]) -> "ShopNames":
        by_id = {shop.store_id: shop for shop in shops}
        names: dict[str, list[str]] = {}
        for shop in by_id.values():
            for name in {normalised(name) for name in (shop.store_id, shop.name, *shop.aliases) if name}:
                names.setdefault(name, []).append(shop.store_id)
        return ShopNames(by_id, {name: tuple(sorted(ids)) for name, ids in names.items()})

    def get(self, store_id: str) -> Shop | None:
        return self.by_id.get(store_id)

    def find(self, text: str) -> tuple[Shop, ...]:
        """The shop with exactly this id; or else all that are called so, in the order of their ids."""
        exact = self.by_id.get(text.strip())
        if exact is not None:
            return (exact,)
        return tuple(self.by_id[store_id] for store_id in self.by_name.get(normalised(text), ()))

    def shown(self, store_id: str) -> str:
        """What people see: the shop's name, and the id of one that nobody registered."""
        shop = self.by_id.get(store_id)
        return shop.shown if shop is not None else store_id

    def all(self) -> tuple[Shop, ...]:
        """Every shop, by what people see."""
        return tuple(sorted(self.by_id.values(), key=lambda shop: (normalised(shop.shown), shop.store_id)))


class ShopDirectory:
    """The registry as it is at this moment; `LiveView(kafka, SHOPS, Shop)` is what it looks at."""

    def __init__(self, view: LiveView[Shop]) -> None:
        self._view = view
        self._names = ShopNames.of(shop for _, shop in view.items())
        view.subscribe(self._changed)

    @property
    def names(self) -> ShopNames:
        """The shops of this moment; it does not change, ask again for later ones."""
        return self._names

    def shown(self, store_id: str) -> str:
        """What people see of the shop at this moment."""
        return self._names.shown(store_id)

    async def _changed(self, key: str, before: Shop | None, after: Shop | None) -> None:
        self._names = ShopNames.of(shop for _, shop in self._view.items())


def shop_view(kafka: Kafka) -> LiveView[Shop]:
    """The view of the registry, to be entered."""
    return LiveView(kafka, SHOPS, Shop)
