"""The shipped rules and routes, as the servers' own tools read them."""

from ops.stack import check_config


def test_the_shipped_configuration_passes_the_servers_own_checks() -> None:
    assert len(list(check_config.check())) == 3
