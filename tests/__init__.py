"""The tests, folder by folder like the rooms; a package, so that `tests.domain` is never mistaken for `domain`."""
