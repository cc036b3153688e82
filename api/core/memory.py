"""What a long-lived process keeps of the memory that it asked for."""

import ctypes
import gc
import sys

# mallopt(3). Naming the threshold also stops glibc from raising it.
M_MMAP_THRESHOLD = -3
LARGE_BLOCK = 1_048_576


def return_large_blocks() -> None:
    """Give large blocks back to the system as soon as they are free.

    A password's hash takes 19 MiB (P3). After the first, glibc would serve such blocks from its
    arenas and keep them, one for each thread that ever hashed. Other C libraries are left alone.
    """
    if sys.platform == "linux":
        library = ctypes.CDLL(None)
        if hasattr(library, "gnu_get_libc_version"):
            library.mallopt(M_MMAP_THRESHOLD, LARGE_BLOCK)


def settle() -> None:
    """Keep the collector from going through what is loaded once and stays: code and its routes."""
    gc.collect()
    gc.freeze()
