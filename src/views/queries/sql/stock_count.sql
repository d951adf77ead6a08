SELECT count(*)
FROM current_inventory i
JOIN products_catalog p USING (product_id)
WHERE NOT p.discontinued
  AND (?1 IS NULL OR p.product_number IN (
      SELECT rowid FROM products_search WHERE products_search MATCH ?1))
