"""Pictures that a bot sends by address: Telegram fetches them, so does the sandbox, from public hosts only."""

import aiohttp
from yarl import URL

from ops.public_addresses import PublicResolver, is_private_literal
from ops.sandbox.errors import bad_request

MAX_BYTES = 5 << 20
TIMEOUT_SECONDS = 5.0


async def fetch(url: str) -> bytes:
    """The body at `url`; raises BotApiError in Telegram's words when it cannot be had."""
    failed = bad_request("failed to get HTTP URL content")
    if is_private_literal(URL(url).host or ""):
        raise failed
    connector = aiohttp.TCPConnector(resolver=PublicResolver())
    timeout = aiohttp.ClientTimeout(total=TIMEOUT_SECONDS)
    try:
        async with (
            aiohttp.ClientSession(connector=connector, timeout=timeout) as session,
            session.get(url, allow_redirects=False) as response,
        ):
            if response.status != 200:
                raise failed
            body = await response.content.read(MAX_BYTES + 1)
            while len(body) <= MAX_BYTES and (more := await response.content.read(MAX_BYTES + 1)):
                body += more
    except (aiohttp.ClientError, OSError, TimeoutError, ValueError):
        raise failed from None
    if len(body) > MAX_BYTES:
        raise failed
    return body
