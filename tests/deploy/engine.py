"""A Docker engine of our own, with all its state under one directory."""

import contextlib
import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ops.errors import StartupError

STARTS_WITHIN = 60.0
STOPS_WITHIN = 60.0


@dataclass(frozen=True)
class Engine:
    """The address of a running engine."""

    host: str
    config: Path
    """Docker's own directory of configuration, with the Compose plugin in it."""

    def environment(self) -> dict[str, str]:
        return {**os.environ, "DOCKER_HOST": self.host, "DOCKER_CONFIG": str(self.config), "DOCKER_BUILDKIT": "0"}

    def run(self, *arguments: str, within: float = 600, stdin: bytes | None = None) -> subprocess.CompletedProcess[str]:
        """`docker <arguments>`; output as text, whatever the exit status."""
        done = subprocess.run(
            ["docker", *arguments],
            env=self.environment(),
            input=stdin,
            capture_output=True,
            check=False,
            timeout=within,
        )
        out, err = done.stdout.decode(errors="replace"), done.stderr.decode(errors="replace")
        return subprocess.CompletedProcess(done.args, done.returncode, out, err)

    def must(self, *arguments: str, within: float = 600, stdin: bytes | None = None) -> str:
        """As `run`; the output. Raises AssertionError with what was said when the exit status is not 0."""
        done = self.run(*arguments, within=within, stdin=stdin)
        assert done.returncode == 0, (
            f"docker {' '.join(arguments)}: {done.returncode}\n{(done.stdout + done.stderr)[-6000:]}"
        )
        return done.stdout


def needed() -> None:
    """Raise StartupError, one sentence, where there is no engine to start, or no right to."""
    if os.geteuid() != 0:
        raise StartupError("Starting a Docker engine needs root; CI runs everything else without it.")
    missing = [name for name in ("dockerd", "docker", "containerd", "iptables") if shutil.which(name) is None]
    if missing:
        raise StartupError(f"{', '.join(missing)} is not here; on Debian `apt-get install docker.io iptables`.")


@contextlib.contextmanager
def running(work: Path, plugin: Path | None) -> Iterator[Engine]:
    """dockerd with everything under `work`, ended with the block. `plugin` is docker-compose, when it is not installed.

    Raises StartupError when it does not start.
    """
    config = work / "docker-config"
    (config / "cli-plugins").mkdir(parents=True, exist_ok=True)
    if plugin is not None:
        shutil.copy2(plugin, config / "cli-plugins" / "docker-compose")
    host = f"unix://{work / 'docker.sock'}"
    command = ["dockerd", "--data-root", str(work / "data"), "--exec-root", str(work / "exec")]
    command += ["--pidfile", str(work / "dockerd.pid"), "-H", host]
    with (work / "dockerd.log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log)
    engine = Engine(host, config)
    try:
        _wait(engine, process, work / "dockerd.log")
        yield engine
    finally:
        process.terminate()
        try:
            process.wait(STOPS_WITHIN)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait(engine: Engine, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + STARTS_WITHIN
    while engine.run("info").returncode != 0:
        if process.poll() is not None or time.monotonic() > deadline:
            raise StartupError(f"dockerd does not start: {log.read_text(errors='replace')[-800:]}")
        time.sleep(0.2)
