"""The file of bans that the demo begins with."""

import orjson

REPLICAS = "keyword:реплика"


def file() -> bytes:
    """`banned_products.json`: a plain id, and objects with rule, reason and until."""
    rules: list[str | dict[str, str]] = [
        "ty-0802",
        {"product_id": "ty-0801", "reason": "Магнитные шарики отозваны: опасны для детей"},
        {"rule": REPLICAS, "reason": "Подделки и реплики не продаём"},
        {"rule": "keyword:фейерверк", "reason": "Пиротехника только до разрешения", "until": "2030-01-15T00:00:00Z"},
    ]
    return orjson.dumps(rules, option=orjson.OPT_INDENT_2)
