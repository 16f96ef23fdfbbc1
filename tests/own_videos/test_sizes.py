from vcop.own_videos.sizes import TUPLES, choose_epochs, choose_sizes


def test_epochs_are_enough_for_the_tuples_unless_the_time_allows_fewer():
    assert choose_epochs(150, 0.01, 10_000, "cpu") == TUPLES["cpu"] // 150
    assert choose_epochs(150, 0.02, 600, "cpu") == 200
    assert choose_epochs(10_000, 0.1, 1, "cpu") == 1


def test_sizes_of_cpu_cores_and_of_a_gpu():
    small, large = choose_sizes("cpu", 2, "16-8-3"), choose_sizes("cuda", 16, "8-4-3")
    assert small.frames.height < large.frames.height
    assert small.network.multiplier < large.network.multiplier
    assert (small.input.frame_stride, large.input.frame_stride) == (2, 1)
    assert (small.machine.workers, large.machine.workers) == (1, 8)
    assert choose_sizes("cpu", 1, "16-8-3").machine.workers == 0
    for sizes in (small, large):
        assert sizes.input.crop <= sizes.frames.height
        assert sizes.pretrain.head_batchnorm
