"""Why things are banned: the reasons to choose from, which every reader is told in their own language."""

from bot.ui.locale import LANGUAGES, Texts, texts
from bot.ui.text import clean


def preset_reasons(words: Texts) -> dict[str, str]:
    """Reasons to choose from, by their code in a button."""
    return {
        "fake": words.plain("counterfeit"),
        "danger": words.plain("dangerous"),
        "law": words.plain("forbidden by law"),
        "claim": words.plain("rights holder's complaint"),
    }


def reason_said(reason: str, words: Texts) -> str:
    """A ban's reason on one line; one of those to choose from in the reader's words, whoever chose it."""
    said = clean(reason)
    own = preset_reasons(words)
    for language in LANGUAGES:
        for code, known in preset_reasons(texts(language)).items():
            if said == known:
                return own[code]
    return said
