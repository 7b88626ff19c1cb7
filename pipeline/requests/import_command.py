"""`python -m pipeline import-requests`: history from elsewhere, as if it had happened here."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ops.cli import run

if TYPE_CHECKING:
    from pipeline.contracts.messages import ClientRequest


def import_requests(
    path: Annotated[Path, typer.Argument(metavar="FILE", help="JSON lines, each a client request of the contract.")],
) -> None:
    """Send the client requests of a file to client_requests; of a file with a wrong line, none."""
    from ops.settings import load

    sent = run(_send(_read(path)))
    typer.echo(f"{sent} requests sent ({load().kafka.bootstrap})")


def _read(path: Path) -> "list[ClientRequest]":
    from ops.errors import StartupError, UnprocessableMessage
    from pipeline.contracts.messages import ClientRequest, decode

    found: list[ClientRequest] = []
    try:
        for line in path.read_bytes().splitlines():
            found.append(decode(ClientRequest, line))
    except OSError as error:
        raise StartupError(f"{path}: {error.strerror}; name a file of client requests.") from None
    except UnprocessableMessage as error:
        raise StartupError(f"{path}, line {len(found) + 1}: {error}; nothing was sent.") from None
    return found


async def _send(requests: "list[ClientRequest]") -> int:
    import asyncio

    from ops.kafka import Kafka
    from ops.settings import load
    from pipeline.contracts.messages import HEADERS, encode
    from pipeline.contracts.topics import CLIENT_REQUESTS

    async with Kafka(load(), "cli").producer(linger_ms=20) as producer:
        sent = [
            await producer.send(CLIENT_REQUESTS.name, encode(request), key=request.user.encode(), headers=HEADERS)
            for request in requests
        ]
        await asyncio.gather(*sent)
    return len(sent)
