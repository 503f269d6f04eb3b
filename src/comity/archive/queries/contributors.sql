-- Who stands behind each cell that is to be published: how many different parties paid, or were paid,
-- and the largest part of one of them. What has no identifier of an organisation counts for the
-- customers of its bank as one party. A margin has no name in the column over which it goes.
WITH sides AS (
    SELECT {period} AS period, {groups}{unit} AS unit, 'debtor' AS side, {debtor} AS party,
        {worth} AS worth
    FROM payments{joins}
    WHERE kind = 'payment'
    UNION ALL
    SELECT {period} AS period, {groups}{unit} AS unit, 'creditor' AS side, {creditor} AS party,
        {worth} AS worth
    FROM payments{joins}
    WHERE kind = 'payment'
),
parties AS (
    SELECT period, {names}unit, side, party, sum(worth) AS worth
    FROM sides
    GROUP BY GROUPING SETS ({sets})
)
SELECT period, {names}unit, side, count(*) AS parties, sum(worth) AS worth, max(worth) AS largest
FROM parties
GROUP BY ALL
ORDER BY ALL
