"""One trial of a command: the request, the process, and the record that it leaves."""
