"""`python -m ops.sandbox --port 8081`: the sandbox alone, without a stack."""

import argparse
import asyncio
import contextlib
import sys
from pathlib import Path

from ops.errors import StartupError
from ops.sandbox.server import DEMO_TOKEN, serve


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m ops.sandbox", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8081)
    parser.add_argument("--token", default=DEMO_TOKEN, help="the bot's token")
    parser.add_argument("--dir", type=Path, default=None, help="keep the chats in this directory")
    parser.add_argument("--limits", action="store_true", help="Telegram's rate limits")
    given = parser.parse_args()
    sys.stdout.write(f"Chat page: http://{given.host}:{given.port}/\n")
    sys.stdout.flush()
    try:
        with contextlib.suppress(KeyboardInterrupt):
            asyncio.run(serve(given.host, given.port, given.token, state_dir=given.dir, rate_limits=given.limits))
    except StartupError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
