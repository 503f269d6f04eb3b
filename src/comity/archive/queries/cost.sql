-- What payments cost their parties, where the fee is known, by currency.
SELECT
    {period} AS period,
    currency,
    count(*) AS payments,
    count(fee_minor) AS payments_with_fee,
    coalesce(sum(amount_minor) FILTER (WHERE fee_minor IS NOT NULL), 0) AS amount_minor,
    coalesce(sum(fee_minor), 0) AS fee_minor
FROM payments
WHERE kind = 'payment'
GROUP BY ALL
ORDER BY ALL
