"""How well pages are restored: `python -m tests.quality.score`, and the floors that the tests hold it to."""
