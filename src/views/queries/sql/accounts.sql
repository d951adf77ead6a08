SELECT account_id, owner_id, status, balance_minor, transaction_count, opened_at,
       last_updated_timestamp
FROM account_summary
WHERE account_id > ?1
ORDER BY account_id
LIMIT ?2
