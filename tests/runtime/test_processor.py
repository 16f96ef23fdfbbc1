import platform

from vcop.runtime.processor import cpu_model, instruction_sets

X86 = """processor\t: 0
model name\t: A CPU @ 2 GHz
flags\t\t: fpu avx2 avx512f

processor\t: 1
model name\t: A CPU @ 2 GHz
flags\t\t: fpu sse2 amx_bf16 avx512f avx2
"""


def test_model_and_known_instruction_sets_of_the_last_core(tmp_path):
    (tmp_path / "cpuinfo").write_text(X86)
    assert cpu_model(tmp_path / "cpuinfo") == "A CPU @ 2 GHz"
    assert instruction_sets(tmp_path / "cpuinfo") == ["avx2", "avx512f", "amx_bf16"]


def test_an_arm_core_has_features_and_no_name(tmp_path):
    (tmp_path / "cpuinfo").write_text("processor : 0\nFeatures : fp asimd sve\nCPU part : 0xd40\n")
    assert cpu_model(tmp_path / "cpuinfo") in (platform.processor(), platform.machine())
    assert instruction_sets(tmp_path / "cpuinfo") == ["asimd", "sve"]


def test_without_the_kernels_file_there_is_an_architecture(tmp_path):
    assert cpu_model(tmp_path / "none") in (platform.processor(), platform.machine())
    assert instruction_sets(tmp_path / "none") == []
