-- Active companies: different identifiers of organisations that paid or were paid, by country of
-- their banks. New: in no earlier period of the source. Lapsed: in the period before, not in this.
WITH seen AS (
    SELECT DISTINCT {period} AS period, debtor_country AS country, debtor_company AS company
    FROM payments
    WHERE kind = 'payment' AND debtor_company IS NOT NULL
    UNION
    SELECT DISTINCT {period} AS period, creditor_country AS country, creditor_company AS company
    FROM payments
    WHERE kind = 'payment' AND creditor_company IS NOT NULL
),
told AS (
    SELECT
        period,
        country,
        min(period) OVER (PARTITION BY country, company) AS first_period,
        lead(period) OVER (PARTITION BY country, company ORDER BY period) AS next_period
    FROM seen
),
active AS (
    SELECT
        period,
        country,
        count(*) AS active,
        count(*) FILTER (WHERE period = first_period) AS new
    FROM told
    GROUP BY ALL
),
lapsed AS (
    SELECT
        CAST(period + {step} AS DATE) AS period,
        country,
        count(*) FILTER (WHERE next_period IS DISTINCT FROM CAST(period + {step} AS DATE))
            AS lapsed
    FROM told
    GROUP BY ALL
)
SELECT
    period,
    country,
    coalesce(active, 0) AS active,
    coalesce(new, 0) AS new,
    coalesce(lapsed, 0) AS lapsed
FROM active
FULL JOIN lapsed USING (period, country)
WHERE period <= (SELECT max({period}) FROM payments)
ORDER BY ALL
