"""What a heading says of the numbers below it."""

from dataclasses import replace

from vcop.paper.heading import Heading

HEADING = Heading("Table 0", "A caption.", "a small study", "16-8-3")


def test_our_numbers_and_the_papers_are_told_apart():
    words = "Measured on: a small study; pretext task 16-8-3. Published: the papers' data and networks."
    assert HEADING.measured_on == words


def test_what_there_is_not_is_not_mentioned():
    assert replace(HEADING, task="", printed=False).measured_on == "Measured on: a small study."


def test_a_note_becomes_a_sentence_of_its_own():
    note = replace(HEADING, note="half of a batch at a time; R3D only")
    assert note.measured_on == f"{HEADING.measured_on} Half of a batch at a time; R3D only."


def test_synthetic_videos_are_not_to_be_compared():
    words = "the papers' data and networks: not to be compared with ours, which are of synthetic videos."
    assert replace(HEADING, synthetic=True).measured_on.endswith(words)
    assert "synthetic" not in replace(HEADING, synthetic=True, printed=False).measured_on
