"""The demo's history: what simulated customers did in the weeks before, as a file of JSON lines."""

from datetime import datetime
from pathlib import Path

from ops.demo import events
from ops.demo.bans import allowed
from ops.demo.offers import SEED, offers
from ops.demo.simulator import Simulation


def write(path: Path, until: datetime, *, days: int = 30, customers: int = 400, seed: int = SEED) -> None:
    """Write what `customers` people search, view, like, hide and buy in the `days` up to `until`.

    Each line is a client request of the contract, marked as simulated; the same arguments give the same bytes.
    """
    simulation = Simulation(allowed(offers(seed)), until, days, customers, seed)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        file.writelines(events.lines(simulation.events()))
