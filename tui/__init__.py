"""The program: entry point, command line, configuration, and the app that holds the screens together."""
