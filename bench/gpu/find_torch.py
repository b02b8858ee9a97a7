"""Prints what run.sh must know of this Python's PyTorch: its version, its CUDA or none, whether it sees a GPU, and the folders of
its libraries as CMake writes a list."""

import pathlib
import sys

try:
    import torch
except ImportError as missing:
    sys.exit(str(missing))

package = pathlib.Path(torch.__file__).resolve().parent
# Wheels that were repaired keep what they bundle, such as OpenMP's runtime, beside the package.
folders = [folder for folder in (package / "lib", package.parent / "torch.libs") if folder.is_dir()]
print(torch.__version__.split("+")[0], torch.version.cuda or "none", "yes" if torch.cuda.is_available() else "no",
      ";".join(map(str, folders)), sep="\t")
