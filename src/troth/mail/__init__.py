"""Mail: what comes in is read without ever failing, what goes out is built in one place."""
