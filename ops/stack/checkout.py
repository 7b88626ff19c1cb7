"""Where the project's own files are: the services' modules, and the configuration that the deployment uses too."""

from pathlib import Path

import ops

CHECKOUT = Path(ops.__file__).resolve().parent.parent
