"""A believable sample company, of any size, the same every time for a given seed."""
