"""Print batches: what goes to customers by post, collected to be printed together (G4)."""
