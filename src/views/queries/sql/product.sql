SELECT p.product_id, p.name, p.category, p.sku, p.price_minor, p.unit, p.tax_rate,
       i.quantity_available_milli, p.discontinued,
       p.description, p.barcodes, p.stock_policy
FROM products_catalog p
LEFT JOIN current_inventory i USING (product_id)
WHERE p.product_id = ?1
