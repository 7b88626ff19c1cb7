"""The five things to try of both READMEs work word for word, with the demo's goods."""

import re
import shlex
from dataclasses import dataclass
from pathlib import Path

import pytest
import typer.main

import bot.__main__
import ops.__main__
import pipeline.__main__
from bot.ui.locale import LANGUAGES, Language
from ops.demo.bans import allowed
from ops.demo.feeds import row
from ops.demo.offers import offers
from ops.sandbox.people import DEMO_PEOPLE
from pipeline.bans import parse_rule
from pipeline.catalog.page import SearchPage
from pipeline.catalog.request import SearchRequest
from pipeline.contracts.messages import Product
from tests.bot.screens.screen import Screen
from tests.bot.screens.stage import Stage, staged
from tests.bot.screens.test_taps import button_of
from tests.bot.world.memory import Allowed, MemoryCatalog
from tests.bot.world.operations import GROUP
from tests.bot.world.world import bot_settings

ROOT = Path(ops.__main__.__file__).parents[1]
README: dict[Language, str] = {"ru": "README.ru.md", "en": "README.md"}
HEADING: dict[Language, str] = {"ru": "## Пять вещей", "en": "## Five things to try"}
GROUPS = ("Operators", "Операторы")
ROOMS = {"ops": ops.__main__.cli, "pipeline": pipeline.__main__.cli, "bot": bot.__main__.door}
PEOPLE = {f"{one.user['first_name']} {one.user['last_name']}": one.user["id"] for one in DEMO_PEOPLE}
SYNONYMS = {"smart watch": "умные часы"}


@dataclass(frozen=True, slots=True)
class Thing:
    """One thing to try: who, in which chat, what they write and press; or commands for the terminal."""

    said: str
    user_id: int
    chat_id: int | None
    steps: tuple[str, ...]
    commands: tuple[str, ...]


class DemoGoods(MemoryCatalog):
    """The demo's offers that its first bans let through; an English question finds the same as its Russian one."""

    def __init__(self) -> None:
        super().__init__(*(Product.model_validate(row(offer)) for offer in allowed(offers())))

    async def search(self, request: SearchRequest, allowed: Allowed | None = None) -> SearchPage:
        asked = request.model_copy(update={"text": SYNONYMS.get(request.text, request.text)})
        return await super().search(asked, allowed)


def things(language: Language) -> list[Thing]:
    text = (ROOT / README[language]).read_text("utf-8")
    section = text[text.index(HEADING[language]) :].split("\n## ")[0]
    return [_thing(part) for part in re.split(r"\n(?=\d\. )", section)[1:]]


def _thing(part: str) -> Thing:
    bold = re.findall(r"\*\*(.+?)\*\*", part)
    commands = tuple(re.findall(r"^ {7}(\.venv/.*)$", part, re.M))
    return Thing(
        part,
        next((PEOPLE[name] for name in bold if name in PEOPLE), 0),
        GROUP if any(name in GROUPS for name in bold) else None,
        () if commands else tuple(re.findall(r"`([^`]+)`", part.partition("\n\n")[0])),
        commands,
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_there_are_five_and_each_says_who_or_how(language: Language) -> None:
    found = things(language)
    assert len(found) == 5
    assert all(thing.commands or (thing.user_id and thing.steps) for thing in found)


@pytest.mark.parametrize("language", LANGUAGES)
async def test_what_is_to_be_written_and_pressed_works(language: Language) -> None:
    for thing in things(language):
        if thing.steps:
            last = await _tried(thing, language)
            count = re.search(r"\d\d", thing.said.partition(" ")[2])
            if count is not None:
                assert count.group() in last


async def _tried(thing: Thing, language: Language) -> str:
    """Everything that was read on the way."""
    read: list[str] = []
    async with staged(bot_settings(alert_chats=(str(GROUP),), alert_language=language), DemoGoods()) as stage:
        screen = (await stage.write(thing.user_id, thing.steps[0], thing.chat_id)).screens[-1]
        for sign in thing.steps[1:]:
            read.append(screen.text)
            screen = await _pressed(stage, thing, screen, sign)
        if "🛒" not in thing.steps and screen.photo:
            assert button_of(screen, "🛒").get("url")
    return "\n".join((*read, screen.text))


async def _pressed(stage: Stage, thing: Thing, screen: Screen, sign: str) -> Screen:
    answer = await stage.press(thing.user_id, screen, button_of(screen, sign), thing.chat_id)
    assert answer.screens, f"nothing came of {sign}: {answer.notice}"
    return answer.screens[-1]


@pytest.mark.parametrize("language", LANGUAGES)
async def test_what_is_to_be_typed_in_a_terminal_is_a_command_and_bans_what_was_found(language: Language) -> None:
    for thing in things(language):
        for command in thing.commands:
            _, _, room, *arguments = shlex.split(command)
            made = typer.main.get_command(ROOMS[room])
            with made.make_context(room, list(arguments)) as context:
                name, inner, rest = made.resolve_command(context, list(arguments))  # type: ignore[attr-defined]
                inner.make_context(name, rest, parent=context)
            if "ban" in arguments:
                rule = parse_rule(arguments[1])
                found = await DemoGoods().search(SearchRequest(text="умные часы", size=50))
                assert any(product.brand == rule.value.capitalize() for product in found.products)


def test_no_command_is_left_out_of_the_help() -> None:
    hidden = [
        f"{room} {name}"
        for room, cli in ROOMS.items()
        for name, command in typer.main.get_command(cli).commands.items()  # type: ignore[attr-defined]
        if command.hidden
    ]
    assert hidden == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_a_readme_shows_and_links_to_is_there(language: Language) -> None:
    text = (ROOT / README[language]).read_text("utf-8")
    links = re.findall(r"\]\(([^)#]+)\)", text)
    assert [link for link in links if "://" not in link and not (ROOT / link).exists()] == []
    assert len([link for link in links if link.endswith(".png")]) == 2
