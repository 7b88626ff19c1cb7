"""How many requests of a person the request log in Elasticsearch has; the job `forget` deletes them."""

from elastic_transport import TransportError
from elasticsearch import ApiError, AsyncElasticsearch

from bot.core.request_log_search import INDICES
from bot.ui.locale import Html, Texts
from ops.logs import get_logger

log = get_logger(__name__)


class RequestCount:
    """`PersonalData` of the request log."""

    def __init__(self, client: AsyncElasticsearch) -> None:
        self._client = client

    async def count(self, person: str) -> int | None:
        try:
            answer = await self._client.count(index=INDICES, query={"term": {"user": person}}, allow_no_indices=True)
        except (ApiError, TransportError) as error:
            log.warning("requests_not_counted", error=str(error)[:200])
            return None
        return int(answer["count"])

    def words(self, count: int | None, texts: Texts) -> Html:
        return requests_words(count, texts)

    async def forget(self, person: str) -> None:
        """Left to the job `forget`, which is asked for beside this."""


def requests_words(count: int | None, texts: Texts) -> Html:
    """So many requests, or that they cannot be counted now."""
    if count is None:
        return texts.html("• your requests; they cannot be counted now")
    return texts.html_n("• {n} request", "• {n} requests", count)
