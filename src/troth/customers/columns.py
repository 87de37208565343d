"""The kinds of thing a customer can be given by a command or a file, and the columns of each.

One table serves both: `troth customers add netop licence --account … --bought …` has as options what a file for
`troth customers import netop licence FILE.csv` has as columns.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from troth.customers.accounts import add_account, add_contact, add_partner
from troth.customers.contracts import add_contract
from troth.customers.errors import HoldingError
from troth.customers.licences import add_licence
from troth.customers.models import Account, Partner
from troth.customers.purchases import HOURS, INCIDENTS, keep_purchase
from troth.hours import moment
from troth.hours.instants import instant
from troth.hours.spelling import did_you_mean
from troth.people.models import Desk
from troth.policy import Policy
from troth.policy.vocabulary import LicenceKey, LicenceKind
from troth.products.models import Product

LARGEST: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class Place:
    """Where something is added: the desk, the policy in force there, and when."""

    desk: Desk
    policy: Policy
    at: datetime

    @property
    def today(self) -> date:
        """The date on the desk's wall."""
        return moment(instant(self.at), self.policy.zone).date()


Read = Callable[[Place, str], Any]
"""Makes a value of a word, or raises ValueError with a sentence that says what it should be."""


@dataclass(frozen=True, slots=True)
class Column:
    """One thing to be said: its name, what it means, how it is read, and whether it must be said."""

    name: str
    says: str
    read: Read
    is_needed: bool = False


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of thing that can be added, and how."""

    says: str
    columns: tuple[Column, ...]
    add: Callable[[Place, Mapping[str, Any]], object]

    def added(self, place: Place, words: Mapping[str, str]) -> object:
        """The thing is there; HoldingError names the column in which something is wrong. Empty words say nothing."""
        said = {name: word.strip() for name, word in words.items() if word and word.strip()}
        for column in self.columns:
            if column.is_needed and column.name not in said:
                raise HoldingError(column.name, f"{column.says} must be given.")
        values: dict[str, Any] = {}
        for column in self.columns:
            if column.name in said:
                try:
                    values[column.name] = column.read(place, said[column.name])
                except HoldingError:
                    raise
                except ValueError as wrong:
                    raise HoldingError(column.name, str(wrong)) from wrong
        return self.add(place, values)


# --- how words are read --------------------------------------------------------------------------------


def text(longest: int) -> Read:
    """Any words, as long as the desk can keep them."""

    def read(_: Place, word: str) -> str:
        if len(word) > longest or "\0" in word:
            raise ValueError(f"this is longer than {longest} characters.")
        return word

    return read


def day(_: Place, word: str) -> date:
    """A date."""
    try:
        return date.fromisoformat(word)
    except ValueError as wrong:
        raise ValueError(f"{word!r} is no date: write it like 2026-01-31.") from wrong


def number(_: Place, word: str) -> int:
    """A whole number, none or more."""
    if not word.isdecimal() or int(word) > LARGEST:
        raise ValueError(f"{word!r} is no whole number of at most {LARGEST:,}.")
    return int(word)


def positive(place: Place, word: str) -> int:
    """A whole number, one or more."""
    if not (found := number(place, word)):
        raise ValueError("it must be 1 or more.")
    return found


def yes_or_no(_: Place, word: str) -> bool:
    """A flag."""
    known = {"yes": True, "no": False, "true": True, "false": False}
    if word.casefold() not in known:
        raise ValueError(f"{word!r} is neither yes nor no.")
    return known[word.casefold()]


def one_of(words: Callable[[Place], tuple[str, ...]]) -> Read:
    """One of the words there are."""

    def read(place: Place, word: str) -> str:
        known = words(place)
        if word not in known:
            near = did_you_mean(word, known) or f"; known are: {', '.join(known) or 'none'}"
            raise ValueError(f"{word!r} is not known here{near}.")
        return word

    return read


def some_of(words: Callable[[Place], tuple[str, ...]]) -> Read:
    """Several of the words there are, with commas between."""
    single = one_of(words)
    return lambda place, word: tuple(single(place, part.strip()) for part in word.split(",") if part.strip())


def account(place: Place, word: str) -> Account:
    """The account of that name or client number."""
    rows = Account.objects.select_related("desk", "partner").filter(desk=place.desk)
    found = rows.filter(name__iexact=word).first() or rows.filter(client_number=word).first()
    if found is None:
        near = did_you_mean(word, tuple(rows.values_list("name", flat=True)))
        raise ValueError(f"there is no account {word!r}{near}.")
    return found


def partner(place: Place, word: str) -> Partner:
    """The partner of that name."""
    found = Partner.objects.filter(desk=place.desk, name__iexact=word).first()
    if found is None:
        known = ", ".join(Partner.objects.filter(desk=place.desk).values_list("name", flat=True)) or "none"
        raise ValueError(f"there is no partner {word!r}; known are: {known}.")
    return found


def product(place: Place, word: str) -> Product:
    """The product of that name."""
    found = Product.objects.filter(desk=place.desk, name=word).first()
    if found is None:
        known = tuple(Product.objects.filter(desk=place.desk).order_by("name").values_list("name", flat=True))
        near = did_you_mean(word, known) or f"; known are: {', '.join(known) or 'none'}"
        raise ValueError(f"{word!r} is no product here{near}.")
    return found


# --- how things are added -------------------------------------------------------------------------------


def one_partner(place: Place, said: Mapping[str, Any]) -> object:
    """A partner, in the desk's zone where none is named."""
    given = {"name": said["name"], "zone": said.get("zone", place.desk.zone), "phone": said.get("phone", "")}
    return add_partner(place.desk, **given, by=None, at=place.at)


