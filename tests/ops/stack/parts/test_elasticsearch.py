"""The roles that Elasticsearch's file realm is given."""

from ops.stack.parts.elasticsearch import roles


def test_each_identity_of_elasticsearch_has_a_role_of_its_own() -> None:
    text = roles()
    assert "bot:\n  cluster: []\n  indices:\n    - names: ['products*']\n      privileges: [read" in text
    assert "filter:" not in text
