"""Builds the engine's inner loops where a compiler is found. Without one the package is complete as it is."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
import sysconfig
import tempfile
from pathlib import Path
from shutil import which

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

KERNEL = "src/beachhead/market/libkernel.so"
GLIBC = ["-nostdlib", "-Wl,--build-id=none", "-lgcc"]  # it calls nothing, so any Linux with glibc can load it


def compiled(source: Path, target: Path) -> bool:
    """Whether ``target`` was made of ``source``; nothing is left where it was not."""
    target.unlink(missing_ok=True)
    compiler = which(os.environ.get("CC") or "cc")
    if compiler is None or sys.platform == "win32":
        return False
    extra = GLIBC if platform.libc_ver()[0] == "glibc" else []
    # made beside its place: a running process may have the one before loaded
    with tempfile.TemporaryDirectory(dir=target.parent) as folder:
        made = Path(folder) / target.name
        call = [
            compiler,
            "-O3",
            "-fno-tree-loop-distribute-patterns",
            "-shared",
            "-fPIC",
            str(source),
            "-o",
            str(made),
            *extra,
        ]
        try:
            subprocess.run(call, check=True, capture_output=True)
            made.replace(target)
        except (OSError, subprocess.CalledProcessError):
            return False
    return True


class KernelHook(BuildHookInterface):
    """Adds ``libkernel.so`` to a wheel, which then is one for this platform and every Python 3."""

    def initialize(self, version: str, build_data: dict) -> None:
        target = Path(self.root) / KERNEL
        if self.target_name != "wheel" or not compiled(target.with_name("kernel.c"), target):
            return
        name = sysconfig.get_platform().replace("-", "_").replace(".", "_")
        if platform.libc_ver()[0] == "glibc":
            name = name.replace("linux", "manylinux2014", 1)
        build_data["artifacts"].append(KERNEL)
        build_data["pure_python"] = False
        build_data["tag"] = f"py3-none-{name}"
