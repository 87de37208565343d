"""How much of one mail is read; what lies beyond stays in the raw bytes and is named in a note.

The first five are the desk's promise about large and hostile mail. The others keep the work on
one mail bounded, whatever it holds, so that a mail is read within two seconds.
"""

from __future__ import annotations

MAIL_BYTES = 50_000_000
PARTS = 1_000
DEPTH = 50
HEADER_BYTES = 64_000
RECIPIENTS = 500

PART_HEADER_BYTES = 16_000  # of one part inside the mail
ALL_PART_HEADER_BYTES = 300_000  # of all of them together
HEADER_ZONE_BYTES = 2_000_000  # how far the empty line after a mail's header is looked for
PART_ZONE_BYTES = 64_000  # the same for a part's header
VALUE_CHARACTERS = 10_000  # one header value, once it is decoded
TEXT_BYTES = 1_000_000  # one part of text that is shown
TEXT_PARTS = 100  # parts of text that are shown; further ones are attachments
REFERENCES = 100
DELIMITERS = 500_000  # lines that look like a boundary and are none
SAMPLE_BYTES = 8_000  # what a charset is guessed from
