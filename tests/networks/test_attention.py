import pytest
import torch

from vcop.networks.attention import AnswerNetwork, SoftAttention

WORDS = torch.randn(7, 5, generator=torch.Generator().manual_seed(1))


def network(**more):
    torch.manual_seed(0)
    return AnswerNetwork(WORDS, 6, 8, 4, **more).eval()


def asked(seed=0):
    draw = torch.Generator().manual_seed(seed)
    words = torch.tensor([[1, 2, 3, 0], [4, 0, 0, 0], [5, 6, 1, 2]])
    return words, torch.tensor([3, 1, 4]), torch.randn(3, 9, 6, generator=draw)


def test_attention_by_hand():
    attention = SoftAttention(1, 1, 1)
    with torch.no_grad():
        for weight, value in ((attention.question.weight, 2.0), (attention.clip.weight, 1.0), (attention.score.weight, 3.0)):
            weight.fill_(value)
        attention.question.bias.fill_(0.5)
    question, clips = torch.tensor([[0.25]]), torch.tensor([[[-1.0], [0.0]]])
    scores = 3 * torch.tanh(torch.tensor([2 * 0.25 + 0.5 - 1, 2 * 0.25 + 0.5 + 0]))
    weights = scores.exp() / scores.exp().sum()
    assert torch.allclose(attention.weights(question, clips)[0], weights)
    assert torch.allclose(attention(question, clips)[0], -weights[:1])


def test_sizes_of_the_paper():
    """300 GloVe values, an LSTM of 300, 512 values a clip, 1000 answers."""
    model = AnswerNetwork(torch.zeros(10, 300), 512, 300, 1000)
    trained = sum(p.numel() for p in model.parameters() if p.requires_grad)
    lstm = 4 * 300 * (300 + 300 + 2)
    attention = 300 * 300 + 300 + 512 * 300 + 300
    joint = (300 + 512) * 300 + 300
    assert trained == lstm + attention + joint + 300 * 1000 + 1000


def test_what_fills_up_a_short_question_changes_nothing():
    words, lengths, clips = asked()
    alone = network()((words[1:2, :1], lengths[1:2], clips[1:2]))
    assert torch.allclose(network()((words, lengths, clips))[1:2], alone, atol=1e-6)


def test_the_order_of_the_clips_changes_nothing():
    words, lengths, clips = asked()
    assert torch.allclose(network()((words, lengths, clips)), network()((words, lengths, clips.flip(1))), atol=1e-6)


def test_question_words_and_video_change_the_answer():
    words, lengths, clips = asked()
    model = network()
    plain = model((words, lengths, clips))
    assert not torch.allclose(plain, model((words, lengths, asked(1)[2])), atol=1e-3)
    assert not torch.allclose(plain[2], model((words.flip(1), lengths, clips))[2], atol=1e-3)


@pytest.mark.parametrize("train_words", [False, True])
def test_word_vectors_are_trained_only_on_request(train_words):
    model = network(train_words=train_words).train()
    model(asked()).square().sum().backward()
    assert model.words.weight.requires_grad == train_words
    assert train_words == (model.words.weight.grad is not None)
    assert torch.equal(model.words.weight.detach()[1:], WORDS[1:])


def test_batchnorm_makes_the_scale_of_features_irrelevant():
    words, lengths, clips = asked()
    model = network(batchnorm=True).train()
    assert torch.allclose(model((words, lengths, clips)), model((words, lengths, 1000 * clips + 5)), atol=1e-3)
