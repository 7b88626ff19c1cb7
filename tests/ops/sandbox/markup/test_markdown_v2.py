"""parse_mode=MarkdownV2: examples of the Bot API's manual, Telegram's error texts, and made-up trees."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st
from telegram.helpers import escape_markdown

from ops.sandbox.markup.markdown_v2 import parse_markdown_v2
from ops.sandbox.markup.text import MarkupError, utf16_length
from ops.sandbox.objects import Entity
from tests.ops.sandbox.markup.trees import TREES, Branch, Leaf, Tree, expected, in_order, plain

MARKS = {"bold": "*", "italic": "_", "underline": "__", "strikethrough": "~", "spoiler": "||"}


@pytest.mark.parametrize(
    ("source", "text", "entities"),
    [
        ("plain", "plain", []),
        ("*bold \\*text*", "bold *text", [Entity(type="bold", offset=0, length=10)]),
        ("😀_it_", "😀it", [Entity(type="italic", offset=2, length=2)]),
        (
            "*a _b __c___*",
            "a b c",
            [
                Entity(type="underline", offset=4, length=1),
                Entity(type="italic", offset=2, length=3),
                Entity(type="bold", offset=0, length=5),
            ],
        ),
        ("||sp||", "sp", [Entity(type="spoiler", offset=0, length=2)]),
        ("`a\\`b*`", "a`b*", [Entity(type="code", offset=0, length=4)]),
        ("```\na.b\n```", "a.b\n", [Entity(type="pre", offset=0, length=4)]),
        ("```python\na```", "a", [Entity(type="pre", offset=0, length=1, language="python")]),
        ("[x](http://a.ru/\\))", "x", [Entity(type="text_link", offset=0, length=1, url="http://a.ru/)")]),
        ("[x](tg://user?id=7)", "x", [Entity(type="text_mention", offset=0, length=1, user={"id": 7})]),
        (
            "![👍](tg://emoji?id=5368324170671202286)",
            "👍",
            [Entity(type="custom_emoji", offset=0, length=2, custom_emoji_id="5368324170671202286")],
        ),
        (">a\n>b\nc", "a\nb\nc", [Entity(type="blockquote", offset=0, length=4)]),
        (">a\n>b||", "a\nb", [Entity(type="expandable_blockquote", offset=0, length=3)]),
        (">a||\nb", "a\nb", [Entity(type="expandable_blockquote", offset=0, length=2)]),
        ("**", "", []),
        ("\\", "\\", []),
    ],
)
def test_what_comes_of_it(source: str, text: str, entities: list[Entity]) -> None:
    parsed = parse_markdown_v2(source)
    assert (parsed.text, list(parsed.entities)) == (text, entities)


@pytest.mark.parametrize(
    ("source", "error"),
    [
        ("a.b", "Character '.' is reserved and must be escaped with the preceding '\\'"),
        ("a > b", "Character '>' is reserved and must be escaped with the preceding '\\'"),
        ("a|b", "Character '|' is reserved and must be escaped with the preceding '\\'"),
        ("hi!", "Character '!' is reserved and must be escaped with the preceding '\\'"),
        ("жж*a", "Can't find end of Bold entity at byte offset 4"),
        ("_a*b_", "Can't find end of Italic entity at byte offset 4"),
        ("```py\na", "Can't find end of PreCode entity at byte offset 0"),
        ("[a](http://a", "Can't find end of a URL at byte offset 4"),
        ("![a](http://a.ru)", "Invalid tg://emoji or tg://time URL specified"),
        ("![a]", "The entity must contain a tg://emoji or tg://time URL"),
        (">*a\nb", "Can't find end of Bold entity at byte offset 1"),
    ],
)
def test_errors_are_telegrams(source: str, error: str) -> None:
    with pytest.raises(MarkupError) as caught:
        parse_markdown_v2(source)
    assert str(caught.value) == error


@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=60))
def test_what_python_telegram_bot_escapes_comes_back(text: str) -> None:
    assert parse_markdown_v2(escape_markdown(text, version=2)).text == text


def written(tree: Tree) -> str:
    """With an empty bold between underscores that meet, as the manual advises for ambiguous ends."""
    if isinstance(tree, Leaf):
        return escape_markdown(tree.text, version=2)
    mark = MARKS[tree.kind]
    return f"{mark}{''.join(written(child) for child in tree.children)}{mark}"


def clear(trees: list[Tree], above: frozenset[str] = frozenset()) -> bool:
    """Nothing nests in its own kind, and no underscores touch: MarkdownV2 cannot say those."""
    for tree in trees:
        if isinstance(tree, Leaf):
            continue
        kinds = above | {tree.kind} | ({"italic", "underline"} if tree.kind in {"italic", "underline"} else set())
        if tree.kind in above or not clear(list(tree.children), frozenset(kinds)):
            return False
    neighbours = itertools.pairwise(trees)
    return not any(isinstance(one, Branch) and isinstance(other, Branch) for one, other in neighbours)


@given(st.lists(TREES, max_size=3).filter(clear))
def test_a_tree_comes_back(trees: list[Tree]) -> None:
    parsed = parse_markdown_v2("".join(written(tree) for tree in trees))
    assert parsed.text == plain(trees)
    assert in_order(parsed.entities) == in_order(expected(trees))


@given(st.text(st.sampled_from("*_~|`>[]()!\\ \na1ж😀"), max_size=40))
def test_garbage_is_refused_or_within_the_text(source: str) -> None:
    try:
        parsed = parse_markdown_v2(source)
    except MarkupError:
        return
    total = utf16_length(parsed.text)
    assert all(entity["offset"] + entity["length"] <= total for entity in parsed.entities)
