"""`troth customers add`, `import`, `change`, `buy` and `show`: what a customer holds, from the command line."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from django.utils import timezone

from troth.customers.accounts import give_amendment, give_partner
from troth.customers.columns import KINDS, Place, account, add_ons_of, day, number, one_of, partner, some_of, yes_or_no
from troth.customers.contracts import change_contract
from troth.customers.errors import HoldingError
from troth.customers.importing import ImportRefusedError, import_file
from troth.customers.licences import change_licence, revoke_licence
from troth.customers.models import Account, Contract, Licence
from troth.desk.buying import buy_for
from troth.desk.commands import CLEAN, FINDINGS, complain, no_desk
from troth.desk.errors import NoPolicyError
from troth.desk.policies import in_force, load_policy
from troth.engine.events import Refusal
from troth.engine.purchases import Purchase
from troth.people.models import Desk
from troth.policy.vocabulary import LicenceKey, LicenceKind

NOTHING: Final = "none"
"""The word that takes a partner or an agreement away."""


def add(arguments: list[str]) -> int:
    """Adds one thing to a desk's customers."""
    parser = argparse.ArgumentParser(prog="troth customers add", description=add.__doc__)
    parser.add_argument("desk", help="the desk, by its name in addresses, e.g. netop")
    kinds = parser.add_subparsers(dest="kind", required=True, metavar="KIND")
    for name, kind in KINDS.items():
        one = kinds.add_parser(name, help=kind.says, description=f"Adds {kind.says}.")
        for column in kind.columns:
            flag = f"--{column.name.replace(' ', '-')}"
            one.add_argument(flag, dest=f"said {column.name}", help=column.says, required=column.is_needed)
    asked = vars(parser.parse_args(arguments))
    place = place_of(asked["desk"])
    if isinstance(place, int):
        return place
    kind = KINDS[asked["kind"]]
    words = {column.name: asked[f"said {column.name}"] or "" for column in kind.columns}
    try:
        added = kind.added(place, words)
    except HoldingError as wrong:
        return complain(f"--{wrong.field.replace(' ', '-')}: {wrong}", FINDINGS)
    print(f"Added to /{place.desk.slug}/: {asked['kind']} {added}.")
    return CLEAN


def import_(arguments: list[str]) -> int:
    """Adds each line of a CSV file, or nothing: what is wrong is told as FILE:LINE:COLUMN: CODE message."""
    parser = argparse.ArgumentParser(prog="troth customers import", description=import_.__doc__)
    parser.add_argument("desk", help="the desk, by its name in addresses, e.g. netop")
    parser.add_argument("kind", choices=tuple(KINDS), help="what the lines are")
    parser.add_argument("file", type=Path, help="its first line names the columns: the options of troth customers add")
    asked = parser.parse_args(arguments)
    place = place_of(asked.desk)
    if isinstance(place, int):
        return place
    try:
        added = import_file(place, asked.kind, asked.file.read_bytes(), str(asked.file))
    except OSError as error:
        return complain(f"{asked.file} cannot be read: {error.strerror}.")
    except ImportRefusedError as refused:
        for finding in refused.findings:
            print(finding)
        print(f"Nothing was taken from {asked.file}.")
        return FINDINGS
    print(f"Added to /{place.desk.slug}/ from {asked.file}: {added} of kind {asked.kind}.")
    return CLEAN


