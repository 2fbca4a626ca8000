"""The sample desk's mail: some that came and went, and a server on this machine beyond which nothing leaves."""
