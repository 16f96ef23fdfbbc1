from collections import Counter

import numpy as np
import pytest
import torch

from vcop.config.options import PretrainOptions
from vcop.pretext.task_registry import find_task
from vcop.sampling.tasks import orders
from vcop.storage.frame_store import Video

TASK, VIDEO = find_task("puzzle-16"), Video("a.avi", 0, 0, 80)  # of one window: 4 cells of 16 + 4 frames


def cells(draw):
    """Return the cell of each piece: time, row, column."""
    places = draw.more[1:]
    rows, columns = ([int(place * 2) for place in places[axis::2]] for axis in (0, 1))
    return list(zip([clip[0] // 20 for clip in draw.clips], rows, columns, strict=True))


@pytest.fixture(scope="module")
def drawn():
    rng = np.random.default_rng(0)
    return [TASK.draw(VIDEO, 2, rng) for _ in range(4000)]


def test_a_puzzle_is_spatial_or_temporal_and_its_label_is_the_order_of_its_cells(drawn):
    kinds = Counter()
    for draw in drawn:
        found = cells(draw)
        assert len(set(found)) == 4
        assert [sorted(found).index(cell) for cell in found] == list(orders(4)[draw.label])
        times, corners = len({time for time, _, _ in found}), len({cell[1:] for cell in found})
        assert (times, corners) in {(1, 4), (4, 1)}
        kinds[times, next(iter(found))[1:] if times == 4 else found[0][0]] += 1
    assert len(kinds) == 8  # four cells for temporal puzzles, four times for spatial ones
    assert all(400 < count < 600 for count in kinds.values())


def test_all_orders_and_channels_are_as_frequent(drawn):
    labels, channels = Counter(draw.label for draw in drawn), Counter(draw.more[0] for draw in drawn)
    assert sorted(labels) == list(range(24))
    assert all(110 < count < 230 for count in labels.values())
    assert sorted(channels) == [0, 1, 2]
    assert all(1200 < count < 1470 for count in channels.values())
    assert TASK.chance(8) == 100 / 24


def test_pieces_lie_anywhere_in_their_cells(drawn):
    starts, places = set(), []
    for draw in drawn:
        for clip in draw.clips:
            assert clip == tuple(range(clip[0], clip[0] + 16, 2))
            starts.add(clip[0])
        places += draw.more[1:]
    assert starts == {20 * cell + frame for cell in range(4) for frame in range(5)}
    # A piece is 5/14 of the crop, so that it can move by 2/14 within a half of it.
    assert all(place % 0.5 <= 2 / 14 for place in places)
    assert max(places) > 0.5 + 0.99 * 2 / 14
    assert min(places) < 0.01 * 2 / 14


@pytest.mark.parametrize("crop", [8, 9, 16, 20, 111, 112])
def test_pieces_stay_within_the_crop(crop):
    """The last pixel that a piece can begin at leaves room for all of it: its own last pixel is one of the last two of the crop."""
    side, last = round(crop * 5 / 14), 0.5 + 2 / 14
    clips = torch.arange(float(crop)).expand(1, 4, 3, 1, crop, crop)  # columns
    altered = TASK.alter(clips, torch.tensor([0]), torch.tensor([[0, 0, 0, 0, last, last, 0, last, last]]))
    assert altered[0, 0].min() == 0
    assert altered[0, 0].max().item() == pytest.approx(side - 1)
    assert (altered[0, 1].max() - altered[0, 1].min()).item() == pytest.approx(side - 1)
    assert crop - 2 <= round(altered[0, 1].max().item(), 3) <= crop - 1


def test_a_piece_is_cut_out_of_one_channel_and_enlarged():
    row = torch.arange(28.0)
    # Pixel (y, x) of channel k in clip t: 10000 t + 1000 k + y + x / 100.
    frame = row[:, None] + row / 100 + 1000 * torch.arange(3.0)[:, None, None] + 10000 * torch.arange(4.0)[:, None, None, None]
    clips = frame[None, :, :, None].repeat(1, 1, 1, 2, 1, 1)
    corners = [(0, 0), (2, 14), (16, 1), (17, 18)]
    more = torch.tensor([[1, *(place / 28 + 1e-6 for corner in corners for place in corner)]])
    altered = TASK.alter(clips, torch.tensor([0]), more)
    assert altered.shape == (1, 4, 3, 2, 28, 28)
    assert torch.equal(altered[:, :, [0]].expand_as(altered), altered)
    assert torch.equal(altered[:, :, :, [0]].expand_as(altered), altered)
    for number, (top, left) in enumerate(corners):
        piece = altered[0, number, 0, 0]
        base = 10000 * number + 1000
        assert piece[0, 0] == pytest.approx(base + top + left / 100, abs=0.01)
        assert piece[-1, -1] == pytest.approx(base + top + 9 + (left + 9) / 100, abs=0.01)  # of 10 pixels
        assert piece.mean() == pytest.approx(base + top + 4.5 + (left + 4.5) / 100, abs=0.01)


def test_the_memory_layout_is_kept():
    clips = torch.rand(8, 3, 8, 16, 16).to(memory_format=torch.channels_last_3d).unflatten(0, (2, 4))
    more = torch.zeros(2, 9)
    assert TASK.alter(clips, torch.zeros(2), more).stride() == clips.stride()


def test_a_process_may_have_no_row_of_a_batch():
    assert TASK.alter(torch.rand(0, 4, 3, 8, 16, 16), torch.zeros(0), torch.zeros(0, 9)).shape == (0, 4, 3, 8, 16, 16)


def test_its_crop_is_one_and_its_head_knows_24_orders():
    assert TASK.own_crops is False
    assert TASK.head(5, PretrainOptions(), TASK.classes)(torch.zeros(2, 4, 5)).shape == (2, 24)
