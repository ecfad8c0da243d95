"""A linear classifier of kinds, for what a grammar did not foresee.

Its weights are made from example texts (``lexicon/<language>/examples.yaml`` and labelled ones) by
``agentnf intent train``, the same for the same examples; they come with the package.
"""

from nfs.semantics.classifier.classifier import Classifier, classifier

__all__ = ["Classifier", "classifier"]
