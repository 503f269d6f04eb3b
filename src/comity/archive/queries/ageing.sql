-- How long the balance between two countries has stood, by currency. What one received is taken to be
-- spent in the order in which it came, so that the balance left is made of the latest receipts.
WITH days AS (
    SELECT
        date,
        least(debtor_country, creditor_country) AS one,
        greatest(debtor_country, creditor_country) AS other,
        currency,
        -- To the second of the two countries, in order of the alphabet.
        sum(
            CASE WHEN debtor_country < creditor_country THEN amount_minor ELSE -amount_minor END
            * CASE kind WHEN 'payment' THEN 1 ELSE -1 END
        ) AS moved_minor,
        sum(
            CASE
                WHEN (debtor_country < creditor_country) = (kind = 'payment') THEN amount_minor
                ELSE 0
            END
        ) AS other_received_minor
    FROM payments
    WHERE debtor_country <> creditor_country
    GROUP BY ALL
),
balances AS (
    SELECT one, other, currency, sum(moved_minor) AS balance_minor
    FROM days
    GROUP BY ALL
),
receipts AS (
    SELECT
        days.date,
        days.one,
        days.other,
        days.currency,
        balances.balance_minor,
        CASE
            WHEN balances.balance_minor > 0 THEN days.other_received_minor
            ELSE days.other_received_minor - days.moved_minor
        END AS received_minor
    FROM days
    JOIN balances USING (one, other, currency)
),
later AS (
    SELECT
        *,
        sum(received_minor) OVER (
            PARTITION BY one, other, currency ORDER BY date DESC
        ) - received_minor AS later_minor
    FROM receipts
)
SELECT
    one,
    other,
    currency,
    balance_minor,
    CASE
        WHEN date > DATE '{as_of}' - 31 THEN 0
        WHEN date > DATE '{as_of}' - 91 THEN 31
        WHEN date > DATE '{as_of}' - 181 THEN 91
        WHEN date > DATE '{as_of}' - 366 THEN 181
        ELSE 366
    END AS days_from,
    sum(least(received_minor, abs(balance_minor) - later_minor)) AS amount_minor
FROM later
WHERE received_minor > 0 AND later_minor < abs(balance_minor)
GROUP BY ALL
ORDER BY ALL
