"""One story for each role. The trainee's stories run in a real browser on a real JupyterLab."""
