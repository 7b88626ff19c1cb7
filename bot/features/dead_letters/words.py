"""The words for why messages were put aside, and why one cannot be sent again."""

from bot.ui.locale import Texts
from bot.ui.text import clean, cut
from pipeline.dead_letters.letters import ReplayRefusal


def reason_words(reason: str, texts: Texts) -> str:
    """Why messages were put aside, in words; a reason without words as it stands."""
    return {
        "refused_row": texts.plain("refused price list row"),
        "refused_file": texts.plain("refused price list file"),
        "too_large": texts.plain("too large"),
        "not_json": texts.plain("not JSON"),
        "invalid": texts.plain("fields are missing or wrong"),
        "no_key": texts.plain("without a key"),
        "key_differs": texts.plain("key and product differ"),
        "no_document": texts.plain("cannot be indexed"),
        "refused_by_index": texts.plain("refused by the index"),
    }.get(reason) or clean(reason, 60)


def service_words(service: str, texts: Texts) -> str:
    """Who put messages aside."""
    return {
        "feed": texts.plain("loading of price lists"),
        "filter": texts.plain("the filter"),
        "indexer": texts.plain("the search index"),
        "requests": texts.plain("the request log"),
        "bot": texts.plain("the bot"),
    }.get(service) or clean(service, 30)


def topic_words(topic: str, texts: Texts) -> str:
    """What kind of messages they are; empty for rows of feeds, of which their reason and service say it."""
    return {
        "products": texts.plain("products of the shops"),
        "filtered_products": texts.plain("products that passed the filter"),
        "client_requests": texts.plain("requests of customers"),
        "audit": texts.plain("audit entries"),
        "alerts": texts.plain("alerts"),
    }.get(topic) or clean(topic, 30)


def cannot_replay(refusal: ReplayRefusal, source: str, texts: Texts) -> str:
    """A dead letter that has no message to send."""
    shown = cut(clean(source), 40)
    return {
        ReplayRefusal.ROW: texts.plain(
            "{source} cannot be sent again: it is a row of a price list. "
            "Fix the price list, send it again, and delete this message.",
            source=shown,
        ),
        ReplayRefusal.CUT: texts.plain(
            "{source} cannot be sent again: it was too large to be kept whole. "
            "Have its sender send it again, and delete this one.",
            source=shown,
        ),
        ReplayRefusal.NO_KEY: texts.plain(
            "{source} cannot be sent again: it does not say which product it is. Delete it.", source=shown
        ),
        ReplayRefusal.NOT_OURS: texts.plain(
            "{source} cannot be sent again: only its own service may do that. Delete it.", source=shown
        ),
    }[refusal]


def only_rows(texts: Texts) -> str:
    """All letters of a reason are rows of feeds."""
    return texts.plain(
        "None of these can be sent again: they are rows of price lists. "
        "Fix the price lists, send them again, and delete these messages."
    )


def settled_before(texts: Texts) -> str:
    """Somebody else settled it before."""
    return texts.plain("This was settled before.")


def job_under_way(texts: Texts) -> str:
    """Another job is not over yet."""
    return texts.plain("Others are being replayed or deleted right now. Wait for the end, or stop it.")


def no_job(texts: Texts) -> str:
    """There is nothing to stop."""
    return texts.plain("Nothing is under way any more.")
