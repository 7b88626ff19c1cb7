"""Elasticsearch refuses to run as root; when we are root, it runs as somebody without rights."""

import os
import pwd

WITHOUT_RIGHTS = "nobody"


def servers_user() -> int | None:
    """The uid for servers that refuse root, or None when we are not root and they run as ourselves."""
    return pwd.getpwnam(WITHOUT_RIGHTS).pw_uid if os.geteuid() == 0 else None
