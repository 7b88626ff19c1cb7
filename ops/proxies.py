"""The proxy by which Telegram is reached: the setting, else what the environment says, as for other programs."""

import ipaddress
from collections.abc import Mapping
from urllib.parse import SplitResult, urlsplit

from ops.errors import StartupError
from ops.settings import TelegramSettings

SETTING = "YARMARKA_TELEGRAM__PROXY"
NONE = "none"
SCHEMES = ("http", "https")


def telegram_proxy(settings: TelegramSettings, environment: Mapping[str, str]) -> str | None:
    """The proxy's URL, or None to go straight. Raises StartupError for one that our HTTP client cannot use."""
    said = settings.proxy.get_secret_value() if settings.proxy is not None else ""
    if said:
        return None if said == NONE else _checked(said, SETTING)
    place = urlsplit(settings.base_url)
    if _is_here(place.hostname or ""):
        return None
    known = {name.lower(): (value, name) for name, value in environment.items() if value and name.isupper()}
    # As everywhere, small letters win.
    known |= {name: (value, name) for name, value in environment.items() if value and name.islower()}
    value, name = known.get(f"{place.scheme}_proxy") or known.get("all_proxy") or ("", "")
    passed_by = known.get("no_proxy", ("", ""))[0]
    if not value or any(_is_named(place, one.strip()) for one in passed_by.split(",")):
        return None
    return _checked(value if "://" in value else f"http://{value}", name)


def shown(proxy: str) -> str:
    """The proxy without its password, for people and logs."""
    place = urlsplit(proxy)
    return f"{place.scheme}://{place.netloc.rpartition('@')[2]}"


def _checked(proxy: str, name: str) -> str:
    place = urlsplit(proxy)
    if place.scheme.startswith("socks"):
        raise StartupError(
            f"{name} names a SOCKS proxy, which the bot cannot use: put an HTTP proxy before it "
            "(`privoxy` has a line for that), and name that one as http://host:port."
        )
    try:
        whole = place.scheme in SCHEMES and bool(place.hostname) and (place.port or 1) > 0
    except ValueError:
        whole = False
    if not whole:
        raise StartupError(f"{name} is no proxy's address; give it as http://host:port.")
    return proxy


def _is_named(place: SplitResult, named: str) -> bool:
    """Whether one entry of NO_PROXY means the place: `*`, a name with all below it, an address or a network of them."""
    host, port = (place.hostname or "").lower(), place.port or {"http": 80, "https": 443}[place.scheme]
    name, _, only = named.lower().rpartition(":") if named.count(":") == 1 else (named.lower(), "", "")
    if only and only != str(port):
        return False
    try:
        return ipaddress.ip_address(host) in ipaddress.ip_network(name.strip("[]"), strict=False)
    except ValueError:
        bare = name.removeprefix("*").removeprefix(".")
        return name == "*" or (bool(bare) and f".{host}".endswith(f".{bare}"))


def _is_here(host: str) -> bool:
    """Whether it is this machine: its sandbox and its own Bot API server are never behind a proxy."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")
