-- Turnover: settled payments and what was returned of them, in whole minor units of the currency.
-- A return is no payment here: it stands beside, in the line of what it returns.
SELECT
    {period} AS period,
    {groups}currency,
    count(*) FILTER (WHERE kind = 'payment') AS payments,
    coalesce(sum(amount_minor) FILTER (WHERE kind = 'payment'), 0) AS amount_minor,
    count(*) FILTER (WHERE kind = 'return') AS returns,
    coalesce(sum(amount_minor) FILTER (WHERE kind = 'return'), 0) AS returned_minor
FROM payments{joins}
GROUP BY ALL
ORDER BY ALL
