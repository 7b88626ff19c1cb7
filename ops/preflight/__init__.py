"""What can be wrong before the first start, each in a sentence with the next step: `python -m ops check`."""
