"""Mirrors ops/backup."""
