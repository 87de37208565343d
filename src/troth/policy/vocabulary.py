"""The closed vocabularies of a support policy: every word a rule, an event or a scenario may use.

They live here, below the engine and the desk, so that a policy file, the engine's events, the database
columns and the pages all spell a thing alike. The names of the five policies (severities, plans, bases,
clocks) are not here: a policy file declares its own.
"""

from enum import StrEnum


class Channel(StrEnum):
    """How a request reaches the desk."""

    WEB = "web"
    EMAIL = "email"
    PHONE = "phone"
    REMOTE = "remote"
    PURCHASE = "purchase"
    API = "api"


class Role(StrEnum):
    """On whose behalf an act is done; `system` is the desk itself."""

    CUSTOMER = "customer"
    STAFF = "staff"
    SENIOR = "senior"
    PARTNER = "partner"
    MANAGER = "manager"
    SYSTEM = "system"


class Status(StrEnum):
    """Where a case stands."""

    OPEN = "open"
    WAITING = "waiting"
    MONITORING = "monitoring"
    RESOLVED = "resolved"
    CLOSED = "closed"


class WaitingOn(StrEnum):
    """Whom a waiting case waits on."""

    CUSTOMER = "customer"
    THIRD_PARTY = "third party"
    UPGRADE = "upgrade"
    PURCHASE = "purchase"


class ClosedBecause(StrEnum):
    """Why a case was closed."""

    RESOLVED = "resolved"
    SILENCE = "silence"
    OUT_OF_POLICY = "out of policy"
    WITHDRAWN = "withdrawn"
    MERGED = "merged"


class ClockKind(StrEnum):
    """How strongly the policy speaks of a target."""

    PROMISE = "promise"
    TARGET = "target"
    INTERNAL = "internal"


class ClockState(StrEnum):
    """Where a clock stands; `met` and `missed` are verdicts and stay, a missed clock met later stays missed."""

    RUNNING = "running"
    PAUSED = "paused"
    MET = "met"
    MISSED = "missed"
    ENDED = "ended"


class Goals(StrEnum):
    """What a basis of cover promises."""

    TARGETS = "targets"
    BEST_EFFORT = "best effort"
    NONE = "none"


class Outcome(StrEnum):
    """What becomes of a request that an exclusion names."""

    DECLINED = "declined"
    REFERRED = "referred"
    GUIDANCE = "guidance"
    LIMITED = "limited"
    CONSULTING = "consulting"


class Lifecycle(StrEnum):
    """Where a version stands in the life of its product."""

    CURRENT = "current"
    PRIOR = "prior"
    RETIRED = "retired"
    UNKNOWN = "unknown"


class HotFix(StrEnum):
    """Whether a fix may be had between releases. In scenarios the first two read `true` and `false`."""

    YES = "true"
    NO = "false"
    UPDATE_FIRST = "update first"


class Given(StrEnum):
    """What an act gives the customer: the things that can meet a clock."""

    CONFIRMATION = "confirmation"
    REPLY = "reply"
    SENIOR_REPLY = "senior reply"
    EXPLANATION = "explanation"
    WORKAROUND = "workaround"
    ASSISTANCE = "assistance"
    CALL = "call"
    SENIOR_CALL = "senior call"


class Gives(StrEnum):
    """What a person's reply contains beyond words."""

    EXPLANATION = "explanation"
    WORKAROUND = "workaround"
    ASSISTANCE = "assistance"


class ResolvedBy(StrEnum):
    """What a solution may consist of."""

    EXPLANATION = "explanation"
    WORKAROUND = "workaround"
    ASSISTANCE = "assistance"
    OWN_WORKAROUND = "own workaround"
    ENHANCEMENT = "enhancement"
    FIX = "fix"
    UPGRADE = "upgrade"


class Cause(StrEnum):
    """What replication showed a problem to be."""

    SETTINGS = "settings"
    UNINTENDED_USE = "unintended use"
    ERROR = "error"


class Notice(StrEnum):
    """The messages a desk sends because of a rule."""

    CONFIRMATION = "confirmation"
    INFORMATION_REQUEST = "information request"
    ATTEMPT = "attempt"
    LEVEL_CHANGE = "level change"
    CLOSING = "closing"
    REOPENING = "reopening"
    HAND_OVER = "hand over"
    HELD = "held"


class Receiver(StrEnum):
    """Whom a notice goes to, and whom the desk tells of a missed clock or of a customer's escalation.

    `staff` is whoever has the case, else all who work on cases; `partner` the people of the case's own partner.
    """

    CASE_HOLDER = "case-holder"
    LEAD = "lead"
    MANAGER = "manager"
    EXECUTIVES = "executives"
    STAFF = "staff"
    PARTNER = "partner"
    PRODUCT_MANAGEMENT = "product management"


class Offer(StrEnum):
    """What a desk offers instead of cover."""

    UPGRADE = "upgrade"
    EXCEPTION = "exception"
    INCIDENT = "incident"
    RENEWAL = "renewal"
    REINSTATEMENT = "reinstatement"
    COMMUNITY = "community"
    PROFESSIONAL_SERVICES = "professional services"
    WEB_FORM = "web form"
    PROOF_OF_PURCHASE = "proof of purchase"


