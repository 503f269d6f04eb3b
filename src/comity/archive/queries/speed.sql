-- How soon payments became final after they were accepted, by number.
SELECT
    {period} AS period,
    count(*) AS payments,
    count(*) FILTER (WHERE settled_at - accepted_at <= INTERVAL 1 HOUR) AS within_hour,
    count(*) FILTER (WHERE settled_at - accepted_at <= INTERVAL 1 DAY) AS within_day
FROM payments
WHERE kind = 'payment'
GROUP BY ALL
ORDER BY ALL
