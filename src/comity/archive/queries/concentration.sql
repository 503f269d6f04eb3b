-- How much of the turnover of a currency is that of the largest parties. The index of Herfindahl and
-- Hirschman is the sum of the squared shares: squares / (amount_minor * amount_minor).
WITH parties AS (
    SELECT {period} AS period, currency, {party} AS party, sum(amount_minor) AS amount_minor
    FROM payments
    WHERE kind = 'payment' AND {party} IS NOT NULL
    GROUP BY ALL
),
ranked AS (
    SELECT
        *,
        row_number() OVER (PARTITION BY period, currency ORDER BY amount_minor DESC, party) AS place
    FROM parties
)
SELECT
    period,
    currency,
    count(*) AS parties,
    sum(amount_minor) AS amount_minor,
    sum(amount_minor) FILTER (WHERE place <= 1) AS largest_minor,
    sum(amount_minor) FILTER (WHERE place <= 3) AS largest_three_minor,
    sum(amount_minor) FILTER (WHERE place <= 5) AS largest_five_minor,
    sum(amount_minor * amount_minor) AS squares
FROM ranked
GROUP BY ALL
ORDER BY ALL
