"""One small GET over asyncio's streams: enough to ask a server on this machine whether it is well."""

import asyncio
import ssl

from ops.addresses import shown
from ops.certificate_faults import shown_fault
from ops.stack.part import NotReadyError

LIMIT = 1 << 20


async def listens(host: str, port: int) -> None:
    """Return when something listens there. Raises NotReadyError otherwise."""
    try:
        _, writer = await asyncio.open_connection(host, port)
    except OSError:
        raise NotReadyError(f"nothing listens on {shown(host, port)}") from None
    writer.close()


async def get(
    host: str,
    port: int,
    path: str,
    *,
    context: ssl.SSLContext | None = None,
    authorization: str | None = None,
    within: float = 3.0,
) -> tuple[int, bytes]:
    """Status and body. Raises NotReadyError with the reason (refused, the TLS fault, no answer in `within` seconds)."""
    place = shown(host, port)
    try:
        async with asyncio.timeout(within):
            return await _exchange(host, port, path, context, authorization)
    except TimeoutError:
        raise NotReadyError(f"{place} gives no answer within {within:g} s") from None
    except ssl.SSLCertVerificationError as error:
        raise NotReadyError(f"{place} {shown_fault(error, host)}") from None
    except ssl.SSLError as error:
        raise NotReadyError(f"{place} fails the TLS handshake: {error.reason}") from None
    except ConnectionRefusedError:
        raise NotReadyError(f"nothing listens on {place}") from None
    except (OSError, ValueError, IndexError) as error:
        raise NotReadyError(f"{place}: {error}") from None


async def _exchange(
    host: str, port: int, path: str, context: ssl.SSLContext | None, authorization: str | None
) -> tuple[int, bytes]:
    reader, writer = await asyncio.open_connection(
        host, port, ssl=context, server_hostname=host if context is not None else None, limit=LIMIT
    )
    try:
        head = [f"GET {path} HTTP/1.0", f"Host: {shown(host, port)}", "Connection: close"]
        head += [f"Authorization: {authorization}"] if authorization else []
        writer.write("\r\n".join([*head, "", ""]).encode("ascii"))
        answer = await reader.read(LIMIT)
        while chunk := await reader.read(LIMIT):
            answer += chunk
    finally:
        writer.close()
    header, _, body = answer.partition(b"\r\n\r\n")
    return int(header.split(b" ", 2)[1]), body
