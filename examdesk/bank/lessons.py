"""Whether the lessons of a course plan fit into its weeks."""

from __future__ import annotations

from fractions import Fraction


def check_plan(*, lessons: int, lessons_a_week: int, weeks: int | float | Fraction) -> list[str]:
    """What does not fit in a plan of so many lessons, so many a week, over so many weeks; nothing when it does.

    >>> check_plan(lessons=10, lessons_a_week=4, weeks=5)
    ['inconsistent: 10 lessons, 4 a week, take 2.5 weeks']
    """
    if lessons < 1 or lessons_a_week < 1:
        return ["a plan has lessons, and some in every week"]
    taken = Fraction(lessons, lessons_a_week)
    if taken == Fraction(weeks):
        return []
    return [f"inconsistent: {lessons} lessons, {lessons_a_week} a week, take {float(taken):g} weeks"]
