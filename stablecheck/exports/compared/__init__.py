"""What changed between two runs, in words, for terminals and Markdown."""
