"""The windows, put together from widgets and models."""
