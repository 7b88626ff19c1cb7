"""Tiny parts that behave as told; `python -m tests.ops.stack.fake_parts DIR` runs a stack of two of them."""

import asyncio
import sys
from pathlib import Path

from ops.errors import StartupError
from ops.stack.directory import StackDirectory
from ops.stack.http_probe import listens
from ops.stack.part import Launch, NotReadyError, Part, PartGroup, PartKind, Site
from ops.stack.ports import HOST
from ops.stack.terminal import foreground

# Listens, and has a child of its own that would live on.
LISTEN = """\
import pathlib, socket, subprocess, sys, threading
child = subprocess.Popen(["sleep", "1000"])
pathlib.Path(sys.argv[2]).write_text(str(child.pid))
server = socket.create_server(("127.0.0.1", int(sys.argv[1])))
print("listening", flush=True)
while True:
    server.accept()[0].close()
"""
STUBBORN = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"


class Fake(Part):
    """What all fakes share: a Python program of one string."""

    group = PartGroup.SERVICES
    kind = PartKind.SERVICE
    program = ""

    def launch(self, site: Site) -> Launch:
        return Launch((sys.executable, "-I", "-S", "-c", self.program))


class Listener(Fake):
    """Ready when its port is open; the pid of its own child is in `<dir>/listener.child`."""

    name = "listener"
    ports = ("listener",)
    program = LISTEN
    stop_within = 0.5

    def launch(self, site: Site) -> Launch:
        arguments = (str(site.port(self.name)), str(site.directory.root / f"{self.name}.child"))
        return Launch((*super().launch(site).argv, *arguments))

    async def probe(self, site: Site) -> None:
        await listens(HOST, site.port(self.name))


class Stubborn(Listener):
    """As Listener, but deaf to SIGTERM."""

    name = "stubborn"
    ports = ("stubborn",)
    program = STUBBORN + LISTEN


class Showing(Listener):
    """Has a certificate to show; refuses to be told of a new one the first time."""

    name = "showing"
    ports = ("showing",)
    told = 0

    async def refresh(self, site: Site) -> bool:
        self.told += 1
        if self.told == 1:
            raise StartupError("Kafka does not take the renewed certificate: not now.")
        return True


class Dependent(Fake):
    """Needs the listener; writes what it saw of it."""

    name = "dependent"
    requires = ("listener",)
    program = "import time\nprint('up', flush=True)\ntime.sleep(1000)"


class Crashing(Fake):
    """Ready at once, and dead soon after, again and again."""

    name = "crashing"
    program = "import sys, time\nprint('alive', flush=True)\ntime.sleep(0.3)\nsys.exit(7)"


class Broken(Fake):
    """Never ready: says why and ends."""

    name = "broken"
    program = "import sys\nprint('no such setting', file=sys.stderr)\nsys.exit(2)"

    async def probe(self, site: Site) -> None:
        raise NotReadyError("nothing to see")


class GivenUp(Broken):
    """As Broken, but the first answer does not need it."""

    after = ("listener",)


class NeedsGivenUp(Fake):
    """Requires what never is ready."""

    name = "needs"
    requires = ("broken",)
    after = ("listener",)
    program = Dependent.program


class AfterGivenUp(Fake):
    """Comes after what requires what never is ready."""

    name = "follows"
    after = ("needs",)
    program = Dependent.program


class Surprising(Listener):
    """Is well, but the second look at it goes wrong in a way that nobody has thought of."""

    name = "surprising"
    ports = ("surprising",)
    looks = 0

    async def probe(self, site: Site) -> None:
        self.looks += 1
        if self.looks == 2:
            raise RuntimeError("node id None")
        await super().probe(site)


class Mute(Fake):
    """Runs, but never becomes ready."""

    name = "mute"
    patience = 0.3
    program = "import time\ntime.sleep(1000)"

    async def probe(self, site: Site) -> None:
        raise NotReadyError("it says nothing")


class CountingTask(Fake):
    """Adds a line to `<dir>/runs` each time it runs."""

    name = "counting"
    kind = PartKind.TASK
    program = "import sys; open(sys.argv[1], 'a').write('run\\n')"

    def launch(self, site: Site) -> Launch:
        return Launch((*super().launch(site).argv, str(site.directory.root / "runs")))


class CountingOnce(CountingTask):
    kind = PartKind.ONCE


class FailingOnce(CountingOnce):
    program = CountingTask.program + "; sys.exit(3)"


if __name__ == "__main__":
    asyncio.run(foreground(StackDirectory.at(Path(sys.argv[1])), (Listener(), Dependent())))
