"""One folder a feature; `feature.py` in it is the whole registration."""
