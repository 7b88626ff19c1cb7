"""The fault tests one file after the other, each test a line: its name says what must hold."""

import asyncio
import sys
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from xml.etree.ElementTree import Element, parse

from tests.conftest import CHECKOUT
from tests.faults.suite.line import Line

HERE = CHECKOUT / "tests" / "faults"


def files(only: Iterable[str] = ()) -> list[Path]:
    """The files, in the order of their names; `only` keeps those whose names hold one of these texts."""
    found = sorted(HERE.glob("test_*.py"))
    return [path for path in found if not only or any(text in path.name for text in only)]


async def run(only: Iterable[str] = ()) -> list[Line]:
    """Run them; a line for each test."""
    lines: list[Line] = []
    for path in files(only):
        with tempfile.TemporaryDirectory() as place:
            report = Path(place) / "report.xml"
            command = [sys.executable, "-m", "pytest", str(path), "-m", "faults", "-q", f"--junitxml={report}"]
            process = await asyncio.create_subprocess_exec(*command, cwd=CHECKOUT)
            status = await process.wait()
            if report.exists():
                lines += of_report(path.stem, report)
            else:
                lines.append(Line(part="tests", what=path.stem, broken=f"pytest ended with {status}"))
    return lines


def of_report(name: str, report: Path) -> Iterator[Line]:
    """The lines of pytest's report in JUnit's form."""
    for case in parse(report).iter("testcase"):  # noqa: S314 - our own pytest wrote it
        yield Line(
            part="tests",
            what=f"{name.removeprefix('test_')}: {str(case.get('name')).removeprefix('test_').replace('_', ' ')}",
            said=_said(case),
            broken=_fault(case),
        )


def _said(case: Element) -> str:
    figures = [f"{one.get('name')} {one.get('value')}" for one in case.iter("property")]
    return ", ".join([*figures, f"{float(case.get('time') or 0):.0f} s"])


def _fault(case: Element) -> str:
    for kind in ("failure", "error", "skipped"):
        found = case.find(kind)
        if found is not None:
            message = str(found.get("message") or "").splitlines() or [""]
            return f"{kind}: {message[0][:200]}"
    return ""
