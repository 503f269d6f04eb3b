"""What a payment is made of: its columns, the commands that carry it in, the events it causes.

Rows live in numpy structured arrays from the message to the commit; nothing here makes a Python
object per payment. The lifecycle is one table (`lifecycle.TRANSITIONS`), the reasons are one
table (`reasons.Reason`); everything else looks them up.
"""
