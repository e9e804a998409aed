"""The figures of the report: one file a figure, data in, SVG text out."""
