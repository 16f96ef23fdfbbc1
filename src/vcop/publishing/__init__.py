"""Weights for others: a folder with the weights file, config.json and a model card, as model hubs show it.

Begin with ``published_folder.publish``. ``measured_results`` reads what a study measured of the weights, ``model_card`` writes README.md.
"""