def change(arguments: list[str]) -> int:
    """Changes an account, a contract or a licence; open cases hear of it from the worker."""
    parser = argparse.ArgumentParser(prog="troth customers change", description=change.__doc__)
    parser.add_argument("desk", help="the desk, by its name in addresses, e.g. netop")
    kinds = parser.add_subparsers(dest="kind", required=True, metavar="KIND")
    one = kinds.add_parser("account", help="its partner or its agreement", description="Changes an account.")
    one.add_argument("name", help="the account, by name or client number")
    one.add_argument("--partner", help=f"the partner that works for it from now on; {NOTHING}: nobody")
    one.add_argument("--agreement", help=f"its own agreement from now on; {NOTHING}: what is published")
    one = kinds.add_parser("contract", help="renewed, ended, paid, proved", description="Changes a contract.")
    one.add_argument("number", help="as troth customers show tells it")
    one.add_argument("--ends", help="its last day: later renews it, earlier ends it")
    one.add_argument("--fees", help="paid or overdue")
    one.add_argument("--verified", help="whether the purchase is proved: yes or no")
    one.add_argument("--add-ons", dest="add_ons", help="with commas between")
    one = kinds.add_parser("licence", help="its seats, its key, its end", description="Changes a licence.")
    one.add_argument("number", help="as troth customers show tells it")
    one.add_argument("--seats", help="for how many")
    one.add_argument("--kind", dest="licence_kind", help="commercial, trial, …")
    one.add_argument("--key-state", dest="key_state", help="valid, unknown or pirated")
    one.add_argument("--ends", help="its last day")
    one.add_argument("--revoke", action="store_true", help="it counts for nothing any more")
    asked = parser.parse_args(arguments)
    place = place_of(asked.desk)
    if isinstance(place, int):
        return place
    try:
        done = CHANGES[asked.kind](place, asked)
    except ValueError as wrong:
        return complain(str(wrong), FINDINGS)
    print(f"Changed on /{place.desk.slug}/: {asked.kind} {done}.")
    return CLEAN


def change_account(place: Place, asked: argparse.Namespace) -> Account:
    """The account's partner, its agreement, or both."""
    found = account(place, asked.name)
    if asked.partner:
        given = None if asked.partner == NOTHING else partner(place, asked.partner)
        give_partner(found, partner=given, by=None, at=place.at)
    if asked.agreement:
        given_name = "" if asked.agreement == NOTHING else asked.agreement
        give_amendment(found, amendment=given_name, by=None, at=place.at)
    return found


def change_one_contract(place: Place, asked: argparse.Namespace) -> Contract:
    """What was named of the contract."""
    pk = number(place, asked.number)
    found = Contract.objects.select_related("account__desk").filter(desk=place.desk, pk=pk).first()
    if found is None:
        raise ValueError(f"there is no contract {pk} here; troth customers show {place.desk.slug} ACCOUNT tells them.")
    return change_contract(
        found,
        ends_on=day(place, asked.ends) if asked.ends else None,
        add_ons=some_of(lambda where: add_ons_of(where.policy))(place, asked.add_ons) if asked.add_ons else None,
        fees=one_of(lambda _: ("paid", "overdue"))(place, asked.fees) if asked.fees else None,
        is_verified=yes_or_no(place, asked.verified) if asked.verified else None,
        by=None,
        at=place.at,
    )


def change_one_licence(place: Place, asked: argparse.Namespace) -> Licence:
    """What was named of the licence."""
    pk = number(place, asked.number)
    found = Licence.objects.select_related("account__desk").filter(desk=place.desk, pk=pk).first()
    if found is None:
        raise ValueError(f"there is no licence {pk} here; troth customers show {place.desk.slug} ACCOUNT tells them.")
    if asked.revoke:
        return revoke_licence(found, by=None, at=place.at)
    return change_licence(
        found,
        kind=one_of(lambda _: tuple(LicenceKind))(place, asked.licence_kind) if asked.licence_kind else None,
        key_state=one_of(lambda _: tuple(LicenceKey))(place, asked.key_state) if asked.key_state else None,
        ends_on=day(place, asked.ends) if asked.ends else None,
        seats=number(place, asked.seats) if asked.seats else None,
        by=None,
        at=place.at,
    )


CHANGES: Final = {"account": change_account, "contract": change_one_contract, "licence": change_one_licence}


