"""The buttons of a proposed ban: the ordinary question about it, or nothing."""

from bot.core.update_context import UpdateContext
from bot.features.bans.buttons import TakeProposal
from bot.features.bans.handlers import ask, new_request
from bot.features.bans.models import BanOption
from bot.features.bans.proposal_replies import NOT_NOW, left_for_now
from bot.features.bans.services import BanServices
from bot.ui.notices import old_button


async def take_proposal(services: BanServices, context: UpdateContext, press: TakeProposal) -> None:
    """In place of the proposal comes the question about its ban, with the reason that the single bans had."""
    proposal = services.proposer.proposals.get(press.proposal)
    if press.rule == NOT_NOW:
        await context.change(left_for_now(context.texts))
        return
    if proposal is None or not press.rule.isdecimal() or int(press.rule) >= len(proposal.rules):
        await context.toast(old_button(context.texts), alert=True)
        return
    taken = proposal.rules[int(press.rule)]
    option = BanOption(rule=taken.rule, label=taken.label, reason=proposal.reason)
    await ask(services, context, new_request(services, context, option), in_place=True)
