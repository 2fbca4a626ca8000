"""What people do at the desk: rules, permissions, transactions and the journal; knows no screen."""
