"""Sample documents: our own beside the tests, the larger corpus where it is checked out."""

from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DATA = ROOT / "tests" / "data"
CORPUS = ROOT.parent / "shared" / "testdata"


@pytest.fixture
def data() -> Path:
    """The folder of our own sample documents."""
    return DATA


@pytest.fixture
def corpus() -> Path:
    """The folder of the larger corpus."""
    if not CORPUS.is_dir():
        pytest.skip("the corpus of sample documents is not checked out")
    return CORPUS
