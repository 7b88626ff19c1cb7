"""The machine: is there room, memory, and every port that will be published?"""

import shutil
import socket
from collections.abc import Iterator, Mapping
from pathlib import Path

import psutil

from ops.stack.doctor import Finding

GIB = 1 << 30
# Where Docker keeps images and volumes, if it is asked nothing else.
DOCKER = Path("/var/lib/docker")
DISK = 10 * GIB
# What a deployment's containers really take when they have settled; their limits are higher.
MEMORY: Mapping[str, float] = {
    "servers": 2.5,
    "core": 1.5,
    "lake": 1.0,
    "analytics": 1.5,
    "monitoring": 1.4,
    "sandbox": 0.1,
}
# Name → (profile, default); what `docker-compose.yml` publishes.
PUBLISHED: Mapping[str, tuple[str, int]] = {
    "CHAT_PORT": ("sandbox", 8081),
    "GRAFANA_PORT": ("monitoring", 3000),
    "PROMETHEUS_PORT": ("monitoring", 9090),
    "ALERTMANAGER_PORT": ("monitoring", 9093),
    "KIBANA_PORT": ("monitoring", 5601),
}


def disk(place: Path = DOCKER) -> Finding:
    """Is there room for images and a first month of data?"""
    there = next(path for path in (place, *place.parents) if path.exists())
    free = shutil.disk_usage(there).free
    if free >= DISK:
        return Finding(f"disk at {there}, {_gib(free)} free")
    return Finding(
        f"disk at {there}", f"{_gib(free)} free, {_gib(DISK)} needed", "make room, or give Docker another disk"
    )


def memory(profiles: frozenset[str], total: int | None = None) -> Finding:
    """Is the machine large enough for these profiles?"""
    needed = int(sum(MEMORY.get(profile, 0) for profile in profiles) * GIB)
    has = psutil.virtual_memory().total if total is None else total
    # A machine that is sold as 8 GB has a little less.
    if has >= 0.92 * needed:
        return Finding(f"memory, {_gib(has)}")
    largest = max((one for one in profiles if one in MEMORY), key=lambda one: MEMORY[one])
    return Finding(
        "memory",
        f"the machine has {_gib(has)}, these profiles take {_gib(needed)}",
        f"take a profile out of COMPOSE_PROFILES (`{largest}` is the largest), or a larger machine",
    )


def ports(profiles: frozenset[str], values: Mapping[str, str]) -> Iterator[Finding]:
    """Is each published port free, and named once?"""
    wanted = {
        name: int(values.get(name) or default) for name, (profile, default) in PUBLISHED.items() if profile in profiles
    }
    first: dict[int, str] = {}
    for name, port in wanted.items():
        if port in first:
            yield Finding(f"port {port}", f"{first[port]} and {name} both take it", f"give {name} another in .env")
        elif not _is_free(port):
            yield Finding(
                f"port {port} ({name})",
                "another program listens there",
                f"stop it or give {name} another in .env; it is no fault if this deployment runs already",
            )
        else:
            yield Finding(f"port {port} ({name})")
        first.setdefault(port, name)


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except PermissionError:
            # Below 1024: whoever starts Docker may, whoever asks may not.
            return True
        except OSError:
            return False
    return True


def _gib(size: int) -> str:
    return f"{size / GIB:.1f} GiB"
