"""From parameters to what people see: modes, explicit entities, trimming, what Telegram finds by itself."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ops.sandbox.errors import BotApiError
from ops.sandbox.markup.formatting import formatted
from ops.sandbox.markup.text import utf16_length
from ops.sandbox.objects import Entity, Json


@pytest.mark.parametrize(
    ("text", "mode", "shown", "entities"),
    [
        ("<b>a</b>", "", "<b>a</b>", []),
        ("<b>a</b>", "html", "a", [Entity(type="bold", offset=0, length=1)]),
        ("*a*", "Markdown", "a", [Entity(type="bold", offset=0, length=1)]),
        ("[a](http://b.ru) `c` _d_", "Markdown", "a c d", [
            Entity(type="text_link", offset=0, length=1, url="http://b.ru/"),
            Entity(type="code", offset=2, length=1), Entity(type="italic", offset=4, length=1),
        ]),
        ("  a \n", "", "a", []),
        (" <b> a </b> ", "HTML", " a", [Entity(type="bold", offset=0, length=2)]),
        ("a\r\nb\tc", "", "a\nb c", []),
        ("\r\n<b>b</b>", "HTML", "b", [Entity(type="bold", offset=0, length=1)]),
        ("<pre><b>a</b></pre>", "HTML", "a", [Entity(type="pre", offset=0, length=1)]),
    ],
)  # fmt: skip
def test_modes(text: str, mode: str, shown: str, entities: list[Entity]) -> None:
    result = formatted(text, mode, [])
    assert (result.text, list(result.entities)) == (shown, entities)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("/start p_1", [("bot_command", "/start")]),
        ("/ban@yarmarka_bot x", [("bot_command", "/ban@yarmarka_bot")]),
        ("a/b 1/2 ж/x", []),
        ("😀 @someone and #часы", [("mention", "@someone"), ("hashtag", "#часы")]),
        ("see https://a.ru/x?y=1. Or b.com!", [("url", "https://a.ru/x?y=1"), ("url", "b.com")]),
        ("me@example.com", [("email", "me@example.com")]),
        ("$USD 100", [("cashtag", "$USD")]),
    ],
)
def test_found_by_itself(text: str, found: list[tuple[str, str]]) -> None:
    encoded = text.encode("utf-16-le")
    result = [
        (one["type"], encoded[2 * one["offset"] : 2 * (one["offset"] + one["length"])].decode("utf-16-le"))
        for one in formatted(text, "", []).entities
    ]
    assert result == found


@pytest.mark.parametrize(
    ("given_entities", "entities"),
    [
        ([{"type": "bold", "offset": 0, "length": 2}], [Entity(type="bold", offset=0, length=2)]),
        ([{"type": "bold", "offset": 2, "length": 99}], [Entity(type="bold", offset=2, length=3)]),
        ([{"type": "bold", "offset": 99, "length": 1}], []),
        ([{"type": "url", "offset": 0, "length": 2}], []),
        ([{"type": "text_link", "offset": 0, "length": 2}], []),
    ],
)
def test_explicit_entities(given_entities: list[Json], entities: list[Entity]) -> None:
    assert list(formatted("abcde", "", given_entities).entities) == entities


@pytest.mark.parametrize(
    ("text", "mode", "error"),
    [
        ("a", "Latex", "Bad Request: unsupported parse_mode"),
        ("a.", "MarkdownV2", "Bad Request: can't parse entities: Character '.' is reserved and must be escaped with "
         "the preceding '\\'"),
        ("*a", "Markdown", "Bad Request: can't parse entities: Can't find end of the entity starting at byte offset 0"),
        ("ж" * 16_385, "", "Bad Request: text is too long"),
    ],
)  # fmt: skip
def test_errors(text: str, mode: str, error: str) -> None:
    with pytest.raises(BotApiError) as caught:
        formatted(text, mode, [])
    assert caught.value.description == error


@given(
    st.text(max_size=80),
    st.lists(
        st.fixed_dictionaries(
            {
                "type": st.sampled_from(["bold", "code", "blockquote", "text_link", "nonsense"]),
                "offset": st.integers(-5, 90),
                "length": st.integers(-5, 90),
                "url": st.sampled_from(["http://a.ru/", "", "x y"]),
            }
        ),
        max_size=4,
    ),
)
def test_entities_lie_within_any_text(text: str, entities: list[Json]) -> None:
    result = formatted(text, "", entities)
    total = utf16_length(result.text)
    assert not result.text.endswith((" ", "\n"))
    for entity in result.entities:
        assert 0 <= entity["offset"] < entity["offset"] + entity["length"] <= total
