"""stablecheck: the check that a model passes before it is rolled out."""

__version__ = "0.1.0"
