"""Where everything of one stack lies: all of it under one directory."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from ops.stack.servers_user import servers_user


@dataclass(frozen=True)
class StackDirectory:
    """The paths of one stack. Nothing is made until `make` is called."""

    root: Path

    @classmethod
    def at(cls, path: Path) -> "StackDirectory":
        return cls(path.resolve())

    @property
    def environment(self) -> Path:
        """The settings of this stack, `NAME=value` lines that `ops.settings` reads."""
        return self.root / "stack.env"

    @property
    def credentials(self) -> Path:
        return self.root / "credentials"

    @property
    def authority_key(self) -> Path:
        return self.root / "authority" / "ca.key"

    @property
    def authority_certificate(self) -> Path:
        return self.credentials / "ca.pem"

    @property
    def ports(self) -> Path:
        return self.root / "ports.json"

    @property
    def lock(self) -> Path:
        """Held by the supervisor as long as it lives."""
        return self.root / "supervisor.lock"

    @property
    def status_file(self) -> Path:
        """The state of every part, rewritten by the supervisor at each change."""
        return self.root / "run" / "status.json"

    @property
    def holds(self) -> Path:
        """A file here keeps the part of that name stopped."""
        return self.root / "run" / "holds"

    def done(self, task: str) -> Path:
        """Made when a task that runs once in a stack's life has succeeded."""
        return self.root / "done" / task

    def log(self, part: str) -> Path:
        return self.root / "logs" / f"{part}.log"

    def home(self, part: str) -> Path:
        """A part's own directory: configuration and data."""
        return self.root / part

    def shared_home(self, part: str) -> Path:
        """As `home`, for a part that runs as another user, who must be able to get there.

        When a directory above the stack is closed to others (a checkout in a private home), the part lives under
        /var/tmp instead, and `home` is a link to it.
        """
        home = self.home(part)
        if servers_user() is None or _others_may_pass(self.root):
            home.mkdir(parents=True, exist_ok=True)
            return home
        name = hashlib.sha256(str(home).encode()).hexdigest()[:16]
        outside = Path("/var/tmp") / f"yarmarka-{name}"  # noqa: S108 - made 711 below, and everything in it private
        outside.mkdir(mode=0o711, exist_ok=True)
        if not home.is_symlink():
            home.symlink_to(outside)
        return outside

    def make(self) -> None:
        """Make the directories; secrets are closed to others, the rest is open for the servers' user to pass."""
        for path, mode in (
            (self.root, 0o755),
            (self.root / "logs", 0o755),
            (self.root / "run", 0o755),
            (self.holds, 0o755),
            (self.root / "done", 0o755),
            (self.credentials, 0o700),
            (self.authority_key.parent, 0o700),
        ):
            path.mkdir(parents=True, exist_ok=True)
            path.chmod(mode)


def _others_may_pass(path: Path) -> bool:
    return all(step.stat().st_mode & 0o001 for step in (path, *path.parents) if step.exists())
