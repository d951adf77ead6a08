SELECT balance_after_minor
FROM account_transactions
WHERE account_id = ?1 AND timestamp <= ?2
ORDER BY version DESC
LIMIT 1
