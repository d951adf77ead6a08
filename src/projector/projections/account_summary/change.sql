UPDATE {account_summary}
SET balance_minor = ?2, status = coalesce(?3, status), transaction_count = transaction_count + ?4,
    last_updated_event_id = ?5, last_updated_timestamp = ?6
WHERE account_id = ?1
