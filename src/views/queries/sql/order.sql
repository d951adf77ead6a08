SELECT order_id, order_number, register_id, status, order_date, item_count,
       total_amount_minor, receipt_number, cashier, imported,
       totals, rounding_minor, completed_at, cancel_reason
FROM customer_orders_summary
WHERE order_id = ?1
