"""What shops, people at a terminal, and people in the chat do with a deployment."""

import tempfile
import time
from collections.abc import Mapping
from pathlib import Path

import orjson

from tests.deploy.chat import Talk, text_of
from tests.deploy.deployment import Deployment, until

CUSTOMER, ADMIN = 1001, 2001
NEW = "deploy-0001"
OFFER = f"zarnitsa/{NEW}"
NAME = "Самовар дорожный Зарница"
PRODUCT: dict[str, object] = {
    "product_id": NEW,
    "name": NAME,
    "description": "Дорожный самовар на три чашки, латунь.",
    "price": {"amount": 4990.00, "currency": "RUB"},
    "category": "Кухня/Самовары",
    "brand": "Зарница",
    "stock": {"available": 7, "reserved": 0},
    "sku": "ZRN-1",
    "tags": ["самовар", "дорога"],
    "images": [],
    "specifications": {"объём": "1 л"},
    "created_at": "2026-01-10T10:00:00Z",
    "updated_at": "2026-01-10T10:00:00Z",
    "store_id": "zarnitsa",
}


def feed(deployment: Deployment, product: Mapping[str, object] | None = None) -> str:
    """A shop's file goes into the folder, and the product into a customer's search."""
    one = product or PRODUCT
    with tempfile.TemporaryDirectory(prefix="yarmarka-shop-") as shop:
        path = Path(shop) / f"{one['product_id']}.json"
        path.write_bytes(orjson.dumps([one]))
        began = time.monotonic()
        own = f"/feeds/{one['store_id']}"
        deployment.must("exec", "-T", "feed", "mkdir", "-p", own)
        deployment.must("cp", str(path), f"feed:{own}/{path.name}")
    found(deployment, str(one["name"]))
    return f"in the folder → found in chat after {time.monotonic() - began:.1f} s"


def found(deployment: Deployment, name: str, within: float = 60) -> None:
    """A customer's search shows the product."""
    until(f"a search finds {name}", lambda: name in _answer(deployment, name), within)


def gone(deployment: Deployment, name: str, within: float = 60) -> None:
    """A customer's search does not show the product."""
    until(f"no search finds {name}", lambda: name not in _answer(deployment, name), within)


def _answer(deployment: Deployment, query: str) -> str:
    talk = Talk(deployment, CUSTOMER).writes(query)
    message = talk.sees("", within=20)
    # The answer says what was looked for; what counts is the list below it.
    return "\n".join(text_of(message).splitlines()[1:])


SEED_COMMANDS: tuple[tuple[str, tuple[str, ...], str], ...] = (
    ("cli", ("python", "-m", "bot", "search", "самовар дорожный"), NEW),
    (
        "cli",
        ("python", "-m", "pipeline", "ban", f"product:{NEW}", "--reason", "test", "--yes"),
        f"banned product:{OFFER}",
    ),
    ("cli", ("python", "-m", "pipeline", "list_banned"), f"product:{OFFER}"),
    ("cli", ("python", "-m", "pipeline", "unban", f"product:{NEW}"), f"product:{OFFER}"),
)


def seed_commands(deployment: Deployment) -> str:
    """`search`, `ban`, `list_banned` and `unban` through `docker compose exec`; what each printed."""
    printed = []
    for service, command, expected in SEED_COMMANDS:
        said = deployment.inside(service, *command)
        assert said.status == 0 and expected in said.out, said.everything
        printed.append(f"$ docker compose exec {service} {' '.join(command)}\n{said.out.rstrip()}")
        if "ban" in command:
            gone(deployment, NAME)
        if "unban" in command:
            found(deployment, NAME)
    return "\n".join(printed)


def chat(deployment: Deployment) -> str:
    """An admin bans in the chat, a customer no longer finds it, and Undo brings it back."""
    admin = Talk(deployment, ADMIN).writes(f"/ban product:{NEW} test")
    preview = admin.sees(NEW, "✅")
    admin.presses(preview, "✅")
    began = time.monotonic()
    gone(deployment, NAME)
    hidden = time.monotonic() - began
    admin.presses(admin.sees("↩️"), "↩️")
    found(deployment, NAME)
    return f"confirmed → gone from search after {hidden:.1f} s; undone → found again"
