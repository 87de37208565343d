"""A desk made to be shown: two vendors, their customers and cases with a past, all of it made through the door."""
