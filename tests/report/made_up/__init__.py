"""Finished runs with plausible numbers, decided by the real checks and the real verdict.

Only the trainings are made up, from a seeded generator; nothing trains.
"""
