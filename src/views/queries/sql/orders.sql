SELECT order_id, order_number, register_id, status, order_date, item_count,
       total_amount_minor, receipt_number, cashier, imported
FROM customer_orders_summary
WHERE (order_date, order_id) < (?3, ?4)
  AND (?1 IS NULL OR status = ?1)
  AND (?2 IS NULL OR receipt_number LIKE ?2 ESCAPE '!' OR order_number LIKE ?2 ESCAPE '!')
ORDER BY order_date DESC, order_id DESC
LIMIT ?5
