"""From trials to the outcome of every check."""
