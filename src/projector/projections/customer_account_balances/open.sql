INSERT INTO {customer_account_balances} (
    account_id, owner_id, balance_minor, currency, status,
    last_updated_event_id, last_updated_timestamp
) VALUES (?1, ?2, ?3, ?4, 'ACTIVE', ?5, ?6)
