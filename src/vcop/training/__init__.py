"""One training loop for pretraining, fine-tuning and question answering (CVPR 2019, 4).

It resumes to the bit, shares a batch over several GPUs, and stops at the first number that is not finite.
"""
