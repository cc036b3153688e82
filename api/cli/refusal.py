"""How a command says that it cannot do what was asked."""


class CommandRefused(Exception):
    """What was asked cannot be done; the message is for the person at the terminal."""
