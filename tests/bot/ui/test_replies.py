"""No product, however odd, and no text, however long, makes a reply that Telegram would refuse."""

from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.features.help.replies import greeting, help_text, language_choice
from bot.features.help.suggestions import Suggestion
from bot.features.privacy.replies import Kept, privacy
from bot.features.recommendations.recommender import RecommendedItem, Similar
from bot.features.recommendations.replies import hidden_list, recommendations, similar_list
from bot.features.search.choices import Choices
from bot.features.search.inline_replies import inline_result
from bot.features.search.panels import VALUES, panel, sort_panel
from bot.features.search.replies import ResultList, result_list, states_behind
from bot.features.watches.search_part import search_button
from bot.products.card import Opened, closed_card, no_longer_sold, product_card
from bot.products.list_part import ListParts
from bot.products.list_state import ListState
from bot.products.product_item import stock_words
from bot.ui.buttons import OpenCommand
from bot.ui.locale import Language, texts
from bot.ui.reply import Button
from bot.ui.text import visible_units
from pipeline.catalog.page import SearchPage
from pipeline.contracts.messages import Product, Reason
from tests.bot.world import strategies
from tests.bot.world.limits import check
from tests.bot.world.memory import product, watches

languages = st.sampled_from(["ru", "en"])
FOLLOWING = ListParts(lambda state, _, words: (search_button(state, words, on=False),))
odd = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


@odd
@given(strategies.states, strategies.pages, st.integers(0, 200), languages)
def test_a_result_list_always_fits(state: ListState, page: SearchPage, number: int, language: Language) -> None:
    shown = ResultList(state, page, number, 5)
    check(result_list(shown, texts(language)))
    assert states_behind(shown)[0] is state


@odd
@given(strategies.products, languages, st.booleans())
def test_a_card_always_fits(offer: Product, language: Language, photo: bool) -> None:
    check(product_card(offer, texts(language), opened=Opened("abc", 3), photo=photo))
    check(product_card(offer, texts(language), opened=Opened(by_link=True), contact="a" * 40 + "@shop.example"))
    check(closed_card(offer.offer_id, offer.name, texts(language)))
    check(no_longer_sold(offer.offer_id, offer.name, texts(language), banned=photo))
    items = (
        RecommendedItem(offer, Reason(kind="viewed", offer_id="x"), offer.name),
        RecommendedItem(offer, Reason(kind="category", category=offer.category)),
        RecommendedItem(offer, Reason(kind="popular")),
        RecommendedItem(offer, Reason(kind="new")),
        RecommendedItem(offer, Reason(kind="again")),
        RecommendedItem(offer, Reason(kind="viewed", offer_id="x"), offer.name, related=False),
    )
    check(recommendations(items, 0, texts(language)))
    check(hidden_list((offer,) * 7, 1, texts(language)))
    check(similar_list(offer.name, Similar((offer,) * 3, (offer,) * 2), texts(language)))
    result = inline_result(offer, "yarmarka_bot", texts(language))
    assert 0 < len(result.id.encode()) <= 64
    assert visible_units(result.text) <= 4096


@odd
@given(strategies.states, strategies.choices, st.sampled_from([*VALUES, "?"]), st.integers(0, 9), languages)
def test_a_panel_always_fits(state: ListState, choices: Choices, name: str, number: int, language: Language) -> None:
    shown = panel(name, state, choices, number, texts(language))
    if shown is not None:
        check(shown)
    check(sort_panel(state, texts(language)))


@odd
@given(strategies.texts, st.lists(strategies.kept, max_size=6), languages)
def test_a_greeting_always_fits(name: str, suggestions: list[str], language: Language) -> None:
    tries = [Suggestion(text, ListState(text=text)) for text in suggestions]
    window = [Button("✨", OpenCommand("recommend"))] * 4
    check(greeting(name, window[:3], window, tries, texts(language)))


@pytest.mark.parametrize("language", ["ru", "en"])
def test_fixed_texts_fit(language: Language) -> None:
    check(help_text((), "yarmarka_bot", texts(language)))
    check(language_choice(texts(language)))
    check(privacy(Kept((texts(language).html("▫️ nothing"),) * 9, datetime(2026, 1, 1, tzinfo=UTC)), texts(language)))


@pytest.mark.parametrize(
    ("kind", "corrected", "words"),
    [
        ("found", None, "🔎 <b>умные часы</b> · 12 товаров"),
        ("corrected", "умные часы", "<i>Вы написали «умные чсы», я искал «умные часы».</i>"),
        ("nearest", None, "По запросу <b>умные часы</b> ничего нет. Похожее:"),
        ("nothing", None, "ничего не нашлось"),
    ],
)
def test_the_heading_says_what_the_list_is(kind: str, corrected: str | None, words: str) -> None:
    text = "умные чсы" if corrected else "умные часы"
    offers = watches()[:5] if kind != "nothing" else ()
    where, total = ("near", "near_total") if kind == "nearest" else ("products", "total")
    page = SearchPage.model_validate({where: offers, total: 12, "kind": kind, "corrected": corrected})
    assert words in result_list(ResultList(ListState(text=text), page, 0, 5), texts("ru")).text


