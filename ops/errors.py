"""The two kinds of failure a service knows: it cannot start, or one message is beyond help."""


class StartupError(Exception):
    """A service cannot start; the text is one sentence that names the setting or server and what to do.

    Doors (`python -m …`) print it without a traceback and exit with status 2.
    """


class ServerAway(StartupError):
    """A server cannot be reached, or does not answer. Everything may be right but that: trying again may help."""


class UnprocessableMessage(Exception):
    """Trying this message again will not help: record it in `dead_letters` and go on."""
