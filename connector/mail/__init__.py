"""Reading mail: pure functions from bytes to what a ticket needs, with no database behind them."""
