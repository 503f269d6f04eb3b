"""Use cases: settling a day, proving a journal; and the ports their adapters implement."""
