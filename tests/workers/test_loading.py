"""Loading modules without looking for garbage: for as long as it takes, and no longer."""

import gc

import pytest

from workers.loading import loading


def test_garbage_is_looked_for_again() -> None:
    """Meanwhile it is not; what was made stays out of it; an error changes nothing."""
    frozen = gc.get_freeze_count()

    with loading():
        meanwhile = gc.isenabled()
        made = [{each} for each in range(1000)]
    with pytest.raises(ImportError), loading():
        raise ImportError

    assert not meanwhile
    assert gc.isenabled()
    assert gc.get_freeze_count() >= frozen + len(made)
    gc.unfreeze()
