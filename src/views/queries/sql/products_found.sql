SELECT p.product_id, p.name, p.category, p.sku, p.price_minor, p.unit, p.tax_rate,
       i.quantity_available_milli, p.discontinued
FROM product_words s
JOIN products_catalog p ON p.product_number = s.product_number
LEFT JOIN current_inventory i USING (product_id)
WHERE s.words MATCH ?1
  AND (?2 IS NULL OR p.category = ?2)
  AND (?3 OR NOT p.discontinued)
ORDER BY p.category COLLATE NOCASE, p.name COLLATE NOCASE, p.product_number
LIMIT ?4 OFFSET ?5
