"""The audit as pages of entries, and the choice of a person or an action."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.features.audit.buttons import ShowAudit
from bot.features.audit.sentences import detail_words, sentence
from bot.ui.callback_ids import mark
from bot.ui.locale import Html, Texts
from bot.ui.notices import role_name
from bot.ui.pager import page_of, pager
from bot.ui.reply import Button, Reply, Rows, in_rows
from bot.ui.roles import Role
from bot.ui.text import clean, cut, escaped, fit
from bot.ui.time import moment
from pipeline.contracts.messages import AuditEntry

PER_PAGE = 6
CHOICES = 24
ICONS = {"done": "✅", "refused": "⛔️", "failed": "⚠️", "requested": "⏳"}


@dataclass(frozen=True, slots=True)
class Filter:
    """What is shown: `by` p a person, a an action, s what holds the text; with what it says in words."""

    by: str = ""
    value: str = ""
    words: str = ""


def person_of(entry: AuditEntry) -> str:
    """How the list names the actor."""
    return cut(clean(entry.actor_name), 64) or cut(clean(entry.actor), 12)


def told_apart(people: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """Actors with their names; of two with one name, what tells them apart stands behind it."""
    names = Counter(people.values())
    return tuple((actor, name if names[name] == 1 else f"{name} · {actor[:4]}") for actor, name in people.items())


def audit_page(
    entries: Sequence[AuditEntry], number: int, chosen: Filter, texts: Texts, products: Mapping[str, str]
) -> Reply:
    """A page of all the entries that were chosen, the newest first; a button cannot carry a searched text.

    `products` are the names of those on it, by id.
    """
    page = page_of(entries, number, PER_PAGE)
    title = texts.html_n("📜 <b>{n} entry</b>", "📜 <b>{n} entries</b>", len(entries))
    if chosen.words:
        title = Html(f"{title} · {escaped(cut(clean(chosen.words), 60))}")
    rows: list[tuple[Button, ...]] = []
    if chosen.by != "s":
        rows += pager(page.number, page.pages, lambda to: ShowAudit("l", chosen.by, chosen.value, to))
    rows.append(
        (
            Button(texts.plain("👤 By person"), ShowAudit("p")),
            Button(texts.plain("⚙️ By deed"), ShowAudit("a")),
        )
    )
    if chosen.by:
        rows.append((Button(texts.plain("✕ Everything"), ShowAudit()),))
    items = [_item(entry, texts, products) for entry in page.items] or [
        texts.html("Nothing of this kind is on record.")
    ]
    return Reply(fit([title, *items]), tuple(rows))


def on_page(entries: Sequence[AuditEntry], number: int) -> Sequence[AuditEntry]:
    """The entries that the page shows."""
    return page_of(entries, number, PER_PAGE).items


def audit_choices(by: str, values: tuple[tuple[str, str], ...], texts: Texts) -> Reply:
    """People or actions to choose from: what stands for them, and what they are called."""
    question = texts.html("Whose entries?") if by == "p" else texts.html("What was done?")
    buttons = [Button(cut(clean(words), 30) or "?", ShowAudit("l", by, mark(value))) for value, words in values]
    rows: Rows = in_rows(buttons[:CHOICES], 2)
    return Reply(question, (*rows, (Button(texts.plain("‹ Back"), ShowAudit()),)))


def _role(role: str, texts: Texts) -> str:
    """In which role somebody acted: a person's, or where the action came from."""
    known = {named.name.lower(): role_name(named, texts) for named in Role}
    known["terminal"], known["bot"] = texts.plain("terminal"), texts.plain("bot")
    return known.get(role) or clean(role, 20) or "–"


def _item(entry: AuditEntry, texts: Texts, products: Mapping[str, str]) -> Html:
    role = _role(entry.role, texts)
    lines = [
        texts.html(
            "{icon} {when} · <b>{who}</b> ({role})",
            icon=ICONS[entry.result],
            when=moment(entry.at, texts),
            who=person_of(entry),
            role=role,
        ),
        escaped(_outcome(entry, texts, products)),
    ]
    if detail := detail_words(entry, texts):
        lines.append(Html(f"<i>{escaped(detail)}</i>"))
    return Html("\n".join(lines))


def _outcome(entry: AuditEntry, texts: Texts, products: Mapping[str, str]) -> str:
    """The sentence; what came of it is said where it is not simply done."""
    said = sentence(entry, texts, products)
    return {
        "done": said,
        "refused": texts.plain("{what} – refused", what=said),
        "failed": texts.plain("{what} – failed", what=said),
        "requested": texts.plain("{what} – asked for", what=said),
    }[entry.result]
