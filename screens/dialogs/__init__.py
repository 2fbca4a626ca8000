"""The dialogs that all screens share: a question, a choice, a line, a text, a file."""
