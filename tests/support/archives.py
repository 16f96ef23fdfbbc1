"""Archives written for tests, and the program that unpacks rar archives on this machine."""

import io
import shutil
import stat
import zipfile

import pytest
from support.helpers import ROOT  # noqa: F401  # threads are set before anything is imported

from vcop.preparation.download import archives

TOOL = next(filter(shutil.which, archives.TOOLS), None)


needs_tool = pytest.mark.skipif(TOOL is None, reason=f"bsdtar, unar or unrar is missing: {archives.INSTALL}")


def zipped(*members):
    """Members as in ``rars``; names are written as they are."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content, *more in members:
            settings = more[0] if more else {}
            info = zipfile.ZipInfo("x")
            info.filename, info.create_system = name + "/" * ("folder" in settings), 3
            kind = (
                stat.S_IFLNK | 0o777
                if settings.get("link")
                else stat.S_IFDIR | 0o755
                if "folder" in settings
                else stat.S_IFREG | 0o644
            )
            info.external_attr = settings.get("mode", kind) << 16
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, content)
    return file.getvalue()
