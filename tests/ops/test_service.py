"""What every service has: health, metrics, an entry among the running."""

import asyncio
import os
import signal
from pathlib import Path

import aiohttp
import orjson
import pytest

from ops.errors import StartupError
from ops.service import RunningService, running, running_services
from ops.settings import HttpSettings, Settings


def of(path: Path, port: int = 0) -> Settings:
    return Settings(stack_dir=path, http=HttpSettings(port=port))


async def test_ready_only_when_every_condition_holds(tmp_path: Path) -> None:
    async with running("probe", of(tmp_path)) as service, aiohttp.ClientSession() as http:
        entry = next((tmp_path / "run").iterdir())
        address = orjson.loads(entry.read_bytes())["http"]
        async with http.get(f"{address}/health/live") as live, http.get(f"{address}/health/ready") as ready:
            assert (live.status, ready.status) == (200, 503)
        service.ready("kafka")
        service.ready("index", False)
        async with http.get(f"{address}/health/ready") as ready:
            assert ready.status == 503
            assert (await ready.json())["conditions"] == {"kafka": True, "index": False}
        service.ready("index")
        async with http.get(f"{address}/health/ready") as ready, http.get(f"{address}/metrics") as metrics:
            assert ready.status == 200
            assert 'yarmarka_build_info{service="probe"' in await metrics.text()
    assert not list((tmp_path / "run").iterdir())


async def test_who_runs_is_found_and_an_entry_that_is_half_written_is_passed_over(tmp_path: Path) -> None:
    assert running_services(tmp_path) == ()
    async with running("probe", of(tmp_path)):
        (tmp_path / "run" / "other.1.json").write_bytes(b'{"service": "other"')
        (tmp_path / "run" / "status.json").write_bytes(b"{}")
        (found,) = running_services(tmp_path)
        assert found == RunningService("probe", os.getpid(), found.http)
        async with aiohttp.ClientSession() as http, http.get(f"{found.http}/health/live") as live:
            assert live.status == 200
    assert running_services(tmp_path) == ()


async def test_a_signal_asks_it_to_stop(tmp_path: Path) -> None:
    async with running("probe", of(tmp_path)) as service:
        os.kill(os.getpid(), signal.SIGTERM)
        await service.stopping.wait()


async def test_a_taken_port_is_one_sentence(tmp_path: Path) -> None:
    async with running("first", of(tmp_path)):
        address = orjson.loads(next((tmp_path / "run").iterdir()).read_bytes())["http"]
        port = int(address.rpartition(":")[2])
        with pytest.raises(StartupError, match=f"YARMARKA_HTTP__PORT: cannot listen on 127.0.0.1:{port}"):
            async with running("second", of(tmp_path, port)):
                pass


async def test_a_service_that_failed_stops_and_says_with_what(tmp_path: Path) -> None:
    async def fails() -> None:
        raise ValueError("nobody expected this")

    with pytest.raises(ValueError, match="nobody expected this"):
        async with running("probe", of(tmp_path)) as service:
            service.guard(asyncio.create_task(fails()))
            async with asyncio.timeout(5):
                await service.stopping.wait()
    assert not list((tmp_path / "run").iterdir())


async def test_a_guarded_task_that_ends_or_is_cancelled_is_no_failure(tmp_path: Path) -> None:
    async with running("probe", of(tmp_path)) as service:
        done, endless = asyncio.create_task(asyncio.sleep(0)), asyncio.create_task(asyncio.sleep(60))
        service.guard(done)
        service.guard(endless)
        endless.cancel()
        await asyncio.gather(done, endless, return_exceptions=True)
        assert not service.stopping.is_set()
