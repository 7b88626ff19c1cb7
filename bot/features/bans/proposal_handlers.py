"""The buttons of a proposed ban: the ordinary question about it, or nothing."""

from bot.core.update_context import UpdateContext
from bot.features.bans.buttons import TakeProposal
from bot.features.bans.handlers import ask, new_request
from bot.features.bans.models import BanOption
from bot.features.bans.proposal_replies import NAME_LIMIT, NOT_NOW, proposal_over
from bot.features.bans.services import BanServices
from bot.features.bans.steps import Notice
from bot.features.bans.words import notice_words
from bot.ui.notices import old_button
from bot.ui.text import clean


async def take_proposal(services: BanServices, context: UpdateContext, press: TakeProposal) -> None:
    """In place of the proposal comes the question about its ban, with the reason that the single bans had.

    For the other admins it is over with that, and also when it is left as it is.
    """
    proposals, cards = services.proposer.proposals, services.proposer.cards
    proposal, leave = proposals.get(press.proposal), press.rule == NOT_NOW
    if proposal is None or not (leave or (press.rule.isdecimal() and int(press.rule) < len(proposal.rules))):
        await context.toast(old_button(context.texts), alert=True)
        return
    if proposal.taken:
        await context.toast(notice_words(Notice.DECIDED, context.texts), alert=True)
        return
    decided = proposal.decided("left" if leave else "asked", clean(context.name, NAME_LIMIT))
    await proposals.put(press.proposal, decided)
    if leave:
        cards.look()
        await context.change(proposal_over(decided, context.texts))
        return
    if context.chat_id is not None:
        await cards.release(press.proposal, context.chat_id)
    cards.look()
    taken = proposal.rules[int(press.rule)]
    option = BanOption(rule=taken.rule, label=taken.label, reason=proposal.reason)
    await ask(services, context, new_request(services, context, option), in_place=True)
