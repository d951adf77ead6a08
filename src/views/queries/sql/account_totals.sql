SELECT count(*),
       count(*) FILTER (WHERE status = 'ACTIVE'),
       coalesce(sum(balance_minor), 0),
       coalesce(sum(balance_minor) FILTER (WHERE status = 'ACTIVE'), 0)
FROM account_summary
