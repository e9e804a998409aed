"""Two runs to what changed between them, as codes and values; decides nothing and says nothing.

Nothing is imported here, so that a list of runs loads no statistics.
"""
