"""Faults made on purpose, and what they are known to cause."""
