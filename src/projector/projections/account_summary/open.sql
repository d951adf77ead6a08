INSERT INTO {account_summary} (
    account_id, owner_id, status, balance_minor, currency, transaction_count, opened_at,
    last_updated_event_id, last_updated_timestamp
) VALUES (?1, ?2, 'ACTIVE', ?3, ?4, ?5, ?7, ?6, ?7)
