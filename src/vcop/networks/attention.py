"""Extended soft attention: a question attends over the clips of a video and is answered (TMM 2020, IV-D; its reference [56]).

::

    words --> GloVe --> LSTM --> question state q --+--------------------(||)-- hidden layer --> answer logits
                                                    |                      |
    clip features v_1 .. v_T ---------> attention weights a_t --> sum a_t v_t

Shapes: B questions, N words of the longest question, W words of the vocabulary, E values of a word vector, T clips of a video,
D values of a clip feature, Q values of a question's state, H the hidden size, K answers.
"""

import torch
from torch import Tensor, nn
from torch.nn.utils.rnn import pack_padded_sequence

from vcop.networks.batchnorm import BatchNorm1d
from vcop.networks.heads import SeededDropout

# Word indices (B, N), number of words of each question (B,) on the CPU, clip features (B, T, D).
QuestionBatch = tuple[Tensor, Tensor, Tensor]


class SoftAttention(nn.Module):
    """Weighted mean of clip features, with weights that depend on the question.

    ``e_t = w . tanh(W q + U v_t + b)``, ``a = softmax(e)``, ``v = sum_t a_t v_t``. The order of the clips does not matter.

    Args:
        question: Values of a question's state, Q.
        features: Values of a clip feature, D.
        hidden: Hidden size, H.
    """

    def __init__(self, question: int, features: int, hidden: int) -> None:
        super().__init__()
        self.question = nn.Linear(question, hidden)
        self.clip = nn.Linear(features, hidden, bias=False)
        self.score = nn.Linear(hidden, 1, bias=False)

    def weights(self, question: Tensor, clips: Tensor) -> Tensor:
        """Return the weight of each clip. Shape: (B, Q), (B, T, D) -> (B, T), whose rows sum to one."""
        scores: Tensor = self.score(torch.tanh(self.question(question)[:, None] + self.clip(clips)))
        return scores.squeeze(-1).softmax(dim=1)

    def forward(self, question: Tensor, clips: Tensor) -> Tensor:
        """Return the weighted mean of the clip features. Shape: (B, Q), (B, T, D) -> (B, D)."""
        return (self.weights(question, clips)[..., None] * clips).sum(dim=1)


class AnswerNetwork(nn.Module):
    """Answer questions about videos from frozen clip features (TMM 2020, IV-D).

    Args:
        words: Word vectors (W, E); the first stands for no word and fills up short questions.
        features: Values of a clip feature, D.
        hidden: Size of the LSTM's state and of the hidden layers, H.
        answers: Number of answers, K.
        dropout: Probability of a dropped value in the last hidden layer.
        batchnorm: Whether clip features pass a BatchNorm without scale first: not in the paper, see docs/deviations.md.
        train_words: Whether the word vectors are trained, too.
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

    def forward(self, batch: QuestionBatch) -> Tensor:
        """Return the logits of the answers. Shape: see ``QuestionBatch`` -> (B, K)."""
        words, lengths, clips = batch
        packed = pack_padded_sequence(self.words(words), lengths, batch_first=True, enforce_sorted=False)
        _, (state, _) = self.lstm(packed)
        question = state[-1]
        clips = self.batchnorm(clips.flatten(0, 1)).view_as(clips)
        video = self.attention(question, clips)
        return self.answer(self.dropout(torch.relu(self.joint(torch.cat([question, video], dim=1)))))
