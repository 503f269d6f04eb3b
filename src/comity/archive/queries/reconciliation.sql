-- How many payments were reconciled by the end of the day on which they became final; those that
-- are not reconciled yet count as not.
SELECT
    {period} AS period,
    count(*) AS payments,
    count(*) FILTER (WHERE CAST(reconciled_at AS DATE) <= date) AS same_day
FROM payments
WHERE kind = 'payment'
GROUP BY ALL
ORDER BY ALL