def buy(arguments: list[str]) -> int:
    """Sells something to an account by the policy's own rules, or says why the policy does not sell it."""
    parser = argparse.ArgumentParser(prog="troth customers buy", description=buy.__doc__)
    parser.add_argument("desk", help="the desk, by its name in addresses, e.g. ntp-software")
    parser.add_argument("account", help="the account, by name or client number")
    parser.add_argument("what", help="as the policy calls it, e.g. incident")
    parser.add_argument("--quantity", type=float, default=1, help="how many, or how many hours")
    parser.add_argument("--plan", help="which plan, where several are sold")
    parser.add_argument("--product", help="for which product")
    parser.add_argument("--term", help="for how long, e.g. '12 months'")
    parser.add_argument("--approved", action="store_true", help="a manager has approved it, where that is needed")
    asked = parser.parse_args(arguments)
    place = place_of(asked.desk)
    if isinstance(place, int):
        return place
    try:
        buyer = account(place, asked.account)
    except ValueError as wrong:
        return complain(str(wrong))
    wanted = Purchase(asked.what, asked.quantity, asked.plan, asked.product, asked.term)
    done = buy_for(buyer, wanted, is_approved=asked.approved, by=None, at=place.at)
    if isinstance(done, Refusal):
        clause = f"  [{done.clause}]" if done.clause else ""
        allowed = f" ({done.allowed})" if done.allowed else ""
        return complain(f"{done.sentence}{allowed}{clause}", FINDINGS)
    print(f"{buyer} has bought: {asked.what}.")
    return CLEAN


def show(arguments: list[str]) -> int:
    """Tells which accounts a desk has, or all that one of them holds."""
    parser = argparse.ArgumentParser(prog="troth customers show", description=show.__doc__)
    parser.add_argument("desk", help="the desk, by its name in addresses, e.g. netop")
    parser.add_argument("account", nargs="?", help="the account, by name or client number; all of them without")
    asked = parser.parse_args(arguments)
    place = place_of(asked.desk)
    if isinstance(place, int):
        return place
    if asked.account is None:
        for one in Account.objects.filter(desk=place.desk).order_by("name"):
            print(f"{one.name}{f'  ({one.client_number})' if one.client_number else ''}")
        return CLEAN
    try:
        found = account(place, asked.account)
    except ValueError as wrong:
        return complain(str(wrong))
    for line in told(found):
        print(line)
    return CLEAN


def told(found: Account) -> Iterator[str]:
    """An account, line by line; keys of licences are not told."""
    yield found.name
    yield from (
        f"  {label}: {value}"
        for label, value in (
            ("client number", found.client_number),
            ("partner", found.partner.name if found.partner is not None else ""),
            ("agreement", found.amendment),
        )
        if value
    )
    for contact in found.contacts.select_related("person").order_by("pk"):
        yield f"  contact {contact.person.email}{f', {contact.person.name}' if contact.person.name else ''}"
    for licence in found.licences.select_related("product").order_by("pk"):
        product = licence.product.name if licence.product is not None else "all products"
        seats = f", {licence.seats} seats" if licence.seats is not None else ""
        gone = ", revoked" if licence.revoked_at is not None else ""
        term = f"bought {licence.bought_on}{until(licence.ends_on)}"
        yield f"  licence {licence.pk}: {licence.kind}, {product}{seats}, key {licence.key_state}{gone}, {term}"
    for contract in found.contracts.order_by("starts_on", "pk"):
        extra = "".join(f", {name}" for name in contract.add_ons)
        owing = "" if contract.fees == "paid" else f", fees {contract.fees}"
        proof = "" if contract.is_verified else ", not verified"
        term = f"from {contract.starts_on}{until(contract.ends_on)}"
        yield f"  contract {contract.pk}: {contract.plan}{extra}, {term}{owing}{proof}"
    for purchase in found.purchases.order_by("bought_on", "pk"):
        unit = " minutes" if purchase.gives == "hours" else ""
        left = purchase.quantity - purchase.used
        about = " ".join(word for word in (purchase.product, purchase.version) if word)
        yield (
            f"  {purchase.what}{f' for {about}' if about else ''}: {left}{unit} of {purchase.quantity} left, "
            f"bought {purchase.bought_on}{until(purchase.ends_on)}"
        )


def until(last: Any) -> str:
    """The last day, where there is one."""
    return f", to {last}" if last is not None else ""


def place_of(slug: str, at: datetime | None = None) -> Place | int:
    """The desk with its policy in force, or the exit code after saying what is lacking."""
    desk = Desk.objects.filter(slug=slug).first()
    if desk is None:
        return complain(no_desk(slug))
    now = at or timezone.now()
    try:
        return Place(desk, load_policy(in_force(desk, now)), now)
    except NoPolicyError as none:
        return complain(str(none), FINDINGS)
