"""Every sentence a person reads, in Chinese and in English: `text(key, lang)` for one, `both(key)` for the two."""

from texts.both import Both, both, both_or, literal
from texts.catalogue import Lang, MissingText, entries, has, text

__all__ = ["Both", "Lang", "MissingText", "both", "both_or", "entries", "has", "literal", "text"]
