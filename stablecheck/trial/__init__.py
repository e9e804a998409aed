"""One trial: train, keep snapshots of the path, measure it afterwards."""
