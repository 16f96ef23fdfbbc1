import pytest

from vcop.loading.batches import Batches
from vcop.loading.samples import Samples


class Numbers(Samples):
    """Samples that define what they must, and nothing else."""

    def __len__(self):
        return 3

    def name(self, index):
        return f"number {index}"

    def __getitem__(self, key):
        epoch, index = key
        if index == 2 and epoch == 9:
            raise ValueError("the number is damaged")
        return {"x": 10 * epoch + index}


def test_a_sample_is_a_function_of_epoch_and_index():
    assert Numbers().sample((2, 1)) == {"x": 21}
    assert Numbers().sample((2, 1), out=None) == Numbers()[2, 1]


def test_samples_without_frames_need_no_shared_memory():
    assert Numbers().frame_bytes == 0
    batches = Batches(Numbers(), 2, 0)
    assert batches.exchange is None
    assert [batch["x"].tolist() for batch in batches.epoch(1)] == [[10, 11], [12]]


def test_messages_name_what_is_read():
    assert Numbers().source == "a batch"
    with pytest.raises(ValueError, match="^the number is damaged$"):
        list(Batches(Numbers(), 2, 0).epoch(9))


@pytest.mark.parametrize("missing", ["__len__", "name"])
def test_length_and_names_must_be_defined(missing):
    members = {key: value for key, value in vars(Numbers).items() if key in {"__len__", "name", "__getitem__"} - {missing}}
    with pytest.raises(TypeError, match=f"abstract method '?{missing}"):
        type("Incomplete", (Samples,), members)()
