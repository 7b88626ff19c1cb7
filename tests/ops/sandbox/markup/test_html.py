"""parse_mode=HTML: examples of the Bot API's manual, Telegram's error texts, and made-up trees."""

import html

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ops.sandbox.markup.html import parse_html
from ops.sandbox.markup.text import MarkupError, utf16_length
from ops.sandbox.objects import Entity
from tests.ops.sandbox.markup.trees import TREES, Leaf, Tree, expected, in_order, plain

TAGS = {"bold": "b", "italic": "em", "underline": "u", "strikethrough": "del", "spoiler": "tg-spoiler"}


@pytest.mark.parametrize(
    ("source", "text", "entities"),
    [
        ("plain", "plain", []),
        ("<b>bold</b>", "bold", [Entity(type="bold", offset=0, length=4)]),
        ("<STRONG>bold</strong>", "bold", [Entity(type="bold", offset=0, length=4)]),
        ("😀<i>жж</i>", "😀жж", [Entity(type="italic", offset=2, length=2)]),
        ('<span class="tg-spoiler">x</span>', "x", [Entity(type="spoiler", offset=0, length=1)]),
        (
            '<a href="http://example.com/?a=1&amp;b=2">x</a>',
            "x",
            [Entity(type="text_link", offset=0, length=1, url="http://example.com/?a=1&b=2")],
        ),
        ("<a href='example.com'>x</a>", "x", [Entity(type="text_link", offset=0, length=1, url="http://example.com/")]),
        ("<a href='not a link'>x</a>", "x", []),
        ("<a href='tg://user?id=7'>x</a>", "x", [Entity(type="text_mention", offset=0, length=1, user={"id": 7})]),
        ("<pre>a\nb</pre>", "a\nb", [Entity(type="pre", offset=0, length=3)]),
        (
            '<pre><code class="language-python">a</code></pre>',
            "a",
            [Entity(type="pre", offset=0, length=1, language="python")],
        ),
        ('<code class="language-python">a</code>', "a", [Entity(type="code", offset=0, length=1)]),
        ("<blockquote expandable>a</blockquote>", "a", [Entity(type="expandable_blockquote", offset=0, length=1)]),
        ("<blockquote>a</blockquote>", "a", [Entity(type="blockquote", offset=0, length=1)]),
        (
            '<tg-emoji emoji-id="5368324170671202286">👍</tg-emoji>',
            "👍",
            [Entity(type="custom_emoji", offset=0, length=2, custom_emoji_id="5368324170671202286")],
        ),
        ("&lt;b&gt; &amp;&quot; &#9731;&#x2603; &nbsp; &", '<b> &" ☃☃ &nbsp; &', []),
        ("<b></b>", "", []),
    ],
)
def test_what_comes_of_it(source: str, text: str, entities: list[Entity]) -> None:
    parsed = parse_html(source)
    assert (parsed.text, list(parsed.entities)) == (text, entities)


@pytest.mark.parametrize(
    ("source", "error"),
    [
        ("<b>a", 'Can\'t find end tag corresponding to start tag "b"'),
        ("жж<foo>", 'Unsupported start tag "foo" at byte offset 4'),
        ("a < b", 'Unsupported start tag "" at byte offset 2'),
        ("a <", "Unclosed start tag at byte offset 2"),
        ("<b", "Unclosed start tag at byte offset 0"),
        ("</b>", "Unexpected end tag at byte offset 0"),
        ("<b>😀</i>", 'Unmatched end tag at byte offset 7, expected "</b>", found "</i>"'),
        ("<b>a</b", "Unclosed end tag at byte offset 4"),
        ("<span>a</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
        ('<a ="x">a</a>', 'Empty attribute name in the tag "a" at byte offset 0'),
        ("<a href=x/y>a</a>", "Unexpected end of name token at byte offset 8"),
        ('<a href="x', "Unclosed start tag at byte offset 0"),
        ('<tg-emoji emoji-id="x">a</tg-emoji>', "Invalid custom emoji identifier specified"),
    ],
)
def test_errors_are_telegrams(source: str, error: str) -> None:
    with pytest.raises(MarkupError) as caught:
        parse_html(source)
    assert str(caught.value) == error


def written(tree: Tree) -> str:
    if isinstance(tree, Leaf):
        return html.escape(tree.text)
    tag = TAGS[tree.kind]
    return f"<{tag}>{''.join(written(child) for child in tree.children)}</{tag}>"


@given(st.lists(TREES, max_size=3))
def test_a_tree_comes_back(trees: list[Tree]) -> None:
    parsed = parse_html("".join(written(tree) for tree in trees).replace("&#x27;", "&#39;"))
    assert parsed.text == plain(trees)
    assert in_order(parsed.entities) == in_order(expected(trees))


@given(st.text(st.sampled_from("<>/b i=\"'&;#x1aж😀\n"), max_size=40))
def test_garbage_is_refused_or_within_the_text(source: str) -> None:
    try:
        parsed = parse_html(source)
    except MarkupError:
        return
    total = utf16_length(parsed.text)
    assert all(entity["offset"] + entity["length"] <= total for entity in parsed.entities)
