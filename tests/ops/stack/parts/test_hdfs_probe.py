"""A DataNode is asked itself whether it is there: the NameNode believes for minutes in one that was killed."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from aiohttp import web

from ops.stack.directory import StackDirectory
from ops.stack.part import NotReadyError, Site
from ops.stack.parts.hdfs import DataNodePart


@asynccontextmanager
async def server(bean: dict[str, object]) -> AsyncIterator[int]:
    """A page of beans as Hadoop's servers have it; its port."""

    async def beans(_: web.Request) -> web.Response:
        return web.json_response({"beans": [bean]})

    app = web.Application()
    app.router.add_get("/jmx", beans)
    runner = web.AppRunner(app)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        yield int(runner.addresses[0][1])
    finally:
        await runner.cleanup()


async def test_a_killed_datanode_is_not_ready_though_the_namenode_believes_in_it(tmp_path: Path) -> None:
    directory = StackDirectory.at(tmp_path)
    async with server({"NumLiveDataNodes": 1}) as namenode:
        async with server({"Version": "3.5.0"}) as datanode:
            site = Site(directory, {"namenode.http": namenode, "datanode.http": datanode}, ())
            await DataNodePart().probe(site)
        with pytest.raises(NotReadyError):
            await DataNodePart().probe(site)


async def test_a_datanode_of_which_the_namenode_has_not_heard_is_not_ready(tmp_path: Path) -> None:
    async with server({"NumLiveDataNodes": 0}) as namenode, server({"Version": "3.5.0"}) as datanode:
        site = Site(StackDirectory.at(tmp_path), {"namenode.http": namenode, "datanode.http": datanode}, ())
        with pytest.raises(NotReadyError, match="has not heard"):
            await DataNodePart().probe(site)
