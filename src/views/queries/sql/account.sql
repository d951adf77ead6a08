SELECT account_id, owner_id, balance_minor, currency, status,
       last_updated_event_id, last_updated_timestamp
FROM customer_account_balances
WHERE account_id = ?1
