"""`python -m examdesk` is the command line."""

from examdesk.cli import main

main()