class LicenceKind(StrEnum):
    """Under what sort of licence a product is used."""

    COMMERCIAL = "commercial"
    TRIAL = "trial"
    EVALUATION = "evaluation"
    DONATION = "donation"
    NFR = "nfr"
    HOSTED = "hosted"
    PARTNER = "partner"
    FREE = "free"
    NONE = "none"


class LicenceKey(StrEnum):
    """What the desk knows of a licence's key."""

    VALID = "valid"
    UNKNOWN = "unknown"
    PIRATED = "pirated"


class Request(StrEnum):
    """The kinds of request a case can be."""

    DEFECT = "defect"
    HOW_TO = "how-to"
    INSTALLATION_GUIDANCE = "installation guidance"
    PERFORM_INSTALLATION = "perform installation"
    CONFIGURATION = "configuration"
    UPGRADE = "upgrade"
    MIGRATION = "migration"
    TRAINING = "training"
    ENHANCEMENT = "enhancement"
    DOCUMENTATION = "documentation"
    MEDIA = "media"
    REFUND = "refund"
    USABILITY = "usability"
    PERFORMANCE = "performance"
    POLICY_GUIDANCE = "policy guidance"
    CONNECTION = "connection"


class Information(StrEnum):
    """What a desk may ask a customer to give with a request."""

    CLIENT_NUMBER = "client number"
    COMPANY = "company"
    CONTACT = "contact"
    PHONE = "phone"
    EMAIL = "email"
    PRODUCT = "product"
    VERSION = "version"
    SERIAL = "serial"
    OS = "os"
    DATABASE = "database"
    SERVICE_PACKS = "service packs"
    HOT_FIXES = "hot fixes"
    SEVERITY = "severity"
    DESCRIPTION = "description"
    STEPS = "steps"
    ERROR_TEXT = "error text"
    THIRD_PARTY_APPLICATIONS = "third-party applications"
    LICENCE_TYPE = "licence type"
    SAMPLE_CODE = "sample code"
    CALL = "call"


ANSWERS: dict[str, tuple[str, ...]] = {
    "affects": ("everyone", "many", "one"),
    "product_state": ("unusable", "impaired", "works"),
    "workaround": ("none", "hard", "available"),
    "environment": ("production", "lab"),
    "data_loss": ("true", "false"),
    "email_intake_down": ("true", "false"),
    "kind_of_problem": (
        "installation",
        "common configuration",
        "message",
        "unusual use",
        "complex configuration",
        "complex behaviour",
        "suspected bug",
        "unanticipated behaviour",
    ),
}
"""The plain questions a policy may ask, each with the answers it may get."""

NOT_GIVEN = "not given"
"""The word a condition uses for an answer nobody gave."""


class Verb(StrEnum):
    """What people, mails and payments do: the acts of LANGUAGE §3."""

    OPEN = "open"
    REPLY = "reply"
    CONFIRM = "confirm"
    ASK = "ask"
    CUSTOMER_REPLY = "customer reply"
    CALL = "call"
    ATTEMPT = "attempt"
    SET = "set"
    ESCALATE = "escalate"
    HAND_OVER = "hand over"
    FIND = "find"
    EXCLUDE = "exclude"
    REFER = "refer"
    DELAY = "delay"
    CONTACT = "contact"
    EXCUSE = "excuse"
    WAIT = "wait"
    RESUME = "resume"
    MONITOR = "monitor"
    LOG = "log"
    GRANT_ACCESS = "grant access"
    REVOKE_ACCESS = "revoke access"
    RESOLVE = "resolve"
    CLOSE = "close"
    REOPEN = "reopen"
    NO_ACTION = "no action"
    BUY = "buy"
    REFUND = "refund"
    APPROVE = "approve"
    SPLIT = "split"
    MERGE = "merge"
    RELEASE = "release"
    PUBLISH = "publish"


class Found(StrEnum):
    """What the policy made of an act or of passing time: the kinds of ruling."""

    COVERED = "covered"
    UNCOVERED = "uncovered"
    SEVERITY = "severity"
    LEVEL = "level"
    CLOCK_STARTED = "clock started"
    CLOCK_PAUSED = "clock paused"
    CLOCK_RESUMED = "clock resumed"
    CLOCK_MOVED = "clock moved"
    CLOCK_MET = "clock met"
    CLOCK_MISSED = "clock missed"
    CLOCK_ENDED = "clock ended"
    MISSING = "missing"
    WAITING = "waiting"
    OPEN_AGAIN = "open again"
    UNREAD = "unread"
    READ = "read"
    EXCLUDED = "excluded"
    INCLUDED = "included"
    ALLOWANCE = "allowance"
    TIMER_SET = "timer set"
    TIMER_CLEARED = "timer cleared"
    ATTEMPT_DUE = "attempt due"
    MONITORING = "monitoring"
    ACCESS = "access"
    RESOLVED = "resolved"
    CLOSED = "closed"
    REOPENED = "reopened"
    QUEUED = "queued"
    ESCALATED = "escalated"
    EXCUSED = "excused"
    NOTICE = "notice"
    BOUGHT = "bought"
    LAPSED = "lapsed"
    ADOPTED = "adopted"
    LINKED = "linked"
