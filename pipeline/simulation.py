"""`python -m pipeline simulate`: the demo's simulated customers, as if they had used the marketplace for weeks."""

from typing import Annotated

import typer

from ops.cli import run


def simulate(
    days: Annotated[int, typer.Option(min=1, help="How many days up to now.")] = 30,
    customers: Annotated[int, typer.Option(min=1, help="How many people.")] = 400,
    seed: Annotated[int, typer.Option(help="The same seed gives the same people.")] = 20,
) -> None:
    """Send what simulated customers search, view, like, hide and buy to client_requests, each marked as simulated."""
    from ops.settings import load

    sent = run(_simulate(days, customers, seed))
    typer.echo(f"{sent} requests of {customers} simulated customers sent ({load().kafka.bootstrap})")


async def _simulate(days: int, customers: int, seed: int) -> int:
    import asyncio
    from datetime import UTC, datetime

    from ops.demo import events
    from ops.demo.bans import allowed
    from ops.demo.offers import offers
    from ops.demo.simulator import Simulation
    from ops.kafka import Kafka
    from ops.settings import load
    from pipeline.contracts.messages import HEADERS, ClientRequest, decode, encode
    from pipeline.contracts.topics import CLIENT_REQUESTS

    end = datetime.now(UTC).replace(microsecond=0)
    simulation = Simulation(allowed(offers(seed)), end, days, customers, seed)
    lines = await asyncio.to_thread(lambda: list(events.lines(simulation.events())))
    async with Kafka(load(), "cli").producer(linger_ms=20) as producer:
        sent = []
        for line in lines:
            request = decode(ClientRequest, line)
            sent.append(
                await producer.send(CLIENT_REQUESTS.name, encode(request), key=request.user.encode(), headers=HEADERS)
            )
        await asyncio.gather(*sent)
    return len(lines)
