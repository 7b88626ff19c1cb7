"""The search's dictionary of synonyms."""

from bot.features.synonyms.buttons import EditSynonyms
from bot.products.synonyms import SynonymLine
from bot.ui.locale import Html, Texts
from bot.ui.pager import page_of, pager
from bot.ui.reply import Button, Reply, in_rows
from bot.ui.text import clean, cut, escaped, fit

PER_PAGE = 10
Named = tuple[str, SynonymLine]


def synonym_list(lines: tuple[Named, ...], page: int, texts: Texts) -> Reply:
    """A page of lines, each with a button that takes it out."""
    turned = page_of(lines, page, PER_PAGE)
    shown = list(enumerate(turned.items, start=turned.first + 1))
    items = [Html(f"<b>{place}.</b> {_line(line)}") for place, (_, line) in shown]
    title = texts.html("📖 <b>No synonyms yet</b>")
    if lines:
        title = texts.html_n("📖 <b>{n} line of synonyms</b>", "📖 <b>{n} lines of synonyms</b>", len(lines))
    buttons = [
        Button(texts.plain("🗑 {n}", n=place), EditSynonyms("ask", name, turned.number)) for place, (name, _) in shown
    ]
    arrows = pager(turned.number, turned.pages, lambda number: EditSynonyms("list", "", number))
    blocks = [title, *((Html("\n".join(items)),) if items else ()), _how(texts)]
    return Reply(fit(blocks), (*in_rows(buttons, 5), *arrows))


def synonym_added(name: str, line: SynonymLine, texts: Texts, *, new: bool) -> Reply:
    """After an addition; the search knows it already."""
    said = (
        texts.html("✅ Added; the next search knows it: {line}", line=_line(line))
        if new
        else texts.html("This line is in the dictionary already: {line}", line=_line(line))
    )
    return Reply(
        said,
        ((Button(texts.plain("🗑 Remove it"), EditSynonyms("ask", name)),
          Button(texts.plain("📖 All lines"), EditSynonyms("list"))),),
    )  # fmt: skip


def removal_question(name: str, line: SynonymLine, page: int, texts: Texts) -> Reply:
    """Before a line is taken out."""
    return Reply(
        texts.html("🗑 Take this line out? {line}", line=_line(line)),
        ((Button(texts.plain("Yes, take it out"), EditSynonyms("yes", name, page)),
          Button(texts.plain("No, keep"), EditSynonyms("list", "", page))),),
    )  # fmt: skip


def line_gone(texts: Texts) -> str:
    """Somebody else took the line out before."""
    return texts.plain("This line is not in the dictionary any more.")


def no_line(fault: str, texts: Texts) -> Reply:
    """The text is no line."""
    said = (
        texts.html("🤔 At most eight phrases, each of at most four words.")
        if fault == "long"
        else texts.html("🤔 That needs two different phrases.")
    )
    return Reply(fit([said, _how(texts)]))


def _line(line: SynonymLine) -> Html:
    phrases = [escaped(cut(clean(phrase), 60)) for phrase in line.phrases]
    if line.both_ways:
        return Html(" = ".join(phrases))
    return Html(f"{phrases[0]} → {', '.join(phrases[1:])}")


def _how(texts: Texts) -> Html:
    return texts.html(
        "To add: <code>/synonyms smartwatch = smart watch</code>. "
        "One way only: <code>/synonyms phone -&gt; smartphone</code>: "
        "who looks for the first finds the second too."
    )
