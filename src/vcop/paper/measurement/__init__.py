"""Computing: scores with their intervals from result files, the published numbers, claims and costs.

Nothing here draws.
"""
