"""What all tests with a browser have in common."""

import pytest

IN_BROWSER = [
    pytest.mark.system,
    pytest.mark.asyncio(loop_scope="session"),
    # Where no browser is, the first test begins by installing one.
    pytest.mark.timeout(900),
]
