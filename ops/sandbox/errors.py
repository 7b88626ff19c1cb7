"""What the sandbox answers when something is wrong: to bots in Telegram's words, to people in plain ones."""

from http import HTTPStatus

NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same as a current "
    "content and reply markup of the message"
)
QUERY_TOO_OLD = "query is too old and response timeout expired or query ID is invalid"
OTHER_GET_UPDATES = "terminated by other getUpdates request; make sure that only one bot instance is running"
WEBHOOK_ACTIVE = "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"

_PREFIXES = {
    400: "Bad Request",
    403: "Forbidden",
    404: "Not Found",
    409: "Conflict",
}


class BotApiError(Exception):
    """An answer with `ok: false`. `description` is Telegram's exact text, prefix included.

    `parameters` are the Bot API's ResponseParameters.
    """

    def __init__(self, code: int, description: str, **parameters: int) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.parameters = parameters


def bad_request(text: str) -> BotApiError:
    """Telegram's 400. Like its server, starts the text with a small letter unless it is a CODE_OF_AN_ERROR."""
    code_like = len(text) > 1 and (text[1] == "_" or "A" <= text[1] <= "Z")
    return BotApiError(400, "Bad Request: " + (text if code_like else text[:1].lower() + text[1:]))


def refused(code: int, text: str) -> BotApiError:
    """A refusal with Telegram's usual prefix of `code`."""
    return BotApiError(code, f"{_PREFIXES[code]}: {text}")


def too_many_requests(retry_after: int) -> BotApiError:
    """Telegram's 429, `retry_after` in seconds."""
    return BotApiError(429, f"Too Many Requests: retry after {retry_after}", retry_after=retry_after)


def group_moved(new_id: int) -> BotApiError:
    """The group has become a supergroup under the new id."""
    return BotApiError(400, "Bad Request: group chat was upgraded to a supergroup chat", migrate_to_chat_id=new_id)


class PersonError(Exception):
    """A person's call that cannot be done; answered as {"error": sentence} with `status`."""

    def __init__(self, status: HTTPStatus, sentence: str) -> None:
        super().__init__(sentence)
        self.status = status
        self.sentence = sentence
