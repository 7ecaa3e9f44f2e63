"""One story for each role. The trainee's stories run in a real browser on a real JupyterLab."""

import pytest

pytest.register_assert_rewrite("tests.journeys.trainee")  # a failed check there says what it found
