SELECT version, position, kind, amount_minor, balance_after_minor, description, order_id, timestamp
FROM account_transactions
WHERE account_id = ?1 AND version < ?2
ORDER BY version DESC
LIMIT ?3
