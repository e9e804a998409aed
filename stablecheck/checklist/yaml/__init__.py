"""YAML with the place of every key and value, and nothing that could explode or run."""
