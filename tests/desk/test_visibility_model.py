"""Who sees which cases, against a small model: people come, go, are barred; accounts, partners and roles change."""

import pytest
from django.db import transaction
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from tests.desk.making import netop, opened, person
from troth.customers.models import Account, Contact, Partner, PartnerUser
from troth.desk.models import Case
from troth.people.models import AGENT_ROLES, Desk, MemberRole, Membership, Person

PEOPLE, ACCOUNTS = 4, 2
who, which, where = st.integers(0, PEOPLE - 1), st.integers(0, ACCOUNTS - 1), st.integers(0, 1)


class Floor(RuleBasedStateMachine):
    """Four people on two desks, each with two accounts of a partner's each; everything about them changes."""

    def __init__(self) -> None:
        super().__init__()
        other = Desk.objects.create(slug="else", vendor="E", title="E", prefix="ELSE", zone="UTC")
        self.desks = [netop(), other]
        self.people = [person(f"P{number}") for number in range(PEOPLE)]
        self.partners = [Partner.objects.create(desk=desk, name="P", zone="UTC") for desk in self.desks]
        self.accounts = [[Account.objects.create(desk=desk, name=f"A{n}") for n in (0, 1)] for desk in self.desks]
        self.case_at: dict[int, tuple[int, int, int | None, int | None]] = {}
        self.account_of: dict[tuple[int, int], int | None] = {}
        self.works = set[tuple[int, int]]()
        self.helps = set[tuple[int, int]]()
        self.barred = set[int]()

    @rule(one=who, desk=where, account=st.none() | which)
    def becomes_contact(self, one: int, desk: int, account: int | None) -> None:
        """Somebody belongs to an account of a desk, or to none."""
        row = self.accounts[desk][account] if account is not None else None
        Contact.objects.update_or_create(desk=self.desks[desk], person=self.people[one], defaults={"account": row})
        self.account_of[one, desk] = account

    @rule(one=who, desk=where, role=st.sampled_from(sorted(MemberRole)))
    def gets_role(self, one: int, desk: int, role: MemberRole) -> None:
        """Only the roles of agents let somebody see cases."""
        Membership.objects.get_or_create(desk=self.desks[desk], person=self.people[one], role=str(role))
        if role in AGENT_ROLES:
            self.works.add((one, desk))

    @rule(one=who, desk=where)
    def loses_roles(self, one: int, desk: int) -> None:
        """All of them on that desk."""
        Membership.objects.filter(desk=self.desks[desk], person=self.people[one]).delete()
        self.works.discard((one, desk))

    @rule(one=who, desk=where)
    def joins_partner(self, one: int, desk: int) -> None:
        """Somebody works for the desk's partner."""
        PartnerUser.objects.get_or_create(desk=self.desks[desk], person=self.people[one], partner=self.partners[desk])
        self.helps.add((one, desk))

    @rule(one=who, is_active=st.booleans())
    def is_barred(self, one: int, is_active: bool) -> None:
        """Somebody is barred, or let in again."""
        Person.objects.filter(pk=self.people[one].pk).update(is_active=is_active)
        self.people[one].is_active = is_active
        (self.barred.discard if is_active else self.barred.add)(one)

    @rule(one=who, served=st.booleans())
    def opens_case(self, one: int, served: bool) -> None:
        """A case at Netop's, of the account they belong to, with the partner or without."""
        contact = Contact.objects.filter(desk=self.desks[0], person=self.people[one]).first()
        if contact is None or not self.people[one].is_active:
            return
        case = opened(self.desks[0], contact).case
        Case.objects.filter(pk=case.pk).update(partner=self.partners[0] if served else None)
        self.case_at[case.pk] = (one, 0, self.account_of[one, 0], 0 if served else None)

    @invariant()
    def everybody_sees_what_the_model_says(self) -> None:
        """No more and no less."""
        for one, row in enumerate(self.people):
            seen = set(Case.objects.visible_to(row).values_list("pk", flat=True))
            assert seen == {pk for pk, case in self.case_at.items() if self.may_see(one, *case)}

    def may_see(self, one: int, holder: int, desk: int, account: int | None, partner: int | None) -> bool:
        """The rule, in Python: one's own, one's account's, one's desk's, one's partner's."""
        if one in self.barred:
            return False
        own = one == holder or (account is not None and self.account_of.get((one, desk)) == account)
        return own or (one, desk) in self.works or (partner is not None and (one, partner) in self.helps)


class InTransaction(Floor):
    """Each example leaves the database as it found it."""

    def __init__(self) -> None:
        self.atomic = transaction.atomic()
        self.atomic.__enter__()
        super().__init__()

    def teardown(self) -> None:
        """Taken back."""
        transaction.set_rollback(True)
        self.atomic.__exit__(None, None, None)


class Leaky(InTransaction):
    """The model forgets that somebody may be barred: as a rule in the desk might be forgotten."""

    @rule(one=who, is_active=st.booleans())
    def is_barred(self, one: int, is_active: bool) -> None:
        """Only the desk hears of it."""
        super().is_barred(one, is_active)
        self.barred.clear()


class TestFloor(TestCase):
    """Run in a transaction for each example."""

    def test_who_sees_what_through_any_changes(self) -> None:
        """Fifteen examples of fifteen steps."""
        run_state_machine_as_test(InTransaction, settings=settings(max_examples=15, stateful_step_count=15))

    def test_a_rule_that_is_forgotten_is_found(self) -> None:
        """The two are compared in earnest: somebody with a case of their own is barred, and only the desk knows."""
        machine = Leaky()
        try:
            machine.becomes_contact(0, 0, None)
            machine.opens_case(0, served=False)
            machine.everybody_sees_what_the_model_says()
            machine.is_barred(0, is_active=False)
            with pytest.raises(AssertionError):
                machine.everybody_sees_what_the_model_says()
        finally:
            machine.teardown()
