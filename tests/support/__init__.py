"""What the tests stand on: servers, databases, terminals and fast keys."""
