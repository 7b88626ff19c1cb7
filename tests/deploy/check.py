"""`python -m tests.deploy.check`: what can be said about the deployment's files without starting anything."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from ops.errors import StartupError
from ops.stack.checkout import CHECKOUT
from tests.deploy.compose_file import COMPOSE, resolved

TOOLS = Path(sys.executable).parent


def check() -> Iterator[str]:
    """Yields what is in order. Raises StartupError with the tool's own words at the first fault."""
    yield f"docker-compose.yml is well-formed: {len(resolved()['services'])} services"
    _tool("hadolint", COMPOSE / "Dockerfile")
    yield "the Dockerfile has no fault that hadolint knows"
    scripts = [
        path for path in _tracked() if path.suffix == ".sh" or (path.parent.name == "stand_in" and not path.suffix)
    ]
    _tool("shellcheck", *scripts)
    yield f"{len(scripts)} shell scripts have no fault that shellcheck knows"


def _tracked() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "compose", "tests/deploy"],
        capture_output=True,
        text=True,
        check=True,
        cwd=CHECKOUT,
    )
    return [CHECKOUT / line for line in listed.stdout.splitlines() if (CHECKOUT / line).exists()]


def _tool(name: str, *paths: Path) -> None:
    done = subprocess.run([TOOLS / name, *paths], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise StartupError(f"{name}: {(done.stdout + done.stderr).strip()}")


if __name__ == "__main__":
    try:
        for line in check():
            sys.stdout.write(f"{line}\n")
    except StartupError as error:
        sys.exit(str(error))
