"""What each way of organising settlement would cost, on payments of one's own.

The simulator settles by the live engine itself, under a virtual clock: it turns a table of payments
and an option (a few parameters of an agreement) into the commands that the engine takes from banks,
and measures what comes of them.
"""
