"""`python -m ops.deployment.ready [URL]`: exit status 0 when the service in this container says that it is ready.

Only the standard library is imported: it runs every few seconds in every container.
"""

import http.client
import sys
from urllib.parse import urlsplit

OURS = "http://127.0.0.1:8000/health/ready"
PATIENCE_S = 4.0


def answer(url: str) -> tuple[int, str]:
    """Status and the beginning of the body; status 0 when nobody answers."""
    place = urlsplit(url)
    connection = http.client.HTTPConnection(place.hostname or "127.0.0.1", place.port, timeout=PATIENCE_S)
    try:
        connection.request("GET", place.path or "/")
        response = connection.getresponse()
        return response.status, response.read(400).decode(errors="replace")
    except OSError as error:
        return 0, str(error)
    finally:
        connection.close()


if __name__ == "__main__":
    status, body = answer(sys.argv[1] if len(sys.argv) > 1 else OURS)
    sys.stdout.write(f"{status} {body}\n")
    sys.exit(0 if status == http.client.OK else 1)
