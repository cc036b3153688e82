"""The exit codes of commands that check or publish documents."""

# At least one document is invalid or was rejected.
INVALID = 1
# EX_TEMPFAIL of sysexits.h: nothing is known to be wrong, but something has to be tried again.
TRY_AGAIN = 75

# A command waits for its own processes on a busy machine, where a request would be answered 503.
SECONDS_IN_LINE = 3600.0
