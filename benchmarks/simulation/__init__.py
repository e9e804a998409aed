"""Seeded simulations of intervals and decisions, printed by `benchmarks/statistics.py`."""
