SELECT count(*)
FROM current_inventory i
JOIN products_catalog p USING (product_id)
WHERE NOT p.discontinued
  AND (?1 IS NULL OR p.product_number IN (
      SELECT product_number FROM product_words WHERE words MATCH ?1))
