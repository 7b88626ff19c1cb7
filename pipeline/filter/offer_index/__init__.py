"""Which offers of a partition a rule may touch: their names and words by offset, on disk, made from `products`."""