def test_a_list_reads_well_on_a_phone() -> None:
    page = SearchPage(products=watches()[:2], total=2, kind="found")
    reply = result_list(ResultList(ListState(text="умные часы"), page, 0, 5), texts("ru"), FOLLOWING)
    assert reply.text.replace("\u00a0", " ").split("\n") == [
        "🔎 <b>умные часы</b> · 2 товара",
        "",
        "<b>1.</b> Amazfit умные часы модель 0",
        "<b>1 990 ₽</b> · нет в наличии · chasy-mira",
        "",
        "<b>2.</b> Huawei умные часы модель 1",
        "<b>2 990 ₽</b> · осталась 1 шт. · chasy-mira",
    ]
    assert [button.label for row in reply.buttons for button in row] == [
        "1", "2", "⚙️ Фильтры", "↕️ Сортировка", "🔔 Следить за запросом",
    ]  # fmt: skip


def test_a_card_shows_what_one_buys_by_and_folds_the_rest() -> None:
    offer = product(
        "w1", "Xiaomi Watch", 12990, specifications={"Экран": '1.43"', "Водозащита": True, "Вес": 32},
        url="https://mira.example/w1", old_price=15_990,
        delivery={"cost": 300, "days": "1-3", "pickup": True},
    )  # fmt: skip
    reply = product_card(offer, texts("en"), contact="+7 495 123-45-67")
    assert reply.text.replace("\u00a0", " ").split("\n") == [
        "<b>Xiaomi Watch</b>",
        "<b>₽12,990</b> <s>₽15,990</s>",
        "✅ In stock: 10 · 🏪 chasy-mira",
        "🚚 Delivery ₽300, 1–3 days · pickup",
        "💬 Ask the shop: +7 495 123-45-67",
        "<blockquote expandable><i>Xiaomi · Smart watches</i>",
        "Xiaomi Watch. Подробное описание.",
        "",
        '• Экран: 1.43"',
        "• Вес: 32",
        "",
        "<i>Item SKU-w1</i></blockquote>",
    ]
    assert [[(button.label.replace("\u00a0", " "), button.url) for button in row] for row in reply.buttons] == [
        [("🛒 Buy at the shop · ₽12,990", "https://mira.example/w1")],
        [("🔁 Similar", None)],
        [("📤 Share", None)],
        [("‹ Back", None)],
    ]


@pytest.mark.parametrize(
    ("delivery", "words"),
    [
        ({"courier": True}, "🚚 Доставка"),
        ({"courier": False}, "🚚 Без доставки"),
        ({"courier": False, "pickup": True}, "🚚 Без доставки · самовывоз"),
        ({"pickup": True, "in_store": True}, "🚚 Самовывоз · можно купить в магазине"),
        ({"cost": 0, "days": "1"}, "🚚 Бесплатная доставка, 1 день"),
        ({"cost": 300, "days": "0"}, "🚚 Доставка 300 ₽, сегодня"),
        ({"cost": 300, "days": "2-5"}, "🚚 Доставка 300 ₽, 2–5 дней"),
        ({"pickup": False}, ""),
        (None, ""),
    ],
)
def test_how_one_gets_it(delivery: object, words: str) -> None:
    card = product_card(product("p", "Часы", 10.0, delivery=delivery), texts("ru")).text.replace("\u00a0", " ")
    assert [line for line in card.split("\n") if "🚚" in line] == ([words] if words else [])


@pytest.mark.parametrize(
    ("registered", "sent", "link"),
    [("@sever_help", "@other", "https://t.me/sever_help"), (None, "@other", "https://t.me/other"), (None, None, None)],
)
def test_where_the_shop_is_asked(registered: str | None, sent: str | None, link: str | None) -> None:
    card = product_card(product("p", "Часы", 10.0, contact=sent), texts("ru"), contact=registered)
    asked = [button.url for row in card.buttons for button in row if button.label == "💬 Спросить магазин"]
    assert asked == ([link] if link else [])


@pytest.mark.parametrize(("old", "struck"), [(15_990.0, True), (12_990.0, False), (100.0, False), (None, False)])
def test_an_old_price_is_struck_through_when_it_was_more(old: float | None, struck: bool) -> None:
    card = product_card(product("p", "Часы", 12_990.0, old_price=old), texts("ru"))
    assert ("<s>" in card.text) is struck
    on_request = product_card(product("p", "Часы", 0.0, old_price=15_990, url="https://a.example/"), texts("ru"))
    assert "<s>" not in on_request.text
    assert on_request.buttons[0][0].label == "🛒 В магазин"


@pytest.mark.parametrize(
    ("more", "shown"),
    [({}, "chasy-mira"), ({"store_name": "Часы мира"}, "Часы мира"), ({"store_name": ["x"]}, "chasy-mira"),
     ({"store_name": " "}, "chasy-mira"), ({"store_name": "Очень " * 30}, "Очень")],
)  # fmt: skip
def test_a_shop_is_called_by_the_name_that_it_sends(more: dict[str, object], shown: str) -> None:
    card = product_card(product("p", "Часы", 10.0, **more), texts("ru"))
    assert f"🏪 {shown}" in card.text
    check(card)


@pytest.mark.parametrize(("language", "said"), [("ru", "✅ В наличии ·"), ("en", "✅ In stock ·")])
def test_of_what_nobody_counted_no_number_is_told(language: Language, said: str) -> None:
    some = product("p", "Часы", 10.0, stock={"available": 1, "reserved": 1, "uncounted": True})
    assert said in product_card(some, texts(language)).text.replace("\u00a0", " ")
    assert stock_words(some, texts("en")) == "in stock"
