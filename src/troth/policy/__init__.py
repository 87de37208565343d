"""Reads a policy file, checks it, renders it for people. Pure: no Django, no clock, no network."""

from troth.policy.amendments import amend, check_amendment
from troth.policy.catalogue import Catalogue, Release
from troth.policy.comparing import Change, compare
from troth.policy.conditions import holds
from troth.policy.findings import Finding, PolicyError
from troth.policy.fitting import check_blend
from troth.policy.policy import Policy
from troth.policy.reading import check_policy, parse_policy, read_policy
from troth.policy.versions import blend

__all__ = [
    "Catalogue",
    "Change",
    "Finding",
    "Policy",
    "PolicyError",
    "Release",
    "amend",
    "blend",
    "check_amendment",
    "check_blend",
    "check_policy",
    "compare",
    "holds",
    "parse_policy",
    "read_policy",
]
