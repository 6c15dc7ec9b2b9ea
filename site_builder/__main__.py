"""`python -m site_builder` is `build-site`."""

from site_builder.cli import entry

if __name__ == "__main__":
    entry()
