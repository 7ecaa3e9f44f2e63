"""Files that Python, pytest or Jupyter would load if they were let: ignored, never imported."""

from __future__ import annotations

from tests.hostile.cases import both, good
from tests.hostile.running import written

NOTED = "other-files"
NONE = ""

CASES = [
    *good("modules named like an installed package", NOTED,
          **{f"shadow_{name}": written(f"{name}.py", NONE) for name in ("json", "nbformat", "sqlalchemy", "numpy")},
          shadow_package=written("nbgrader/__init__.py", NONE)),
    *good("sitecustomize", NOTED, sitecustomize=written("sitecustomize.py", NONE),
          usercustomize=written("usercustomize.py", NONE), site_package=written("sitecustomize/__init__.py", NONE)),
    *good(".pth", NOTED, pth=written("evil.pth", NONE), easy_install=written("easy-install.pth", NONE),
          pth_deep=written("lib/python3/site-packages/evil.pth", NONE)),
    *good("conftest", NOTED, conftest=written("conftest.py", NONE), conftest_deep=written("tests/conftest.py", NONE),
          pytest_plugin=both(written("pytest.ini", NONE), written("plugin.py", NONE))),
    *good("Jupyter config", NOTED, nbgrader_config=written("nbgrader_config.py", NONE),
          jupyter_config=written("jupyter_nbconvert_config.py", NONE), ipython=written(
              ".ipython/profile_default/startup/00.py", NONE), jupyter_folder=written(
              ".jupyter/jupyter_notebook_config.py", NONE)),
    *good("fake engine files", NOTED, fake_engine=written("examdesk.py", NONE),
          fake_package=both(written("examdesk/__init__.py", NONE), written("examdesk/graders.py", NONE)),
          fake_grader=written("examdesk/items/choice/grader.py", NONE),
          fake_compiled=written("__pycache__/examdesk.cpython-311.pyc", NONE)),
]
