SELECT balance_after_minor, currency
FROM {account_transactions}
WHERE account_id = ?1
ORDER BY version DESC
LIMIT 1
