"""Evaluation of pretrained networks: retrieval, action recognition, probes and question answering (CVPR 2019, 4; TMM 2020, IV).

Features are extracted once and searched (4.1), networks are fine-tuned (4.2), questions about videos are answered (IV-D).
"""
