"""Feed files: each shop sends its own, in the format that it is used to."""

import gzip
import io
from collections.abc import Iterable
from pathlib import Path

import orjson

from ops.demo import bans, broken, judgments, yml
from ops.demo.offers import DemoOffer, offers
from ops.demo.shops import shops
from ops.drawings.pictures import DRAWING_SCHEME

LINES_SHOP = "harbour"
YML_SHOP = "vershina"


def row(offer: DemoOffer) -> dict[str, object]:
    """The product's JSON, as shops of this kind send it."""
    shop = shops()[offer.store_id]
    ways: dict[str, object] = {"url": offer.page, "pickup": shop.pickup}
    if shop.delivery is not None:
        ways["delivery"] = {"cost": shop.delivery.cost, "days": shop.delivery.days}
    if shop.contact:
        ways["contact"] = shop.contact
    if offer.old_price is not None:
        ways["old_price"] = offer.old_price
    return {
        "product_id": offer.product_id,
        "name": offer.name,
        "description": offer.description,
        "price": {"amount": offer.price, "currency": "RUB"},
        "category": f"{offer.department} / {offer.category}",
        "brand": offer.brand,
        "stock": {"available": offer.available, "reserved": offer.reserved},
        "sku": offer.sku,
        "tags": list(offer.tags),
        "images": [{"url": f"{DRAWING_SCHEME}{offer.picture}", "alt": offer.name}],
        "specifications": dict(offer.specifications),
        "created_at": offer.created_at.isoformat().replace("+00:00", "Z"),
        "updated_at": offer.updated_at.isoformat().replace("+00:00", "Z"),
        "store_id": offer.store_id,
        "store_name": shop.title,
        **ways,
    }


def files(seed: int) -> dict[str, bytes]:
    """File name → content of everything the demo is fed with; the same for the same seed."""
    everything = offers(seed)
    by_shop: dict[str, list[DemoOffer]] = {}
    for offer in everything:
        by_shop.setdefault(offer.store_id, []).append(offer)
    lines, xml = by_shop.pop(LINES_SHOP), by_shop.pop(YML_SHOP)
    found = {f"products-{shop}.json": _array(rows) for shop, rows in by_shop.items()}
    found[f"products-{LINES_SHOP}.jsonl.gz"] = _packed(b"".join(orjson.dumps(row(o)) + b"\n" for o in lines))
    found[f"products-{YML_SHOP}.xml"] = yml.catalogue(xml)
    found["broken-rows.jsonl"] = broken.rows()
    found["broken-truncated.json"] = broken.truncated()
    found["banned_products.json"] = bans.file()
    russian = judgments.russian_queries()
    kept = [query for query in russian if judgments.is_kept(query)]
    found["judgments.csv"] = judgments.file(judgments.queries(), everything)
    found["judgments-russian.csv"] = judgments.file([query for query in russian if query not in kept], everything)
    found["judgments-russian-kept.csv"] = judgments.file(kept, everything)
    return found


def write(directory: Path, seed: int) -> list[Path]:
    """Write `files(seed)` into `directory`, which is made when missing; the paths, sorted."""
    directory.mkdir(parents=True, exist_ok=True)
    written = []
    for name, content in files(seed).items():
        path = directory / name
        path.write_bytes(content)
        written.append(path)
    return sorted(written)


def _array(rows: Iterable[DemoOffer]) -> bytes:
    return orjson.dumps([row(offer) for offer in rows], option=orjson.OPT_INDENT_2)


def _packed(content: bytes) -> bytes:
    # The time in the header would make every run's bytes different.
    packed = io.BytesIO()
    with gzip.GzipFile(filename="", fileobj=packed, mode="wb", mtime=0) as file:
        file.write(content)
    return packed.getvalue()
