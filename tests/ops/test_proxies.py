"""By which proxy Telegram is reached, as the setting and the environment say."""

import pytest

from ops.errors import StartupError
from ops.proxies import shown, telegram_proxy
from ops.settings import Settings, load

PROXY, OTHER = "http://proxy.example:3128", "http://other.example:8080"


def settings(**telegram: str) -> Settings:
    given = {f"YARMARKA_TELEGRAM__{name.upper()}": value for name, value in telegram.items()}
    return load({"YARMARKA_STACK_DIR": "/nonexistent", **given})


@pytest.mark.parametrize(
    ("telegram", "environment", "expected"),
    [
        ({}, {}, None),
        ({}, {"HTTPS_PROXY": PROXY}, PROXY),
        ({}, {"https_proxy": PROXY, "HTTPS_PROXY": OTHER}, PROXY),
        ({}, {"HTTPS_PROXY": "proxy.example:3128"}, PROXY),
        ({}, {"HTTPS_PROXY": ""}, None),
        ({}, {"HTTP_PROXY": PROXY}, None),
        ({}, {"ALL_PROXY": PROXY}, PROXY),
        ({"proxy": OTHER}, {"HTTPS_PROXY": PROXY}, OTHER),
        ({"proxy": OTHER}, {"NO_PROXY": "*"}, OTHER),
        ({"proxy": ""}, {"HTTPS_PROXY": PROXY}, PROXY),
        ({"proxy": "none"}, {"HTTPS_PROXY": PROXY}, None),
        ({}, {"HTTPS_PROXY": PROXY, "NO_PROXY": "corp.example, telegram.org"}, None),
        ({}, {"HTTPS_PROXY": PROXY, "no_proxy": "*"}, None),
        ({}, {"HTTPS_PROXY": PROXY, "NO_PROXY": "api.telegram.org:444,gram.org,,"}, PROXY),
        ({}, {"HTTPS_PROXY": PROXY, "NO_PROXY": "api.telegram.org:443"}, None),
        # A Bot API server of one's own.
        ({"base_url": "http://10.1.2.3:8081"}, {"HTTP_PROXY": PROXY}, PROXY),
        ({"base_url": "http://10.1.2.3:8081"}, {"HTTP_PROXY": PROXY, "NO_PROXY": "10.0.0.0/8"}, None),
        ({"base_url": "http://[fd00::3]:8081"}, {"HTTP_PROXY": PROXY, "NO_PROXY": "fd00::/8"}, None),
        # The sandbox, and whatever else is on this machine.
        ({"base_url": "http://127.0.0.1:8081"}, {"HTTP_PROXY": PROXY}, None),
        ({"base_url": "http://[::1]:8081"}, {"HTTP_PROXY": PROXY}, None),
        ({"base_url": "http://localhost:8081"}, {"HTTP_PROXY": PROXY}, None),
        ({"base_url": "http://sandbox:8081"}, {"HTTP_PROXY": PROXY, "NO_PROXY": "localhost,sandbox,"}, None),
    ],
)
def test_which_proxy(telegram: dict[str, str], environment: dict[str, str], expected: str | None) -> None:
    assert telegram_proxy(settings(**telegram).telegram, environment) == expected


@pytest.mark.parametrize(
    ("proxy", "said"),
    [
        ("socks5://canary@proxy.example:1080", "put an HTTP proxy before it"),
        ("ftp://proxy.example", "give it as http://host:port"),
        ("http://", "give it as http://host:port"),
        ("http://proxy.example:canary", "give it as http://host:port"),
    ],
)
def test_a_proxy_that_cannot_be_used_is_told_by_its_name(proxy: str, said: str) -> None:
    for telegram, environment, name in (
        ({"proxy": proxy}, {}, "YARMARKA_TELEGRAM__PROXY"),
        ({}, {"HTTPS_PROXY": proxy}, "HTTPS_PROXY"),
    ):
        with pytest.raises(StartupError, match=f"^{name} ") as caught:
            telegram_proxy(settings(**telegram).telegram, environment)
        assert said in str(caught.value) and "canary" not in str(caught.value)


def test_a_proxys_password_is_shown_to_nobody() -> None:
    proxy = "http://user:canary@[fd00::1]:3128"
    assert shown(proxy) == "http://[fd00::1]:3128"
    assert all("canary" not in value for _, value in settings(proxy=proxy).describe())
