SELECT count(*)
FROM customer_orders_summary
WHERE (?1 IS NULL OR status = ?1)
  AND (?2 IS NULL OR receipt_number LIKE ?2 ESCAPE '!' OR order_number LIKE ?2 ESCAPE '!')
