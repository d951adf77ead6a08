SELECT payment_id, payment_method, reference, amount_minor, tendered_minor, change_minor, void_reason
FROM order_payments
WHERE order_id = ?1
ORDER BY paid_position
