"""Files of this package: frame stores, feature stores and weights, with checksums that every reader verifies.

A damaged file, or one of another program, is refused with one line that names it.
"""
