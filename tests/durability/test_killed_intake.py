"""`kill -9` over mail as a mail server hands it in: what was accepted is there, and no mail takes effect twice."""

import random
import signal
from pathlib import Path

import pytest

from tests.durability.places import KILLS, Place

pytestmark = pytest.mark.long
MAIL = "From: {name} <{name}@customer.example>\r\nTo: netop@desk.example\r\nSubject: {name}\r\n\r\nIt stops.\r\n"


def letter(place: Place, number: int) -> Path:
    """A mail in a file, from somebody of whom the desk has not heard."""
    file = place.folder / f"letter-{number}.eml"
    file.write_text(MAIL.format(name=f"sender-{number}"), newline="")
    return file


def handed_in(place: Place, file: Path, chance: random.Random) -> int:
    """The process that takes this mail is killed some commits after it began; how it ended."""
    process = place.start("pipe", raw=str(file))
    for _ in range(chance.randrange(7)):
        if process.line() is None:
            return process.end()
    return process.kill()


def afterwards(place: Place, accepted: list[str], given_up: list[str]) -> dict[str, list[str]]:
    """A worker takes up what was left half-way; then what is not as it must be, and what came of those given up."""
    place.clock.move(minutes=10)
    assert place.do("work", batch=100, until_idle=True) == "idle"
    return dict(place.do("check_mail", accepted=accepted, given_up=given_up))


def test_mail_whose_taker_is_killed_is_there_once_it_was_accepted_and_never_twice(place: Place) -> None:
    """TRUST promises 1 and 2. A mail server offers a mail again until it hears 0; sometimes it gives up."""
    chance = random.Random()
    accepted, given_up, number, left = [], [], 0, KILLS
    while left > 0:
        number += 1
        file = letter(place, number)
        while (code := handed_in(place, file, chance)) == -signal.SIGKILL:
            left -= 1
            if chance.random() < 0.2:
                given_up.append(f"sender-{number}")
                break
        else:
            assert code == 0, place.nursery.log()
            accepted.append(f"sender-{number}")
    assert afterwards(place, accepted, given_up)["faults"] == []


@pytest.mark.parametrize(
    ("fault", "tells"), [("accepted unkept", "was accepted and is not there"), ("always new", "took effect 2 times")]
)
def test_the_checker_sees_mail_that_is_lost_or_doubled(place: Place, fault: str, tells: str) -> None:
    """An acknowledgement before the commit, and a mail that is not known again, are what the kills look for."""
    file = letter(place, 1)
    for _ in range(2):
        assert place.start("pipe", raw=str(file), plant=fault).end() == 0
    found = afterwards(place, ["sender-1"], [])["faults"]
    assert any(tells in each for each in found), found
