"""Archives: many documents as one ZIP, built in the background as the person who asked."""
