"""Full text: one way of taking words apart, the text of each ticket, and the index over it on both engines."""
