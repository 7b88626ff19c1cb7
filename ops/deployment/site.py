"""What a deployment's set-up knows when it distributes files."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ops.stack.directory import StackDirectory


@dataclass(frozen=True)
class Deployment:
    """One deployment: where its credentials are kept, and its checked `.env`."""

    directory: StackDirectory
    environment: Mapping[str, str]

    @property
    def credentials(self) -> Path:
        return self.directory.credentials

    def value(self, name: str, default: str) -> str:
        """A value of `.env`, or the default that docker-compose.yml has for it too."""
        return self.environment.get(name) or default


# A path below the recipient's directory → what stands there.
Files = Mapping[str, bytes]
