"""What every part stands on: settings, errors, database, paging, HTTP, logs and languages."""
