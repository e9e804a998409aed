"""Record and measure the path of anybody's own training loop."""
