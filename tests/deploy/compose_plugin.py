"""Docker Compose v5, built from the Go module proxy where it is not installed; kept for the next time."""

import subprocess
from pathlib import Path

import orjson

from ops.downloads.cache import cache_directory
from ops.errors import StartupError

MODULE = "github.com/docker/compose/v5@v5.6.0"
INSTALLED = tuple(Path(f"/usr/{home}/docker/cli-plugins") for home in ("lib", "libexec", "local/lib", "local/libexec"))
FLAGS = "-buildvcs=false -modcacherw"


def plugin() -> Path | None:
    """The plugin's file; None where it is installed for everybody. Raises StartupError where Go is missing."""
    if any((home / "docker-compose").exists() for home in INSTALLED):
        return None
    place = cache_directory() / f"docker-compose-{MODULE.rpartition('@')[2]}"
    if place.exists():
        return place
    try:
        found = subprocess.run(["go", "mod", "download", "-json", MODULE], capture_output=True, check=True, timeout=600)
        source = orjson.loads(found.stdout)["Dir"]
        subprocess.run(
            [
                "env",
                "CGO_ENABLED=0",
                f"GOFLAGS={FLAGS}",
                "go",
                "build",
                "-trimpath",
                "-ldflags=-s -w",
                "-o",
                place,
                "./cmd",
            ],
            cwd=source,
            check=True,
            timeout=900,
        )
    except (OSError, subprocess.CalledProcessError) as error:
        raise StartupError(
            f"Docker Compose cannot be built ({error}); install it as a plugin, or install Go."
        ) from None
    return place
