"""Our files: frame stores, feature stores and weights, with checksums that every reader verifies.

A damaged or foreign file is refused in one line that names it.
"""
