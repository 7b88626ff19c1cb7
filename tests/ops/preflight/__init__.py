"""`python -m ops check`."""
