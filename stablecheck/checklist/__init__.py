"""The checklist: its schema, how it is read with positions, and the requirement language."""
