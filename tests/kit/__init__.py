"""What tests of several packages share: invented schemes, and batches of payments."""
