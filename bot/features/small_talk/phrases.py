"""The phrases, and whether a whole text is one of them. Pure."""

import re
from enum import StrEnum
from functools import cache

from pipeline.catalog.keyboard import other_layout
from pipeline.text.letters import folded

# Up to so many letters a phrase must be written right: a short word is one letter from too many others.
SHORT = 4
# From so many letters on, a second mistake is forgiven.
LONG = 9
LONGEST = 40
NO_LETTER = re.compile(r"[^\w\s]|_")
DRAWN_OUT = re.compile(r"(\w)\1{2,}")


class Topic(StrEnum):
    """What somebody wants to talk about."""

    HELLO = "hello"
    THANKS = "thanks"
    BYE = "bye"
    ORDER = "order"
    DELIVERY = "delivery"
    RETURNS = "returns"
    PAYMENT = "payment"
    HUMAN = "human"
    WHO = "who"
    HELP = "help"
    FINE = "fine"
    HOW = "how"


PHRASES: dict[Topic, str] = {
    Topic.HELLO: "привет, приветик, здравствуйте, здравствуй, добрый день, добрый вечер, доброе утро, доброго дня, "
    "хай, салют, hi, hello, hey, hi there, hello there, good morning, good afternoon, good evening",
    Topic.THANKS: "спасибо, спс, спасибки, большое спасибо, спасибо большое, огромное спасибо, благодарю, thanks, "
    "thank you, thx, thanks a lot, many thanks, thank you very much",
    Topic.BYE: "пока, до свидания, всего доброго, до встречи, прощай, bye, goodbye, bye bye, see you, see you later",
    Topic.ORDER: "где мой заказ, где заказ, мой заказ, статус заказа, отследить заказ, когда придет заказ, "
    "когда придет мой заказ, where is my order, wheres my order, order status, track my order, my order",
    Topic.DELIVERY: "доставка, сколько стоит доставка, скока стоит доставка, сколько доставка, есть доставка, "
    "есть ли доставка, как доставляете, "
    "условия доставки, стоимость доставки, срок доставки, delivery, shipping, how much is delivery, "
    "how much is shipping, delivery cost, shipping cost, do you deliver",
    Topic.RETURNS: "возврат, возврат товара, вернуть товар, как вернуть товар, хочу вернуть товар, обмен и возврат, "
    "обмен товара, returns, refund, return policy, how do i return, how to return, i want a refund",
    Topic.PAYMENT: "оплата, как оплатить, способы оплаты, как заплатить, оплата картой, payment, how to pay, "
    "how do i pay, payment methods",
    Topic.HUMAN: "оператор, человек, живой человек, позовите человека, позовите оператора, менеджер, поддержка, "
    "служба поддержки, связаться с оператором, нужен оператор, operator, human, support, customer support, "
    "real person, talk to a human, talk to a person, i need a human",
    Topic.WHO: "кто ты, ты кто, кто вы, вы кто, ты бот, ты робот, кто ты такой, как тебя зовут, who are you, "
    "are you a bot, what are you, whats your name",
    Topic.HELP: "помощь, помоги, помогите, что ты умеешь, что умеешь, что ты можешь, как это работает, help, help me, "
    "what can you do, how does it work, how does this work",
    Topic.FINE: "ок, окей, хорошо, ясно, понятно, ладно, да, нет, отлично, супер, ok, okay, fine, got it, great, yes, "
    "no",
    Topic.HOW: "как дела, как ты, как жизнь, как поживаешь, как ваши дела, how are you, how is it going, "
    "hows it going, whats up",
}


def topic_of(text: str) -> tuple[Topic, bool] | None:
    """The topic when the whole text is one of the phrases, and whether it is written right; None for anything else.

    Mistyped (a letter or two, but never the first one) or with the keyboard in the other language it is only likely:
    who asks has to see whether products are called so.
    """
    said = _plain(text)
    if not said or len(text) > 2 * LONGEST or len(said) > LONGEST:
        return None
    known = _table()
    if said in known:
        return known[said], True
    if (typed := _plain(other_layout(text))) in known:
        return known[typed], False
    near = [phrase for phrase in known if _mistyped(said, phrase)]
    return (known[near[0]], False) if near else None


@cache
def _table() -> dict[str, Topic]:
    return {_plain(phrase): topic for topic, phrases in PHRASES.items() for phrase in phrases.split(", ")}


def _plain(text: str) -> str:
    """Letters and digits alone, without case and without what is drawn out: «Приветтт!!» is привет."""
    return folded(DRAWN_OUT.sub(r"\1", NO_LETTER.sub("", text)))


def _mistyped(said: str, phrase: str) -> bool:
    allowed = 0 if len(phrase) <= SHORT else 1 if len(phrase) < LONG else 2
    if not allowed or said[0] != phrase[0] or abs(len(said) - len(phrase)) > allowed:
        return False
    # A word more or less is another text, not a slip of the finger.
    return said.count(" ") == phrase.count(" ") and _distance(said, phrase) <= allowed


def _distance(one: str, other: str) -> int:
    """Letters to change, add, leave out, or swap with their neighbour."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        earlier, before, row = before, row, [i]
        for j, b in enumerate(other, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (a != b))
            if i > 1 and j > 1 and a == other[j - 2] and one[i - 2] == b:
                cost = min(cost, earlier[j - 2] + 1)
            row.append(cost)
    return row[-1]
