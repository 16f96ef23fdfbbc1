"""Learning without labels: predicting the order of shuffled clips (CVPR 2019, 3; TMM 2020, III).

``order_prediction`` is the task, ``pretraining`` trains a network on it, ``hard_mining`` is the sample-based curriculum
(TMM 2020, III-D2). The task-based curriculum (III-D1) is ``Task.start`` in ``vcop.sampling.tasks``.
"""
