"""Files as their publishers print them: official exchange rates and sanctions lists.

Everything here reads bytes that came from outside and trusts none of them: a file is read whole
and right, or refused with every fault that could be found. What the rates and lists mean is
`comity.fx` and `comity.screening`.
"""
