"""Mirrors ops/deployment."""
