"""The `.env` of a deployment, checked before anything is started."""

import re
import stat
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from pathlib import Path

from ops.errors import StartupError
from ops.settings import CREDENTIALS_NAME, PREFIX, STACK_DIR_NAME, TOKEN_NAME, load, options, read_env_file

PORT = r"[1-9]\d{0,4}"
PROFILES = "servers|core|lake|analytics|monitoring|sandbox"
# What `docker-compose.yml` itself reads: name → (pattern, what is expected, in words).
OWN: dict[str, tuple[str, str]] = {
    "COMPOSE_PROFILES": (
        rf"({PROFILES})(,({PROFILES}))*",
        "a list of servers, core, lake, analytics, monitoring, sandbox",
    ),
    "COMPOSE_PROJECT_NAME": (r"[a-z0-9][a-z0-9_-]*", "small letters, digits, - and _"),
    "CHAT_PORT": (PORT, "a port"),
    "GRAFANA_PORT": (PORT, "a port"),
    "PROMETHEUS_PORT": (PORT, "a port"),
    "ALERTMANAGER_PORT": (PORT, "a port"),
    "KIBANA_PORT": (PORT, "a port"),
    "GRAFANA_URL": (r"https?://[A-Za-z0-9.:\[\]-]+(/[!-~]*)?", "an address that begins with http:// or https://"),
    "DEMO_CATALOGUE": ("(true|false)?", "true, false or nothing"),
    TOKEN_NAME: (r"(\d{4,12}:[A-Za-z0-9_-]{30,})?", "a token as @BotFather writes it, digits:letters, or nothing"),
}
# The containers' own business, the same in each.
FIXED = frozenset({STACK_DIR_NAME, CREDENTIALS_NAME, f"{PREFIX}HTTP__HOST", f"{PREFIX}HTTP__PORT"})
# What other programs read: clocks, languages, proxies, Compose and Docker themselves.
FOREIGN = re.compile(r"TZ|LANG|LANGUAGE|LC_\w+|(?i:(https?|ftp|all|no)_proxy)|(COMPOSE|DOCKER|BUILDKIT|BUILDX)_\w+")
# Above it, a name is taken for one of ours with a slip in it.
ALIKE = 0.85
DEMO = "DEMO_CATALOGUE"
LARGEST_PORT = 65535
PASSPHRASE = f"{PREFIX}BACKUP__PASSPHRASE"


def read(path: Path) -> Mapping[str, str]:
    """Every value of the file. Raises StartupError with one sentence that names the setting that is not right."""
    if not path.is_file():
        raise StartupError(f"{path.name} is missing; copy compose/.env.example to compose/.env and look through it.")
    values = read_env_file(path)
    for name, value in values.items():
        if name in OWN:
            _check_own(name, value)
        elif name in FIXED:
            raise StartupError(f"{name} (from .env) is set by docker-compose.yml itself; remove the line.")
        elif name == PASSPHRASE:
            raise StartupError(
                f"{name} (from .env) would stand in every container's environment; remove the line, and give "
                "scripts/backup.sh a file."
            )
        elif not name.startswith(PREFIX) and (meant := _meant(name)):
            raise StartupError(f"{name} (from .env) is not a setting, {meant} is; compose/.env.example lists them.")
    if "COMPOSE_PROFILES" not in values:
        raise StartupError("COMPOSE_PROFILES (from .env) is missing; compose/.env.example has the line.")
    _check_ours({name: value for name, value in values.items() if name.startswith(PREFIX)})
    return values


def passed_on(values: Mapping[str, str]) -> Iterator[str]:
    """A sentence for each name that is nobody's whom we know: it does no harm, and may be a slip."""
    for name in values:
        if name not in OWN and not name.startswith(PREFIX) and not FOREIGN.fullmatch(name):
            yield f"{name} (from .env) is no setting of Yarmarka; it is handed on to the containers as it is"


def wants_demo(values: Mapping[str, str]) -> bool:
    """Whether the demo's goods and rules go in: with the sandbox unless they are not wanted, else when asked for."""
    return (values.get(DEMO) or str(not values.get(TOKEN_NAME)).lower()) == "true"


def open_to_others(path: Path, values: Mapping[str, str]) -> str | None:
    """A sentence when the file holds the bot's token and others of this machine may read it."""
    if not values.get(TOKEN_NAME) or not path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        return None
    return f"{TOKEN_NAME} stands in {path.name}, which others may read: chmod 600 compose/.env"


def _check_own(name: str, value: str) -> None:
    pattern, expected = OWN[name]
    right = re.fullmatch(pattern, value) is not None
    if not right or (pattern == PORT and int(value) > LARGEST_PORT):
        # A token that is nearly right must not show in a log.
        shown = "" if name == TOKEN_NAME else f" ({value!r})"
        raise StartupError(f"{name} (from .env){shown} is wrong: it must be {expected}.")


def _check_ours(values: Mapping[str, str]) -> None:
    try:
        load({**values, STACK_DIR_NAME: "/nonexistent"})
    except StartupError as error:
        raise StartupError(str(error).replace("(from the environment)", "(from .env)")) from None


def _meant(name: str) -> str | None:
    """The setting of ours that the name is a slip of."""
    ours = [*OWN, *(setting for setting, _, _ in options())]
    if PREFIX + name in ours:
        return PREFIX + name
    return next(iter(get_close_matches(name, ours, n=1, cutoff=ALIKE)), None)
