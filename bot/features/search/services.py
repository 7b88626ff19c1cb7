"""What searching stands on."""

from dataclasses import dataclass, field

from bot.core.request_log import RequestLog
from bot.features.search.inline_cache import InlineCache
from bot.features.search.replies import ResultList, result_list
from bot.features.search.thumbnails import Thumbnails
from bot.products.list_part import ListParts
from bot.products.offers import Products
from bot.ui.locale import Texts
from bot.ui.reply import Reply


@dataclass(frozen=True, slots=True)
class SearchServices:
    """`page_size` products stand on a page; `list_parts` is what other features put under a list."""

    products: Products
    request_log: RequestLog
    page_size: int
    list_parts: ListParts = field(default_factory=ListParts)
    inline_cache: InlineCache = field(default_factory=InlineCache)
    thumbnails: Thumbnails = field(default_factory=Thumbnails)

    def result_list(self, shown: ResultList, texts: Texts) -> Reply:
        """The list with everything under it."""
        return result_list(shown, texts, self.list_parts)
