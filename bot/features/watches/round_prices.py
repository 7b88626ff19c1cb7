"""The prices that are suggested to wait for: below the present one, and as round as people think. Pure."""

# From so much on, prices are suggested in such steps.
STEPS = ((100_000, 1_000), (5_000, 100), (500, 50), (0, 10))
SHARES = (5, 10, 20)
# More does not fit into a button; who pays more writes it.
LARGEST = 10**9


def suggestions(price: float) -> tuple[int, ...]:
    """Up to three round prices below `price`, the nearest first."""
    step = next(step for least, step in STEPS if price >= least)
    rounded = (int(price * (100 - share) / 100) // step * step for share in SHARES)
    return tuple(dict.fromkeys(wanted for wanted in rounded if 0 < wanted < price and wanted <= LARGEST))
