"""What sign-in and the profile share: throttling, devices, codes, TOTP, sessions and mails."""
