"""A candidate that is a command: its text, what its placeholders stand for, and its files."""
