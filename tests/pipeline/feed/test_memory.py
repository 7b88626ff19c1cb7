"""A large feed in flat memory, measured in a process of its own."""

import subprocess
import sys
from pathlib import Path

import pytest

ROWS = 40_000
WORDS = "Умные часы с экраном, пульсометром и навигацией. " * 14
MEASURE = """
import resource, sys
from pathlib import Path
from pipeline.feed.reader import Accepted, read

sent = 0
for number, outcome in enumerate(read(Path(sys.argv[1]))):
    sent += isinstance(outcome, Accepted)
    if number == 2_000:
        early = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(sent, early, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""
CHECKOUT = Path(__file__).resolve().parents[3]


def array(path: Path) -> None:
    with path.open("w", encoding="utf-8") as file:
        file.write("[")
        for number in range(ROWS):
            file.write("," if number else "")
            file.write(
                f'{{"product_id": "p{number}", "name": "Часы {number}", "description": "{WORDS}", '
                '"price": {"amount": 1990, "currency": "RUB"}, "store_id": "s"}'
            )
        file.write("]")


def catalogue(path: Path) -> None:
    with path.open("w", encoding="windows-1251") as file:
        file.write('<?xml version="1.0" encoding="windows-1251"?><yml_catalog><shop><name>s</name>')
        file.write('<categories><category id="1">Часы</category></categories><offers>')
        for number in range(ROWS):
            file.write(
                f'<offer id="{number}"><name>Часы</name><description>{WORDS}</description><price>1</price>'
                "<currencyId>RUB</currencyId><categoryId>1</categoryId></offer>"
            )
        file.write("</offers></shop></yml_catalog>")


@pytest.mark.parametrize("make", [array, catalogue])
def test_memory_does_not_grow_with_the_file(tmp_path: Path, make: object) -> None:
    path = tmp_path / "feed"
    assert callable(make)
    make(path)
    assert path.stat().st_size > 25_000_000
    done = subprocess.run(
        [sys.executable, "-c", MEASURE, str(path)], cwd=CHECKOUT, capture_output=True, text=True, check=True
    )
    sent, early, late = map(int, done.stdout.split())
    assert sent == ROWS
    assert late - early < 4_000, f"{early} KiB after 2,000 rows, {late} KiB after {ROWS}"
