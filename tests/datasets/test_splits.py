import pytest

from vcop.datasets.splits import TEST, TRAIN, UNUSED, read_splits


@pytest.fixture
def ucf101(tmp_path):
    """In the official form: CRLF, numbers from 1, no number in the test lists."""
    (tmp_path / "classInd.txt").write_bytes(b"1 ApplyEyeMakeup\r\n2 Biking\r\n")
    for k in (1, 2, 3):
        train = [f"ApplyEyeMakeup/v_ApplyEyeMakeup_g0{g}_c01.avi 1" for g in (1, 2, 3) if g != k]
        train += [f"Biking/v_Biking_g0{g}_c01.avi 2" for g in (1, 2, 3) if g != k]
        test = [f"ApplyEyeMakeup/v_ApplyEyeMakeup_g0{k}_c01.avi", f"Biking/v_Biking_g0{k}_c01.avi"]
        (tmp_path / f"trainlist0{k}.txt").write_bytes("\r\n".join(train).encode() + b"\r\n")
        (tmp_path / f"testlist0{k}.txt").write_bytes("\r\n".join(test).encode() + b"\r\n")
    return tmp_path


def test_ucf101(ucf101):
    lists = read_splits("ucf101", ucf101)
    assert lists.classes == ["ApplyEyeMakeup", "Biking"]
    assert len(lists.labels) == 6
    assert lists.labels["Biking/v_Biking_g01_c01.avi"] == 1
    assert lists.roles["Biking/v_Biking_g01_c01.avi"] == [TEST, TRAIN, TRAIN]


def test_hmdb51(tmp_path):
    for k in (1, 2, 3):
        names = ["a b[1]#&!.avi 1 ", "(2).avi 2 ", "c.avi 0 "]
        (tmp_path / f"brush_hair_test_split{k}.txt").write_text("\n".join(names) + "\n")
        (tmp_path / f"wave_test_split{k}.txt").write_text("d.avi 1 \ne.avi 2 \n")
    lists = read_splits("hmdb51", tmp_path)
    assert lists.classes == ["brush_hair", "wave"]
    assert lists.roles["brush_hair/a b[1]#&!.avi"] == [TRAIN] * 3
    assert lists.roles["brush_hair/(2).avi"] == [TEST] * 3
    assert lists.roles["brush_hair/c.avi"] == [UNUSED] * 3


@pytest.mark.parametrize(
    ("file", "text", "words"),
    [
        ("classInd.txt", "1 A\n3 B\n", r"classInd.txt:2: expected '2 ClassName'"),
        ("trainlist01.txt", "Swimming/v.avi 1\n", r"trainlist01.txt:1: .*classInd"),
        ("trainlist01.txt", "Biking/v.avi 1\n", r"trainlist01.txt:1: class number '1', but classInd.txt gives 2"),
        ("trainlist01.txt", "Biking/v.avi 2\nBiking/v.avi 2\n", r"trainlist01.txt:2: .*listed twice in split 1"),
        ("testlist01.txt", "Biking/v_Biking_g02_c01.avi\n", r"testlist01.txt:1: .*listed twice in split 1"),
        ("classInd.txt", "\u00b9 A\n", r"classInd.txt:1: expected '1 ClassName', found '\u00b9 A'"),
        ("classInd.txt", "1 A\n\u0662 B\n", r"classInd.txt:2: expected '2 ClassName'"),
        ("classInd.txt", f"{'9' * 5000} A\n", r"classInd.txt:1: expected '1 ClassName'"),
        ("trainlist01.txt", "Biking/v.avi \u00b2\n", r"trainlist01.txt:1: class number '\u00b2', but classInd.txt gives 2"),
        ("trainlist01.txt", "Biking/v.avi\n", r"trainlist01.txt:1: 'Biking/v.avi' is not 'Class/video' of a class"),
        ("trainlist01.txt", "/Biking/v.avi 2\n", r"trainlist01.txt:1: '/Biking/v.avi 2' is not 'Class/video' of a class"),
        ("trainlist01.txt", "Biking/../v.avi 2\n", r"trainlist01.txt:1: 'Biking/../v.avi 2' is not 'Class/video' of a class"),
        ("testlist01.txt", "Biking/v_Biking_g01_c01.avi 1\n", r"testlist01.txt:1: class number '1', but classInd.txt gives 2"),
        ("testlist01.txt", "Biking/v.avi \u00b2\n", r"testlist01.txt:1: class number '\u00b2', but classInd.txt gives 2"),
        ("testlist01.txt", "Biking//v_Biking_g02_c01.avi\n", r"testlist01.txt:1: .*listed twice in split 1"),
        ("testlist01.txt", "Biking/../Biking/./v_Biking_g02_c01.avi\n", r"testlist01.txt:1: .*listed twice in split 1"),
        ("testlist02.txt", None, r"testlist02.txt: this official list is missing"),
    ],
)
def test_a_broken_list_is_named_with_its_line(ucf101, file, text, words):
    if text is None:
        (ucf101 / file).unlink()
    else:
        (ucf101 / file).write_text(text)
    with pytest.raises(ValueError, match=words):
        read_splits("ucf101", ucf101)


