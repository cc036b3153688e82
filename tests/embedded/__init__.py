"""The embedded engines, tried as they are used: real programs, real kills."""
