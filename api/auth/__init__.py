"""Sign-in, sign-out and invitations."""
