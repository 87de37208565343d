"""Cases: the event store and the one door through which a case changes."""
