INSERT INTO {order_lines} (
    order_id, line_id, added_position, product_id, product_name, quantity_milli,
    unit_price_minor, line_total_minor, tax_rate, tax_basis_points
) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
