-- What was paid from one country to another, less what was returned of it, by currency. Put side by
-- side in both directions it gives the imbalance, and what netting of two countries can save.
SELECT
    {period} AS period,
    debtor_country AS from_country,
    creditor_country AS to_country,
    currency,
    count(*) FILTER (WHERE kind = 'payment') AS payments,
    sum(CASE kind WHEN 'payment' THEN amount_minor ELSE -amount_minor END) AS net_minor
FROM payments
WHERE debtor_country <> creditor_country
GROUP BY ALL
ORDER BY ALL
