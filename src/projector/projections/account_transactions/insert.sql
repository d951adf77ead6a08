INSERT INTO {account_transactions} (
    account_id, version, position, kind, amount_minor, balance_after_minor, currency,
    description, order_id, event_id, timestamp
) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)
