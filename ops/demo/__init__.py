"""The demo's own world: shops, their catalogue, judged queries and simulated customers.

Everything is made from hand-written tables (`catalogue/*.toml`, `shops.toml`, `queries.toml`) with a fixed seed,
so that two runs give the same bytes.
"""