def one_account(place: Place, said: Mapping[str, Any]) -> object:
    """An account."""
    return add_account(
        place.desk,
        name=said["name"],
        client_number=said.get("client number", ""),
        partner=said.get("partner"),
        amendment=said.get("agreement", ""),
        by=None,
        at=place.at,
    )


def one_contact(place: Place, said: Mapping[str, Any]) -> object:
    """A person who writes for an account."""
    given = {name: said.get(name, "") for name in ("email", "name", "phone")}
    return add_contact(said["account"], **given, by=None, at=place.at)


def one_licence(place: Place, said: Mapping[str, Any]) -> object:
    """A licence."""
    return add_licence(
        said["account"],
        bought_on=said["bought"],
        product=said.get("product"),
        kind=said.get("kind", LicenceKind.COMMERCIAL),
        key=said.get("key", ""),
        key_state=said.get("key state", LicenceKey.VALID),
        ends_on=said.get("ends"),
        seats=said.get("seats"),
        by=None,
        at=place.at,
    )


def one_contract(place: Place, said: Mapping[str, Any]) -> object:
    """A contract."""
    return add_contract(
        said["account"],
        plan=said["plan"],
        starts_on=said["starts"],
        ends_on=said.get("ends"),
        add_ons=said.get("add-ons", ()),
        fees=said.get("fees", "paid"),
        is_verified=said.get("verified", True),
        by=None,
        at=place.at,
    )


def bought(gives: str, unit: int) -> Callable[[Place, Mapping[str, Any]], object]:
    """Incidents by the piece, or hours kept in minutes; under the name the policy sells them by."""

    def add(place: Place, said: Mapping[str, Any]) -> object:
        what = next((name for name, rule in place.policy.purchases.items() if rule.gives == gives), None)
        if what is None:
            raise HoldingError("quantity", f"{place.policy.ref} sells no {gives}.")
        return keep_purchase(
            said["account"],
            what=what,
            gives=gives,
            quantity=said["quantity"] * unit,
            bought_on=said.get("bought", place.today),
            by=None,
            at=place.at,
        )

    return add


ACCOUNT: Final = Column("account", "the account, by name or client number", account, is_needed=True)
QUANTITY: Final = Column("quantity", "how many", positive, is_needed=True)
BOUGHT: Final = Column("bought", "the day it was bought, e.g. 2026-01-31", day)

KINDS: Final[Mapping[str, Kind]] = {
    "partner": Kind(
        "a company that works level 1 for customers of its own",
        (
            Column("name", "its name", text(120), is_needed=True),
            Column("zone", "its time zone, e.g. Europe/Oslo", text(64)),
            Column("phone", "its telephone number", text(40)),
        ),
        one_partner,
    ),
    "account": Kind(
        "a customer's organisation",
        (
            Column("name", "its name", text(160), is_needed=True),
            Column("client number", "the number it has with you", text(40)),
            Column("partner", "the partner that works for it", partner),
            Column("agreement", "its own agreement, by the name of the file", text(80)),
        ),
        one_account,
    ),
    "contact": Kind(
        "a person who writes for an account",
        (
            ACCOUNT,
            Column("email", "the person's mail address", text(254), is_needed=True),
            Column("name", "the person's name", text(120)),
            Column("phone", "the person's telephone number", text(40)),
        ),
        one_contact,
    ),
    "licence": Kind(
        "the right to use a product",
        (
            ACCOUNT,
            Column("bought", "the day it was bought, e.g. 2026-01-31", day, is_needed=True),
            Column("product", "the product; without one, all of them", product),
            Column("kind", "commercial unless said otherwise", one_of(lambda _: tuple(LicenceKind))),
            Column("key", "the licence key", text(120)),
            Column("key state", "valid unless said otherwise", one_of(lambda _: tuple(LicenceKey))),
            Column("seats", "for how many", number),
            Column("ends", "its last day", day),
        ),
        one_licence,
    ),
    "contract": Kind(
        "a plan for a term",
        (
            ACCOUNT,
            Column(
                "plan",
                "the plan, by its name in the policy",
                one_of(lambda place: tuple(place.policy.plans)),
                is_needed=True,
            ),
            Column("starts", "its first day", day, is_needed=True),
            Column("ends", "its last day; without one, that of the plan's first term", day),
            Column("add-ons", "with commas between", some_of(lambda place: add_ons_of(place.policy))),
            Column("fees", "paid unless said otherwise", one_of(lambda _: ("paid", "overdue"))),
            Column("verified", "no: the purchase must still be proved", yes_or_no),
        ),
        one_contract,
    ),
    "incidents": Kind("incidents bought beforehand", (ACCOUNT, QUANTITY, BOUGHT), bought(INCIDENTS, 1)),
    "services": Kind("hours of services bought beforehand", (ACCOUNT, QUANTITY, BOUGHT), bought(HOURS, 60)),
}


def add_ons_of(policy: Policy) -> tuple[str, ...]:
    """Every add-on of any plan."""
    return tuple(dict.fromkeys(name for plan in policy.plans.values() for name in plan.add_ons))
