"""A tagger of slots: which words of a wish name its target, its area and so on.

It stands in where no rule of the grammar finds what a kind needs. Like the classifier it learns
from labelled texts (``agentnf intent train``), and its weights come with the package.
"""

from nfs.semantics.tagger.tagger import Tagger, tagger

__all__ = ["Tagger", "tagger"]
