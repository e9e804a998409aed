"""``python -m stablecheck``."""

from stablecheck.cli import main

if __name__ == "__main__":
    main()
