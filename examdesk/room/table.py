"""The invigilator's list as a table in the terminal."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from rich.table import Table
from rich.text import Text

from examdesk.room.watching import Room, Seat, counts, not_started, phase

MOST = 10  # names of those who have not started
COLOURS = {"silent": "yellow", "handed in": "green", "received": "green", "not seen": "dim"}  # the word says it, too


def table(room: Room, seats: Sequence[Seat]) -> Table:
    """One row a candidate, those an invigilator should look at first; counts below."""
    found = Table(title=f"{room.form}  {datetime.now():%H:%M:%S}{hours(room)}",
                  caption=caption(room, seats), caption_justify="left")
    for name, justify in (("candidate", "left"), ("state", "left"), ("answered", "right"), ("minutes", "right"),
                          ("check code", "left"), ("note", "left")):
        found.add_column(name, justify=justify, no_wrap=name != "note")  # type: ignore[arg-type]
    for seat in sorted(seats, key=lambda seat: (not seat.note, seat.state != "silent", seat.state == "not seen")):
        found.add_row(Text(seat.candidate), Text(seat.state, style=COLOURS.get(seat.state, "")),
                      f"{seat.answered}/{seat.items}", "" if seat.minutes is None else str(seat.minutes), seat.witness,
                      Text(seat.note))
    return found


def caption(room: Room, seats: Sequence[Seat]) -> str:
    """How many are where, and what could not be read."""
    told = ", ".join(f"{count} {state}" for state, count in counts(seats).items())
    missing = not_started(seats)
    if missing and phase(room) in ("open", "closed"):
        told += f"; not started: {', '.join(missing[:MOST])}"
        told += f" and {len(missing) - MOST} more" if len(missing) > MOST else ""
    if room.strangers:
        told += f"; {room.strangers} journals of nobody on the roster"
    if room.unreadable:
        told += f"; {room.unreadable} journals could not be read"
    if not room.working:
        told += "; work in progress is not seen: name the candidates' folders with --work"
    return told


def hours(room: Room) -> str:
    """When the room opens and closes, by this machine's time zone; "" for a form without times."""
    opening, now = room.opening, phase(room)
    if not now:
        return ""
    bounds = (("opens", opening.opens), ("closes", opening.closes))
    times = [f"{word} {at.astimezone():%m-%d %H:%M}" for word, at in bounds if at is not None]
    told = {"before": "not open yet", "open": "open", "closed": "closed"}[now]
    return f"  {told} ({', '.join(times)}{', start code' if opening.code is not None else ''})"
