"""What is about to be started: a deployment by its `.env`, or the local stack by the environment."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from ops.deployment import env_file
from ops.errors import StartupError
from ops.settings import PREFIX, STACK_DIR_NAME, TOKEN_NAME, Settings, load
from ops.stack.doctor import Finding

SANDBOX_PROFILE = "sandbox"


@dataclass(frozen=True)
class Plan:
    """The settings, and the environment in which the services will look for a proxy. `profiles` is None locally."""

    settings: Settings
    environment: Mapping[str, str]
    profiles: frozenset[str] | None = None

    @property
    def token(self) -> str:
        """The token of a real chat; empty for the sandbox."""
        held = self.settings.telegram_token
        return held.get_secret_value() if held is not None else ""


def of_deployment(path: Path) -> Plan:
    """What the file plans. Raises StartupError with the sentence that the set-up would stop with."""
    values = env_file.read(path)
    ours = {name: value for name, value in values.items() if name.startswith(PREFIX) or name == TOKEN_NAME}
    settings = load({**ours, STACK_DIR_NAME: "/nonexistent"})
    # The containers see what the file says of proxies, and nothing of the host's own environment.
    return Plan(settings, values, frozenset(values["COMPOSE_PROFILES"].split(",")))


def of_stack(environment: Mapping[str, str]) -> Plan:
    """What `make demo` would start here. Raises StartupError."""
    return Plan(load(dict(environment)), environment)


def consistency(plan: Plan, path: Path) -> Iterator[Finding]:
    """Does what the file says fit together?"""
    for said in env_file.passed_on(plan.environment):
        yield Finding(said)
    if env_file.open_to_others(path, plan.environment):
        yield Finding(path.name, "it holds the token, and others may read it", f"chmod 600 {path}")
    profiles = plan.profiles or frozenset()
    sandbox = SANDBOX_PROFILE in profiles
    if "core" in profiles and not plan.token and not sandbox:
        yield Finding("chat", "there is none", f"set {TOKEN_NAME}, or add {SANDBOX_PROFILE} to COMPOSE_PROFILES")
    if plan.token and sandbox:
        yield Finding(
            "chat page", "the bot does not serve it, for it has a token", "take sandbox out of COMPOSE_PROFILES"
        )
    if plan.token and not plan.settings.bot.admins:
        yield Finding("admins", "there is none, so nobody may ban", "set YARMARKA_BOT__ADMINS to your own id")
    if plan.token and "monitoring" in profiles and not plan.settings.bot.alert_chats:
        yield Finding("alerts", "no chat is named for them", "set YARMARKA_BOT__ALERT_CHATS to a group's id")


def planned(path: Path, environment: Mapping[str, str]) -> tuple[Plan | None, Finding]:
    """The plan, or None with the fault that keeps it from being one. Without the file, it is the local stack's."""
    here = path.is_file()
    try:
        plan = of_deployment(path) if here else of_stack(environment)
    except StartupError as error:
        return None, Finding("settings", str(error), f"put it right in {path if here else 'the environment'}")
    return plan, Finding(f"settings of {path}" if here else "settings of the local stack (there is no .env)")
