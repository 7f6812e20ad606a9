"""The native core as the package sees it: loading, ownership, Arrow, callbacks, and work in the background."""
