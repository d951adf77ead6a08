SELECT account_id, owner_id, balance_minor, currency, status,
       last_updated_event_id, last_updated_timestamp
FROM customer_account_balances
WHERE owner_id = ?1
ORDER BY account_id
LIMIT ?2
