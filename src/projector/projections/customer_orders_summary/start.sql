INSERT INTO {customer_orders_summary} (
    order_id, customer_id, register_id, order_number, order_date, status, item_count,
    total_amount_minor, totals, rounding_minor, cashier, imported, cart,
    last_updated_event_id, last_updated_timestamp
) VALUES (
    ?1, ?2, ?3,
    (SELECT coalesce(max(order_number), 0) + 1 FROM {customer_orders_summary} WHERE register_id = ?3),
    ?4, 'PENDING', 0, 0, ?5, 0, ?6, ?7, ?8, ?9, ?10
)
