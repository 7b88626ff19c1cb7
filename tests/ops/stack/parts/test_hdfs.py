"""When the NameNode counts as ready, by what its page says."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from ops.stack.directory import StackDirectory
from ops.stack.part import NotReadyError, Site
from ops.stack.parts.hdfs import NameNodePart

STATUS, STATE = "Hadoop:service=NameNode,name=NameNodeStatus", "Hadoop:service=NameNode,name=FSNamesystemState"


class Page:
    """A NameNode's /jmx with the beans that are registered so far."""

    def __init__(self) -> None:
        self.beans: dict[str, dict[str, str]] = {}

    async def answer(self, request: web.Request) -> web.Response:
        found = self.beans.get(request.query["qry"])
        return web.json_response({"beans": [] if found is None else [found]})


@pytest.fixture
def page() -> Page:
    return Page()


@pytest.fixture
async def site(page: Page, tmp_path: Path) -> AsyncIterator[Site]:
    app = web.Application()
    app.router.add_get("/jmx", page.answer)
    async with TestServer(app, host="127.0.0.1") as server:
        yield Site(StackDirectory.at(tmp_path), {"namenode.http": server.port or 0}, ("namenode",))


async def test_a_namenode_out_of_safe_mode_is_ready(page: Page, site: Site) -> None:
    page.beans = {STATUS: {"State": "active"}, STATE: {"FSState": "Operational"}}
    await NameNodePart().probe(site)


async def test_a_namenode_in_safe_mode_is_not_ready(page: Page, site: Site) -> None:
    page.beans = {STATUS: {"State": "active"}, STATE: {"FSState": "safeMode"}}
    with pytest.raises(NotReadyError, match="the NameNode is in the state safeMode"):
        await NameNodePart().probe(site)


async def test_a_namenode_that_has_not_entered_safe_mode_yet_is_not_believed(page: Page, site: Site) -> None:
    page.beans = {STATE: {"FSState": "Operational"}}
    with pytest.raises(NotReadyError, match="the NameNode has no NameNodeStatus yet"):
        await NameNodePart().probe(site)
