-- Settled payments, without returns, by the currencies that the three definitions of the share of
-- national currencies look at. Which of them is national is said by national_currencies, a table
-- of country and currency: a currency is national where it is that of one of the two countries.
SELECT
    {period} AS period,
    {groups}debtor_country AS from_country,
    creditor_country AS to_country,
    currency,
    {invoicing} AS invoicing,
    {payer} AS customer_leg,
    {asset} AS settlement,
    count(*) AS payments,
    sum(amount_minor) AS amount_minor
FROM payments{joins}
WHERE kind = 'payment'
GROUP BY ALL
ORDER BY ALL
