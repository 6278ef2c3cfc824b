"""What the first pages show: figures of money, what waits for a person, reports at a glance."""
