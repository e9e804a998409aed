"""Tables with named columns: read, told apart by what they hold, encoded."""
