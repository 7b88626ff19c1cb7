"""The order of a preview's examples."""

from pipeline.catalog.unlike import unlike_first
from pipeline.contracts.messages import Price, Product, Stock


def product(product_id: str, name: str, category: str) -> Product:
    return Product(
        product_id=product_id,
        store_id="s",
        name=name,
        description="",
        category=category,
        brand="",
        sku="",
        price=Price(amount=1, currency="RUB"),
        stock=Stock(available=1),
    )


def test_an_order_of_products_loses_none_and_begins_with_the_first() -> None:
    products = [product(f"p{number}", f"Полёт {number}", f"Дом / {number % 3}") for number in range(7)]
    ordered = unlike_first(products)
    assert sorted(each.product_id for each in ordered) == sorted(each.product_id for each in products)
    assert ordered[0] == products[0]
    assert len({each.category for each in ordered[:3]}) == 3
    assert unlike_first([]) == ()
