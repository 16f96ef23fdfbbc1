"""Extended soft attention: a question attends over the clips of a video and is answered (TMM 2020, IV-D; its reference [56]).

Shapes: B questions, N words of the longest, W words known, E values of a word vector, T clips of a video, D values of a clip
feature, H the hidden size, K answers.
"""

import torch
from torch import Tensor, nn
from torch.nn.utils.rnn import pack_padded_sequence

from vcop.networks.batchnorm import BatchNorm1d
from vcop.networks.heads import SeededDropout

Asked = tuple[Tensor, Tensor, Tensor]  # words (B, N), how many of each question (B,) on the CPU, clip features (B, T, D)


class SoftAttention(nn.Module):
    """``e_t = w . tanh(W q + U v_t + b)``, ``a = softmax(e)``, ``v = sum_t a_t v_t``: blind to the order of the clips."""

    def __init__(self, question: int, features: int, hidden: int) -> None:
        super().__init__()
        self.question = nn.Linear(question, hidden)
        self.clip = nn.Linear(features, hidden, bias=False)
        self.score = nn.Linear(hidden, 1, bias=False)

    def weights(self, question: Tensor, clips: Tensor) -> Tensor:
        """How much each clip matters to the question. Shape: (B, Q), (B, T, D) -> (B, T), rows sum to one."""
        scores: Tensor = self.score(torch.tanh(self.question(question)[:, None] + self.clip(clips)))
        return scores.squeeze(-1).softmax(dim=1)

    def forward(self, question: Tensor, clips: Tensor) -> Tensor:
        """The video as the question sees it. Shape: (B, Q), (B, T, D) -> (B, D)."""
        return (self.weights(question, clips)[..., None] * clips).sum(dim=1)


class AnswerNetwork(nn.Module):
    """Word vectors > LSTM > its last state attends over the clips > state and attended video, one hidden layer > answers.

    ``words``: the vectors (W, E), of which the first stands for no word; trained only with ``train_words``.
    ``batchnorm`` puts a BatchNorm without scale on the clip features: not the paper's, see docs/deviations.md.
    """

    def __init__(
        self,
        words: Tensor,
        features: int,
        hidden: int,
        answers: int,
        *,
        dropout: float = 0.0,
        batchnorm: bool = False,
        train_words: bool = False,
    ) -> None:
        super().__init__()
        self.words = nn.Embedding.from_pretrained(words, freeze=not train_words, padding_idx=0)
        self.lstm = nn.LSTM(words.shape[1], hidden, batch_first=True)
        self.batchnorm = BatchNorm1d(features, affine=False) if batchnorm else nn.Identity()
        self.attention = SoftAttention(hidden, features, hidden)
        self.joint = nn.Linear(hidden + features, hidden)
        self.dropout = SeededDropout(dropout)
        self.answer = nn.Linear(hidden, answers)

    def forward(self, asked: Asked) -> Tensor:
        """Shape: see ``Asked`` -> logits (B, K)."""
        words, lengths, clips = asked
        packed = pack_padded_sequence(self.words(words), lengths, batch_first=True, enforce_sorted=False)
        _, (state, _) = self.lstm(packed)
        question = state[-1]
        clips = self.batchnorm(clips.flatten(0, 1)).view_as(clips)
        video = self.attention(question, clips)
        return self.answer(self.dropout(torch.relu(self.joint(torch.cat([question, video], dim=1)))))
