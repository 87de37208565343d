"""The agents' and partners' pages: the queue, the case, why a clock is due, and the demo's outbox."""
