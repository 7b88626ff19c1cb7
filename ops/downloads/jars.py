"""Java archives from Maven's central repository, by jgo: no Maven needed, nothing asked again once it is there."""

import hashlib
import os
import shutil
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import orjson

from ops.downloads.cache import cache_directory, locked
from ops.downloads.report import Report
from ops.errors import StartupError


class _Component(Protocol):
    groupId: str  # noqa: N815 - jgo's name
    artifactId: str  # noqa: N815 - jgo's name


class _Artifact(Protocol):
    @property
    def groupId(self) -> str: ...  # noqa: N802 - jgo's name
    @property
    def artifactId(self) -> str: ...  # noqa: N802 - jgo's name
    def resolve(self) -> Path: ...


@dataclass(frozen=True)
class Jars:
    """A class path: Maven coordinates `group:artifact:version`, with what they need except `without` (group prefixes).

    jgo mediates versions by itself and may take an older one of a server's own modules: name those that matter.
    """

    coordinates: tuple[str, ...]
    without: tuple[str, ...] = ()
    alone: bool = False
    """True for an archive that holds all it needs, whatever its description says."""

    def fetch(self, report: Report) -> tuple[Path, ...]:
        """The files, downloaded when missing. The answer is remembered, so that a warm start asks nobody.

        Raises StartupError when something is missing and cannot be downloaded.
        """
        manifest = cache_directory() / "jars" / f"{self._digest()}.json"
        # What an image brings along needs no lock, and could not be locked: its root is read-only.
        known = _read_manifest(manifest)
        if known:
            return known
        with locked(manifest.with_suffix(".lock")):
            known = _read_manifest(manifest)
            if known:
                return known
            paths = self._resolve(report)
            manifest.write_bytes(orjson.dumps([str(path) for path in paths], option=orjson.OPT_INDENT_2))
            return paths

    def _digest(self) -> str:
        words = (*self.coordinates, "-", *self.without, *(("alone",) if self.alone else ()))
        return hashlib.sha256("\n".join(words).encode()).hexdigest()[:16]

    def _resolve(self, report: Report) -> tuple[Path, ...]:
        import jgo  # half a second of imports that a warm start never needs

        report(f"resolving {self.coordinates[0]}")
        unwanted = self.without or ("-",)
        try:
            artifacts: list[_Artifact] = [
                artifact
                for artifact in jgo.resolve("+".join(self.coordinates))
                if not artifact.groupId.startswith(unwanted)
            ]
            artifacts = artifacts[: len(self.coordinates)] if self.alone else artifacts
            paths: list[Path] = []
            for index, artifact in enumerate(artifacts):
                report(f"{index} of {len(artifacts)} jars, {artifact.artifactId}")
                paths.append(artifact.resolve())
        except (OSError, RuntimeError, ValueError) as error:
            raise _unavailable(self.coordinates[0], error) from None
        return tuple(dict.fromkeys(paths))


@dataclass(frozen=True)
class Distribution:
    """A server's zip in Maven's central repository, unpacked into the cache."""

    group: str
    artifact: str
    version: str

    def fetch(self, report: Report) -> Path:
        """The directory of the unpacked server, readable by every user. Raises StartupError when unavailable."""
        home = cache_directory() / f"{self.artifact}-{self.version}"
        with locked(home.with_suffix(".lock")):
            if not home.exists():
                report(f"downloading {self.artifact} {self.version}")
                archive = self._download()
                report(f"unpacking {self.artifact} {self.version}")
                _unpack(archive, home)
        return home

    def _download(self) -> Path:
        from jgo.maven import MavenContext

        component = MavenContext().project(self.group, self.artifact).at_version(self.version)
        try:
            path: Path = component.artifact(packaging="zip").resolve()
        except (OSError, RuntimeError, ValueError) as error:
            raise _unavailable(f"{self.group}:{self.artifact}:{self.version}", error) from None
        return path


def _unpack(archive: Path, home: Path) -> None:
    draft = home.with_name(f".{home.name}.{os.getpid()}")
    shutil.rmtree(draft, ignore_errors=True)
    with zipfile.ZipFile(archive) as content:
        content.extractall(draft)
    (inner,) = draft.iterdir()
    for path in (inner, *inner.rglob("*")):
        path.chmod(0o755 if path.is_dir() or path.parent.name == "bin" else 0o644)
    inner.rename(home)
    draft.rmdir()


def _read_manifest(manifest: Path) -> tuple[Path, ...]:
    if not manifest.exists():
        return ()
    paths = tuple(Path(name) for name in orjson.loads(manifest.read_bytes()))
    return paths if all(path.exists() for path in paths) else ()


def _unavailable(what: str, error: Exception) -> StartupError:
    return StartupError(
        f"{what} is not in the local Maven repository and cannot be downloaded ({error}); "
        "check the network, or run once where Maven's central repository is reached."
    )
