import torch
from torch import nn

from vcop.config.options import NetworkOptions
from vcop.networks.heads import ActionNetwork, OrderHead, OrderNetwork, ProjectionHead, SeededDropout
from vcop.networks.registry import build_backbone

NARROW = NetworkOptions(multiplier=0.0625)


def test_pairs_in_the_papers_order():
    assert OrderHead(4, 3, 0.5).pairs == [(0, 1), (0, 2), (1, 2)]
    assert OrderHead(4, 4, 0.5).pairs == [(0, 1), (0, 2), (0, 3), (1, 2), (1, 3), (2, 3)]


def test_equation_3_worked_out():
    head = OrderHead(5, 3, 0.5).eval()
    f = torch.randn(2, 3, 5)
    h = [torch.relu(head.pair(torch.cat([f[:, i], f[:, j]], 1))) for i, j in ((0, 1), (0, 2), (1, 2))]
    assert torch.allclose(head(f), head.order(torch.cat(h, 1)), atol=1e-6)
    assert head(f).shape == (2, 6)


def test_dropout_is_a_function_of_its_key():
    dropout, x = SeededDropout(0.5).train(), torch.ones(64, 100)
    dropout.key = (0, 1, 2)
    one, same = dropout(x), dropout(x)
    dropout.key = (0, 1, 3)
    assert torch.equal(one, same)
    assert not torch.equal(one, dropout(x))
    assert set(one.unique().tolist()) == {0.0, 2.0}
    assert abs(one.mean() - 1) < 0.05
    assert torch.equal(dropout.eval()(x), x)


def test_batchnorm_sees_one_position_at_a_time_unless_joint():
    clips = torch.rand(4, 3, 3, 8, 24, 24)
    for joint, batches in ((False, 3), (True, 1)):
        net = OrderNetwork(build_backbone("r3d", NARROW, 0), OrderHead(32, 3, 0.0), joint).train()
        norm = next(m for m in net.backbone.modules() if isinstance(m, nn.BatchNorm3d))
        seen = []
        norm.register_forward_hook(lambda _module, inputs, _out, seen=seen: seen.append(inputs[0].shape[0]))
        net(clips)
        assert seen == [12 // batches] * batches


def test_each_position_is_passed_without_gaps_in_memory():
    """Only then R(2+1)D computes its first convolution as a 2D one."""
    clips = torch.rand(2 * 3, 8, 24, 24, 3).permute(0, 4, 1, 2, 3).unflatten(0, (2, 3))
    net = OrderNetwork(build_backbone("r21d", NARROW, 0), OrderHead(32, 3, 0.0)).train()
    seen = []
    net.backbone.conv1.register_forward_hook(lambda _module, inputs, _out: seen.append(inputs[0]))
    net(clips)
    assert all(x.is_contiguous(memory_format=torch.channels_last_3d) for x in seen)
    assert all(torch.equal(x, clips[:, t]) for t, x in enumerate(seen))


def test_evaluation_is_the_same_either_way():
    clips = torch.rand(2, 3, 3, 8, 24, 24)
    nets = []
    for joint in (False, True):
        torch.manual_seed(0)
        nets.append(OrderNetwork(build_backbone("c3d", NARROW, 0), OrderHead(32, 3, 0.5), joint).eval())
    with torch.no_grad():
        assert torch.allclose(nets[0](clips), nets[1](clips), atol=1e-6)


def test_the_head_batchnorm_has_no_scale_and_is_in_the_head():
    head = OrderHead(4, 3, 0.0, batchnorm=True)
    assert not list(head.batchnorm.parameters())
    assert set(head.batchnorm.state_dict()) == {"running_mean", "running_var", "num_batches_tracked"}


def test_the_classifier_is_one_linear_layer():
    net = ActionNetwork(build_backbone("r3d", NARROW, 0), 7).eval()
    x = torch.rand(2, 3, 8, 24, 24)
    with torch.no_grad():
        assert torch.allclose(net(x), net.head(net.backbone(x)))
    assert isinstance(net.head, nn.Linear)
    assert isinstance(net.batchnorm, nn.Identity)
    assert not list(ActionNetwork(build_backbone("r3d", NARROW, 0), 7, batchnorm=True).batchnorm.parameters())


def test_a_projection_is_of_each_clip_alone():
    head, features = ProjectionHead(4, 6), torch.rand(3, 2, 4)
    assert head(features).shape == (3, 2, 6)
    one = head.project(torch.relu(head.hidden(features[1, 0])))
    assert torch.allclose(head(features)[1, 0], one, atol=1e-6)


def test_a_projection_can_be_of_features_of_equal_size():
    head = ProjectionHead(4, 6, batchnorm=True).train()
    features = torch.rand(8, 2, 4) * torch.tensor([1.0, 10, 100, 1000])
    assert torch.allclose(head(features), head(features * 1000), atol=1e-2)
