"""The native core from Python: loading, ownership, text, Arrow, callbacks, background work, and forks."""