def test_test_lists_may_have_class_numbers(ucf101):
    plain = read_splits("ucf101", ucf101).digest()
    for k in (1, 2, 3):
        path = ucf101 / f"testlist0{k}.txt"
        lines = path.read_text().split()
        path.write_text("".join(f"{line} {1 if line.startswith('Apply') else 2}\n" for line in lines))
    assert read_splits("ucf101", ucf101).digest() == plain


def test_a_number_at_the_end_of_a_name_stays_there(ucf101):
    with open(ucf101 / "testlist01.txt", "a") as file:
        file.write("Biking/clip 7\nBiking/part 1 7.avi\n")
    assert {"Biking/clip 7", "Biking/part 1 7.avi"} <= read_splits("ucf101", ucf101).labels.keys()


def test_blanks_and_spellings_of_a_path_make_no_other_video(ucf101):
    plain = read_splits("ucf101", ucf101).digest()
    (ucf101 / "classInd.txt").write_text("1  ApplyEyeMakeup\n2\tBiking\n")
    path = ucf101 / "trainlist01.txt"
    lines = path.read_text().splitlines()
    path.write_text("\n".join(line.replace("Biking/", "./Biking//").replace(" ", "  ") for line in lines))
    assert read_splits("ucf101", ucf101).digest() == plain


@pytest.mark.parametrize("other", ["./a.avi", "..//wave/a.avi", "b/../a.avi"])
def test_one_video_of_hmdb51_has_one_name(tmp_path, other):
    for k in (1, 2, 3):
        (tmp_path / f"wave_test_split{k}.txt").write_text(f"a.avi  1\n{other} 2\n")
    with pytest.raises(ValueError, match=r"wave_test_split1.txt:2: wave/a.avi is listed twice in split 1"):
        read_splits("hmdb51", tmp_path)


@pytest.mark.parametrize("other", ["../a.avi", "/a.avi/../..", "../run/a.avi"])
def test_a_video_of_hmdb51_lies_in_the_folder_of_its_class(tmp_path, other):
    for k in (1, 2, 3):
        (tmp_path / f"wave_test_split{k}.txt").write_text(f"{other} 1\n")
    with pytest.raises(ValueError, match=r"wave_test_split1.txt:1: .* is not 'video flag'"):
        read_splits("hmdb51", tmp_path)


def test_no_hmdb51_lists(tmp_path):
    with pytest.raises(ValueError, match="no .*_test_split1.txt is there"):
        read_splits("hmdb51", tmp_path)


def test_the_digest_follows_the_lists(ucf101):
    before = read_splits("ucf101", ucf101).digest()
    path = ucf101 / "testlist03.txt"
    path.write_bytes(path.read_bytes().replace(b"ApplyEyeMakeup/v_ApplyEyeMakeup_g03_c01.avi\r\n", b""))
    assert read_splits("ucf101", ucf101).digest() != before
