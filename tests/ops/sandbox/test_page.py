"""The chat page as it is served."""

import re
from importlib.resources import files

import pytest

from tests.ops.sandbox.people import Caller

FOLDER = files("ops.sandbox.page")
NAMES = sorted(file.name for file in FOLDER.iterdir() if file.name.endswith((".html", ".css", ".js", ".svg")))


@pytest.mark.parametrize("name", NAMES)
async def test_each_file_is_served_under_a_strict_policy(caller: Caller, name: str) -> None:
    async with caller.session.get(f"/page/{name}") as response:
        assert response.status == 200
        assert await response.text() == FOLDER.joinpath(name).read_text()
        policy = response.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "http" not in policy


@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_loaded_from_outside(name: str) -> None:
    text = FOLDER.joinpath(name).read_text()
    addresses = set(re.findall(r"""["'(](https?://[^"')]+)""", text))
    assert addresses <= {"http://www.w3.org/2000/svg"}, addresses


async def test_the_front_page_loads_only_files_that_are_there(caller: Caller) -> None:
    async with caller.session.get("/") as response:
        page = await response.text()
    assert set(re.findall(r'/page/([\w.]+)"', page)) <= set(NAMES)
    async with caller.session.get("/page/nothing.js") as response:
        assert response.status == 404


def test_modules_import_only_each_other() -> None:
    for name in NAMES:
        imports = re.findall(r"from '\./([\w.]+)'", FOLDER.joinpath(name).read_text())
        assert set(imports) <= set(NAMES), name


def test_every_word_is_said_in_both_languages() -> None:
    text = FOLDER.joinpath("words.js").read_text()
    russian, english = (set(re.findall(r"(?:^|[{,])\s*(\w+): '", part)) for part in _languages(text))
    assert russian == english
    used = set()
    for name in NAMES:
        content = FOLDER.joinpath(name).read_text()
        used |= set(re.findall(r"say\('(\w+)'\)", content)) | set(re.findall(r'data-word="(\w+)"', content))
    assert used <= russian


def _languages(text: str) -> tuple[str, str]:
    russian = text.index("ru: {")
    english = text.index("en: {")
    return text[russian + 5 : english], text[english + 5 : text.index("let language")]
