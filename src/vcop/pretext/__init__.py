"""Learning without labels by predicting the order of shuffled clips (CVPR 2019, 3; TMM 2020, III).

- ``tasks``: the pretext tasks, one module each; ``task_registry`` finds them by name.
- ``order_prediction``: the order network of a task, the videos it can use, and the predictions that are written.
- ``pretraining``: trains an order network. In the task-based curriculum (TMM 2020, III-D1) it starts from the weights of a
  shorter tuple length, see ``Task.start`` in ``vcop.sampling.tasks``.
- ``hard_mining``: finds the videos that the sample-based curriculum (TMM 2020, III-D2) goes on with.
- ``shortcut_audit`` (not in the papers) and ``illustration`` look at a trained order network.
"""
