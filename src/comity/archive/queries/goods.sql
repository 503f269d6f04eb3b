-- Payments for goods from one country to another, to be laid beside the trade of the other direction:
-- who imports pays.
SELECT
    {period} AS period,
    debtor_country AS importer,
    creditor_country AS exporter,
    currency,
    count(*) AS payments,
    sum(amount_minor) AS amount_minor
FROM payments{joins}
WHERE kind = 'payment' AND purpose_group = 'goods'
GROUP BY ALL
ORDER BY ALL
