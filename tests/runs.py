"""What a test of both runs does less of in the short one."""

import pytest
from hypothesis import settings


def examples(few: int, many: int):
    """So many examples of a property in the short run, and so many in the long one."""
    long = settings.get_current_profile_name() == "long"
    return lambda test: pytest.mark.both(settings(max_examples=many if long else few)(test))
