"""Business time against the packages people use for it: the same 20,000 questions, zones and holidays on in each.

    make bench

Prints, for each way of asking, its time as a ratio to Troth on integer UTC seconds, and how many answers agree with
Troth's to the second. All is measured in one run on one machine; only the ratios travel.
"""

from __future__ import annotations

import argparse
import random
import time as stopwatch
from bisect import bisect_right
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import business_duration
import businesstimedelta
import holidays
import numpy as np
import pandas as pd
import pytz

from troth.hours import HoursSpec, compile_calendar, instant, moment

ZONE = ZoneInfo("Europe/Copenhagen")
PYTZ = pytz.timezone(ZONE.key)  # businesstimedelta knows only this kind
YEARS = range(2024, 2029)
OPENS, CLOSES = time(9), time(17)
SPEC = HoursSpec.parse({"zone": ZONE.key, "days": "mon-fri", "from": "09:00", "to": "17:00", "holidays": "DK"})
Answers = Sequence[int | datetime | None]


def questions(number: int) -> tuple[list[int], list[int], list[int]]:
    """Return starts, later ends and whole hours to add, the same in every run."""
    chance = random.Random(20_26)
    first = instant(datetime(2025, 1, 1, tzinfo=UTC))
    starts = [first + chance.randrange(0, 2 * 365 * 86_400) for _ in range(number)]
    ends = [start + chance.randrange(0, 30 * 86_400) for start in starts]
    return starts, ends, [chance.randrange(1, 41) for _ in range(number)]


def bare_bisect(calendar_starts: list[int], calendar_ends: list[int], totals: list[int]) -> Callable[[int], int]:
    """Return the least a look-up can be: working seconds before an instant, by one bisect on the same arrays."""

    def worked(at: int) -> int:
        index = bisect_right(calendar_starts, at) - 1
        return totals[index] + min(at, calendar_ends[index]) - calendar_starts[index]

    return worked


def timed(ask: Callable[[], Answers], rounds: int) -> tuple[float, Answers]:
    """Return the best time of some rounds in seconds, and the answers."""
    best, answers = float("inf"), None
    for _ in range(rounds):
        begun = stopwatch.perf_counter()
        answers = ask()
        best = min(best, stopwatch.perf_counter() - begun)
    assert answers is not None
    return best, answers


def between(number: int) -> list[tuple[str, float, Answers]]:
    """Ask how much working time lies between two instants."""
    starts, ends, _ = questions(number)
    calendar = compile_calendar(SPEC)
    spans = calendar.spans(instant(datetime(2024, 1, 1, tzinfo=UTC)), instant(datetime(2028, 12, 31, tzinfo=UTC)))
    opens, closes = [a for a, _ in spans], [b for _, b in spans]
    totals = [0, *np.cumsum([b - a for a, b in spans]).tolist()]
    worked = bare_bisect(opens, closes, totals)
    pairs = list(zip(starts, ends, strict=True))
    aware = [(datetime.fromtimestamp(a, ZONE), datetime.fromtimestamp(b, ZONE)) for a, b in pairs]
    free = {day for year in YEARS for day in holidays.country_holidays("DK", years=year)}
    rules = businesstimedelta.Rules(
        [
            businesstimedelta.WorkDayRule(OPENS, CLOSES, [0, 1, 2, 3, 4], tz=PYTZ),
            businesstimedelta.HolidayRule(holidays.country_holidays("DK", years=YEARS), tz=PYTZ),
        ]
    )
    off = sorted(free)  # the package looks a day up in whatever it is given
    array_a, array_b = np.array(starts), np.array(ends)
    return [
        (
            "Troth, integer UTC seconds",
            *timed(lambda: [calendar.between(a, b) for a, b in pairs], 5),
        ),
        (
            "a bare bisect on the same arrays",
            *timed(lambda: [worked(b) - worked(a) for a, b in pairs], 5),
        ),
        ("Troth, aware datetimes", *timed(lambda: [calendar.between(instant(a), instant(b)) for a, b in aware], 5)),
        ("Troth, one NumPy array", *timed(lambda: calendar.between_many(array_a, array_b).tolist(), 5)),
        (
            "businesstimedelta",
            *timed(lambda: [round(rules.difference(a, b).timedelta.total_seconds()) for a, b in aware], 1),
        ),
        (
            "business-duration",
            *timed(
                lambda: [
                    round(
                        business_duration.businessDuration(
                            a.replace(tzinfo=None), b.replace(tzinfo=None), OPENS, CLOSES, holidaylist=off, unit="sec"
                        )
                    )
                    for a, b in aware
                ],
                1,
            ),
        ),
    ]


