"""Products as they are offered now: looked up, judged by the rules of this moment, put on a card."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from elastic_transport import TransportError
from elasticsearch import ApiError

from bot.core.update_context import UpdateContext
from bot.products.card import CardPart, Opened, no_longer_sold, product_card, stopped_words
from bot.products.catalog import Catalog
from bot.products.known_products import KnownProducts
from bot.products.list_store import ListStore
from bot.products.variants import variant_rows
from bot.products.visibility import VisibilityPolicy
from bot.ui.reply import Reply
from ops.logs import get_logger
from pipeline.catalog.line import Line
from pipeline.catalog.page import SearchPage
from pipeline.catalog.query import NO_CONTEXT, QueryContext
from pipeline.catalog.request import SearchRequest
from pipeline.contracts.messages import Product

log = get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Offer:
    """A product as it is offered now; one that left the catalogue has only its id."""

    offer_id: str
    product: Product | None
    banned: bool

    @property
    def on_sale(self) -> bool:
        """In the catalogue, and stopped by no rule."""
        return self.product is not None and not self.banned

    @property
    def name(self) -> str:
        """The product's name, if it is known."""
        return self.product.name if self.product is not None else ""


@dataclass(frozen=True, slots=True)
class Products:
    """What features ask about products.

    `card_parts`: what they put on a card, by feature; `contact_of`: where a shop is asked, as it is registered;
    `query_context`: what prices and shops in a person's words are read against.
    """

    catalog: Catalog
    visibility: VisibilityPolicy
    lists: ListStore
    known: KnownProducts
    card_parts: Sequence[CardPart] = ()
    contact_of: Callable[[str], str | None] = lambda store_id: None
    query_context: QueryContext = NO_CONTEXT

    async def offer(self, offer_id: str) -> Offer:
        """The offer, judged by the rules of this moment. Raises what the catalogue raises."""
        product = await self.catalog.product(offer_id)
        if product is not None and self.visibility.stops(product):
            return Offer(offer_id, product, banned=True)
        if product is None or self.visibility.gone.has(offer_id):
            return Offer(offer_id, None, self.visibility.names(offer_id))
        return Offer(offer_id, product, banned=False)

    async def named(self, name: str) -> tuple[Product, ...]:
        """The offers that a person may mean by this id: those that may be shown, or one that may not be.

        Raises what the catalogue raises.
        """
        offers = await self.catalog.named(name)
        return tuple(filter(self.visibility.allows, offers)) or offers[:1]

    async def search(self, request: SearchRequest) -> SearchPage:
        """What is found now, without what the rules of this moment stop. Raises what the catalogue raises."""
        return await self.catalog.search(self.visibility.narrowed(request), self.visibility.allows)

    async def card(self, context: UpdateContext, product: Product, token: str = "", page: int = 0) -> Reply:
        """The card as this person sees it, with what its buttons need kept."""
        together = await self._together(product)
        await self.lists.keep_long_ids((product, *together))
        card = product_card(
            product,
            context.texts,
            opened=Opened(token, page, by_link=context.pressed_id is None),
            parts=self.card_parts,
            role=context.role,
            person=context.pseudonym,
            contact=self.contact_of(product.store_id),
        )
        # What one may take instead comes after the first thing to do.
        variants = variant_rows(product, together, context.texts, token, page)
        return replace(card, buttons=(*card.buttons[:1], *variants, *card.buttons[1:]))

    async def lines(self, products: Iterable[Product]) -> Mapping[str, Line]:
        """What to tell in a list of those that are more than one offer; nothing when the catalogue does not tell."""
        shown = tuple(products)
        try:
            return await self.catalog.lines(shown, self.visibility.allows) if shown else {}
        except (ApiError, TransportError) as error:
            log.warning("no_lines", products=len(shown), error=str(error)[:200])
            return {}

    async def _together(self, product: Product) -> tuple[Product, ...]:
        """The offers of its line; none when the catalogue does not tell: the card is worth showing without."""
        try:
            return await self.catalog.together(product, self.visibility.allows)
        except (ApiError, TransportError) as error:
            log.warning("no_variants", offer_id=product.offer_id, error=str(error)[:200])
            return ()


async def strike(context: UpdateContext, offer: Offer, name: str) -> None:
    """Say on the pressed card that its product is no longer offered."""
    await context.toast(stopped_words(context.texts, banned=offer.banned), alert=True)
    await context.change(no_longer_sold(offer.offer_id, name, context.texts, banned=offer.banned))
