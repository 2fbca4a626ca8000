"""The Email Connector: mail in, tickets out; runs without a screen and knows nothing about one."""
