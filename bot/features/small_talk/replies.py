"""What the bot says to them: one sentence, and the next thing to do."""

from bot.features.small_talk.phrases import Topic
from bot.ui.buttons import OpenCommand, ShowHelp
from bot.ui.locale import Html, Texts
from bot.ui.reply import Button, Reply

# Where somebody who only said something kind may want to go.
BROWSE = frozenset({Topic.HELLO, Topic.THANKS, Topic.FINE, Topic.HOW})
SHOPS = frozenset({Topic.ORDER, Topic.DELIVERY, Topic.RETURNS, Topic.PAYMENT})


def answer(topic: Topic, texts: Texts) -> Reply:
    """The sentence with its button."""
    return Reply(_sentence(topic, texts), (_buttons(topic, texts),))


def _buttons(topic: Topic, texts: Texts) -> tuple[Button, ...]:
    catalogue = Button(texts.plain("📂 Catalogue"), OpenCommand("catalog"))
    if topic in BROWSE:
        return (catalogue, Button(texts.plain("✨ For you"), OpenCommand("recommend")))
    if topic in SHOPS:
        return (catalogue,)
    if topic is Topic.BYE:
        return (Button(texts.plain("🔔 My alerts"), OpenCommand("watch")),)
    return (Button(texts.plain("❔ What can the bot do?"), ShowHelp()),)


def _sentence(topic: Topic, texts: Texts) -> Html:
    return {
        Topic.HELLO: texts.html("👋 Hello! What are you looking for?"),
        Topic.THANKS: texts.html("😊 You're welcome! Need anything else? Just write it."),
        Topic.BYE: texts.html("👋 See you! I'll write if the price of something you follow falls."),
        Topic.ORDER: texts.html("📦 Shops take the orders themselves: please ask the shop where you bought it."),
        Topic.DELIVERY: texts.html("🚚 Each shop delivers at its own price: you'll see it when you order there."),
        Topic.RETURNS: texts.html("↩️ Returns and refunds go through the shop where you bought it: please ask there."),
        Topic.PAYMENT: texts.html("💳 You pay the shop itself: it shows how when you order there."),
        Topic.HUMAN: texts.html(
            "🙋 This is a bot. The shop helps with orders; if a product looks wrong, press “🚩 Report” on its card."
        ),
        Topic.WHO: texts.html("🤖 I'm the bot of Yarmarka: I search every shop, watch prices and suggest things."),
        Topic.HELP: texts.html("🔎 Tell me what you're looking for, for example: <i>smart watch under 5,000</i>."),
        Topic.FINE: texts.html("👌 Good! Anything else you're looking for?"),
        Topic.HOW: texts.html("😊 All good, thanks! What are you looking for?"),
    }[topic]
