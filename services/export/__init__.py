"""Taking tickets out of the desk: lists as CSV, JSON Lines or Markdown, one ticket as a folder."""
