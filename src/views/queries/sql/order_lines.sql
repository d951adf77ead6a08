SELECT line_id, product_id, product_name, quantity_milli, unit_price_minor, line_total_minor,
       tax_basis_points
FROM order_lines
WHERE order_id = ?1
ORDER BY added_position
