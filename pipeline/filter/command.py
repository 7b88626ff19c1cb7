"""`python -m pipeline filter`."""

from ops.cli import run


def filter_products() -> None:
    """Run a filter worker: products → filtered_products. Several share the work by partition."""
    from ops.settings import load
    from pipeline.filter import worker

    run(worker.run(load()))
