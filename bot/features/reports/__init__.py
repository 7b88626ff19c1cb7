"""Reports as charts, on demand and as a digest."""
