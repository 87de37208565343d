"""What was done, by whom, and what is still to be brought to the cases."""