def adding(number: int) -> list[tuple[str, float, Answers]]:
    """Ask when some working hours have passed."""
    starts, _, hours = questions(number)
    calendar = compile_calendar(SPEC)
    aware = [datetime.fromtimestamp(a, ZONE) for a in starts]
    rules = businesstimedelta.Rules(
        [
            businesstimedelta.WorkDayRule(OPENS, CLOSES, [0, 1, 2, 3, 4], tz=PYTZ),
            businesstimedelta.HolidayRule(holidays.country_holidays("DK", years=YEARS), tz=PYTZ),
        ]
    )
    off = [day for year in YEARS for day in holidays.country_holidays("DK", years=year)]
    stamps = [pd.Timestamp(a) for a in aware]
    offsets = {n: pd.offsets.CustomBusinessHour(n, start="09:00", end="17:00", holidays=off) for n in set(hours)}
    array, seconds = np.array(starts), np.array(hours) * 3600
    pairs = list(zip(starts, hours, strict=True))
    return [
        ("Troth, integer UTC seconds", *timed(lambda: [calendar.add_working(a, n * 3600) for a, n in pairs], 5)),
        (
            "Troth, aware datetimes",
            *timed(
                lambda: [
                    moment(calendar.add_working(instant(a), n * 3600), ZONE) for a, n in zip(aware, hours, strict=True)
                ],
                5,
            ),
        ),
        ("Troth, one NumPy array", *timed(lambda: calendar.add_many(array, seconds).tolist(), 5)),
        (
            "businesstimedelta",
            *timed(
                lambda: [
                    round((a + businesstimedelta.BusinessTimeDelta(rules, hours=n)).timestamp())
                    for a, n in zip(aware, hours, strict=True)
                ],
                1,
            ),
        ),
        (
            "pandas CustomBusinessHour",
            *timed(lambda: [round((a + offsets[n]).timestamp()) for a, n in zip(stamps, hours, strict=True)], 1),
        ),
    ]


def seconds_of(answer: int | datetime | None) -> int | None:
    """Return an answer as Troth's integers, whatever form it was given in."""
    return instant(answer) if isinstance(answer, datetime) else answer


def show(title: str, rows: list[tuple[str, float, Answers]], number: int) -> None:
    """Print one table: time a question, ratio to the first row, agreement with it."""
    _, own, answers = rows[0]
    print(f"\n{title}: {number:,} questions")
    print(f"{'':36}{'a question':>14}{'ratio':>10}{'agrees':>10}")
    for name, seconds, given in rows:
        same = sum(a == seconds_of(b) for a, b in zip(answers, given, strict=True)) / number
        print(f"{name:36}{seconds / number * 1e6:>11.2f} µs{seconds / own:>10.2f}{same:>9.1%}")


def main() -> None:
    """Run both tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--number", type=int, default=20_000)
    number = parser.parse_args().number
    print(f"Denmark, Monday to Friday 9 to 17, {date(2025, 1, 1)} and two years on; holidays {holidays.__version__}")
    show("How much working time lies between", between(number), number)
    show("When have so many working hours passed", adding(number), number)


if __name__ == "__main__":
    main()
