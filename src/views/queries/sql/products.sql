SELECT p.product_id, p.name, p.category, p.sku, p.price_minor, p.unit, p.tax_rate,
       i.quantity_available_milli, p.discontinued
FROM products_catalog p
LEFT JOIN current_inventory i USING (product_id)
WHERE ?1 IS NULL
  AND (?2 IS NULL OR p.category = ?2)
  AND (?3 OR NOT p.discontinued)
ORDER BY p.category COLLATE NOCASE, p.name COLLATE NOCASE, p.product_number
LIMIT ?4 OFFSET ?5
