"""Settings, addresses, the command line and the worker: where the rooms are put together."""
