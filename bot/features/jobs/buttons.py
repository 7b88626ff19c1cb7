"""What the buttons of jobs carry."""

from bot.ui.callback_data import CallbackData
from bot.ui.roles import Role


class ShowJobs(CallbackData, tag="jl", least=Role.ADMIN):
    """One job with its last runs; without a name, all."""

    job: str = ""


class RunJob(CallbackData, tag="jr", least=Role.ADMIN):
    """Run this job now."""

    job: str
