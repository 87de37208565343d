"""How often people may try what somebody could guess or flood, by person or address and by where it comes from.

One table for all ways in, kept in the database and so shared by every process. The larger number is for a source:
a whole office may come from one address.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from troth.journal.rates import Limit

QUARTER: Final = timedelta(minutes=15)
HOUR: Final = timedelta(hours=1)

PASSWORDS: Final = Limit("password", each=10, source=100, per=QUARTER)
LINKS: Final = Limit("sign-in link", each=5, source=50, per=HOUR)
LINK_TRIES: Final = Limit("sign-in link spent", each=20, source=100, per=QUARTER)
CODES: Final = Limit("second factor", each=10, source=100, per=QUARTER)
SPENT_CODE: Final = Limit("second factor spent", each=1, source=1, per=HOUR)
LOOK_UPS: Final = Limit("look-up", each=60, source=300, per=QUARTER)
NEW_CASES: Final = Limit("new case", each=20, source=100, per=HOUR)
NEWCOMERS: Final = Limit("newcomer by mail", each=300, source=300, per=HOUR)
"""Strangers whose mails open cases at one mailbox: a sender can be invented, so a sender's own limit is no limit."""
