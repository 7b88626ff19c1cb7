"""The list of what customers reported and nobody has decided."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from bot.features.complaints.buttons import ShowCases
from bot.features.complaints.models import Case, case_mark
from bot.ui.locale import Texts
from bot.ui.pager import page_of, pager
from bot.ui.reply import Button, Reply
from bot.ui.text import clean, cut

PER_PAGE = 8
NAME_LIMIT = 44


def case_list(waiting: Sequence[Case], counts: Mapping[str, int], number: int, texts: Texts) -> Reply:
    """A button for each case, with how many people reported it (`counts`, by offer)."""
    if not waiting:
        refresh = Button(texts.plain("🔄 Refresh"), ShowCases())
        return Reply(texts.html("🚩 No reports wait for a decision."), ((refresh,),))
    page = page_of(waiting, number, PER_PAGE)
    rows = tuple(
        (Button(f"{cut(clean(case.name), NAME_LIMIT)} · {counts[case.offer_id]}", ShowCases(page.number, _mark(case))),)
        for case in page.items
    )
    title = texts.html_n("🚩 <b>{n} product was reported</b>", "🚩 <b>{n} products were reported</b>", len(waiting))
    return Reply(title, (*rows, *pager(page.number, page.pages, ShowCases)))


def with_way_back(card: Reply, page: int, texts: Texts) -> Reply:
    """The card of a case that was opened from the list."""
    return replace(card, buttons=(*card.buttons, (Button(texts.plain("‹ All reports"), ShowCases(page)),)))


def _mark(case: Case) -> str:
    return case_mark(case.offer_id)
