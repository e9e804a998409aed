"""Evidence: an estimate with an interval, from plain arrays of numbers.

Nothing here knows of checklists, trials or torch. Formulas and sources stand in each module.
"""
