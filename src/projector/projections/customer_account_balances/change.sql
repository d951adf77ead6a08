UPDATE {customer_account_balances}
SET balance_minor = ?2, status = coalesce(?3, status),
    last_updated_event_id = ?4, last_updated_timestamp = ?5
WHERE account_id = ?1
