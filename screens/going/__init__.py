"""Getting about: back and forward, recent tickets, through a list from inside a ticket, jump labels, copying, links."""
