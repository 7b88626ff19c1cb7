"""A catalogue in Yandex Market Language, the way a shop's old engine exports it: windows-1251, DOCTYPE, CDATA.

Format: https://yandex.ru/support/marketplace/assortment/files/yml.html
"""

from collections.abc import Iterator, Sequence
from xml.sax.saxutils import escape, quoteattr

from ops.demo.offers import NEWEST, DemoOffer
from ops.demo.shops import Shop, shops
from ops.drawings.pictures import DRAWING_SCHEME

ENCODING = "windows-1251"
HEAD = """<?xml version="1.0" encoding="windows-1251"?>
<!DOCTYPE yml_catalog SYSTEM "shops.dtd">
<yml_catalog date="{date}">
<shop>
<name>{name}</name>
<company>{name}</company>
<url>{site}/</url>
<phone>{phone}</phone>
<currencies><currency id="RUR" rate="1"/></currencies>
<categories>
{categories}
</categories>
{delivery}<offers>
"""
TAIL = "</offers>\n</shop>\n</yml_catalog>\n"


def catalogue(offers: Sequence[DemoOffer]) -> bytes:
    """One shop's offers as YML; its id stands nowhere in it, whoever feeds it knows it. `offers` is not empty."""
    shop = shops()[offers[0].store_id]
    numbers = _numbers(offers)
    text = HEAD.format(
        date=NEWEST.strftime("%Y-%m-%d %H:%M"),
        name=escape(shop.title),
        site=shop.site,
        phone=shop.contact,
        delivery=_delivery(shop),
        categories="\n".join(_categories(numbers)),
    )
    text += "".join(_offer(offer, numbers[offer.department, offer.category]) for offer in offers) + TAIL
    # What the code page lacks travels as a character reference.
    return text.encode(ENCODING, "xmlcharrefreplace")


def _delivery(shop: Shop) -> str:
    if shop.delivery is None:
        return ""
    option = f'<option cost="{shop.delivery.cost}" days="{shop.delivery.days}"/>'
    return f"<delivery-options>{option}</delivery-options>\n"


def _numbers(offers: Sequence[DemoOffer]) -> dict[tuple[str, str], int]:
    paths = dict.fromkeys(path for o in offers for path in ((o.department, ""), (o.department, o.category)))
    return {path: number for number, path in enumerate(paths, start=1)}


def _categories(numbers: dict[tuple[str, str], int]) -> Iterator[str]:
    for (department, category), number in numbers.items():
        parent = f' parentId="{numbers[department, ""]}"' if category else ""
        yield f'<category id="{number}"{parent}>{escape(category or department)}</category>'


def _offer(offer: DemoOffer, category: int) -> str:
    """Every third offer is of the `vendor.model` type and has no name of its own; its name is put together."""
    split = int(offer.product_id[-2:]) % 3 == 0
    tail = offer.name.split(", ")[1:]
    option = [offer.option] if offer.option and offer.option not in tail else []
    model = ", ".join((offer.model, *option, *tail))
    title = (
        f"<typePrefix>{escape(offer.noun)}</typePrefix><vendor>{escape(offer.brand)}</vendor>"
        f"<model>{escape(model)}</model>"
        if split
        else f"<name>{escape(offer.name)}</name><vendor>{escape(offer.brand)}</vendor>"
    )
    kind = ' type="vendor.model"' if split else ""
    params = "".join(
        f"<param name={quoteattr(name)}>{escape(value)}</param>"
        for name, value in offer.specifications
        if name != "Бренд"
    )
    return (
        f'<offer id="{offer.product_id}"{kind} available="{"true" if offer.available else "false"}">\n'
        f"<url>{offer.page}?from=yarmarka&amp;place=card</url><delivery>true</delivery>"
        f"<pickup>{'true' if shops()[offer.store_id].pickup else 'false'}</pickup>\n"
        f"<price>{offer.price}</price>{_old(offer)}<currencyId>RUR</currencyId><categoryId>{category}</categoryId>\n"
        f"<picture>{DRAWING_SCHEME}{offer.picture}</picture>\n{title}\n"
        f"<description>{_description(offer.description)}</description>\n"
        f"<vendorCode>{escape(offer.sku)}</vendorCode><count>{offer.available}</count>\n"
        f"<keywords>{escape(', '.join(offer.tags))}</keywords>\n"
        f"<modified_time>{offer.updated_at.isoformat()}</modified_time>\n{params}\n</offer>\n"
    )


def _old(offer: DemoOffer) -> str:
    return f"<oldprice>{offer.old_price}</oldprice>" if offer.old_price is not None else ""


def _description(text: str) -> str:
    """As HTML in CDATA, unless the code page lacks a character: references mean nothing in CDATA."""
    try:
        text.encode(ENCODING)
    except UnicodeEncodeError:
        return escape(text)
    return f"<![CDATA[<p>{escape(text)}</p>]]>"
