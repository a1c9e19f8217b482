"""How much of the long tests runs: a tenth in `make test`, all of it in `make soak`."""

import os

IS_SOAK = os.environ.get("SOAK") == "1"


def of(full: int) -> int:
    """The whole in `make soak`, else a tenth of it, at least one."""
    return full if IS_SOAK else max(1, full // 10)
