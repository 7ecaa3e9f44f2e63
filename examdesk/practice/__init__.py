"""Practising: the same questions, explained at once, as often as one likes. Nothing of it is ever marked.

The keys lie beside the notebook (answers.json), so this package alone of the trainee's side imports graders and keys;
`open_exam` loads it for a practice and for nothing else. `judging` asks the exam's own graders, `practising` is the
sitting without time and hand-in, `screen` what it shows.
"""

from __future__ import annotations

from examdesk.practice.practising import Practising

__all__ = ["Practising"]
