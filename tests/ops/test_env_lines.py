"""`.env` is read as Docker Compose reads it: the real one is asked."""

from typing import Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ops.env_lines import EnvFault, as_line, decoded, parse
from tests.deploy.compose_file import environment_of

TEXTS: Final[tuple[str, ...]] = (
    "A=1 # first\nB=2#second\nC= # third\nD=4\t# fourth\n",
    "\ufeffA=1\r\nB= 2 \r\n# C=3\r\n",
    "export A=1\nexport\tB=2\nexported=3\nexport C\nD\nE=5",
    "A: 1\nB : 2\nC=http://user:word@host:1/#x\n",
    'A=\'x # y\' # z\nB="x # y"# z\nC=\'it\\\'s\'\nD="say \\"so\\""\nE=\'\'\nF=""\n',
    "A='line\nline'\nB=\"line\\nline\ttab\"\nC='\\n'\nD=\\n\n",
    "A=a$$b\nB=$A-${A}c\nC=${Z:-no}\nD=${A:+yes}\nE=${Z-${A}}\nF=${Z+x}\nG=5$\nH='$A'\nI=\"\\$A ${A}\"\n",
    "A=\nB=${A:-empty}\nC=${A-not unset}\nD=${A:+full}.\n",
    "A=1\nA=2\n1A=3\nA.b-c[0]=4\n",
    'A="\\061\\0101\\q\\\\n\\t"\n',
    "A=${B:-}}\nC=}{\n",
)
ATOMS = (
    "A",
    "b",
    "=",
    ":",
    " ",
    "\t",
    "#",
    "'",
    '"',
    "\\",
    "$",
    "{",
    "}",
    "$A",
    "${A}",
    "${Z:-x}",
    "${A:+y}",
    "\n",
    "\nB=",
)
MORE = ("\nexport C=", "n", "ё", "$$", "-", "\r\n", '\\"', "\\n", "\\$", "x y", "\\0101")


@pytest.mark.parametrize("text", TEXTS)
def test_a_text_says_what_compose_reads(text: str) -> None:
    assert parse(decoded(text.encode())) == environment_of(text)


@settings(max_examples=60)
@given(st.lists(st.sampled_from(ATOMS + MORE), max_size=10).map("".join))
def test_any_text_is_read_as_compose_reads_it_or_refused(written: str) -> None:
    text = f"A={written}\n"
    try:
        ours = parse(text)
    except EnvFault:
        # We refuse more: what Compose would take from an environment that its containers do not see.
        return
    assert ours == environment_of(text)


@given(st.text(st.characters(codec="utf-8", exclude_characters="\0")))
def test_what_is_written_is_read_again(value: str) -> None:
    assert parse(as_line("A", value) + as_line("B", "b")) == {"A": value, "B": "b"}


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("A=1\n".encode("utf-16"), "UTF-16"),
        ("A=1\n".encode("utf-16-le"), "UTF-16"),
        ("A=1\nB=Ярмарка\n".encode("cp1251"), "line 2"),
        (b"A=1\nB='canary\n", "line 2 has a quote"),
        (b"A=1\n\nB C=canary\n", "line 3 has a blank"),
        (b"A=1\n!canary=1\n", "line 2 begins with no name"),
        (b"A=${canary\n", "line 1 has ${ without a closing brace"),
        (b"A=${1canary}\n", "a dollar itself is written $$"),
        (b"A=pa$word\n", "line 1 means $word, which no line above sets"),
        (b"A=${word:?canary}\n", "line 1 means $word"),
    ],
)
def test_what_cannot_be_read_is_said_with_its_line_and_without_a_value(content: bytes, said: str) -> None:
    with pytest.raises(EnvFault) as caught:
        parse(decoded(content))
    assert said in str(caught.value)
    assert "canary" not in str(caught.value)
