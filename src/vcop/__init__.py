"""Video clip order prediction: the method of Xu et al. (CVPR 2019) and Xiao et al. (IEEE TMM 2020).

Every verb of the command line is the module of its name; docs/map.md says which section of the papers each one is.
"""

__version__ = "0.2.0"
