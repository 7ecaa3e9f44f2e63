"""A real JupyterHub on this computer: two trainees and an instructor, each an OS user, each in a browser."""
