SELECT count(*)
FROM products_search s
JOIN products_catalog p ON p.product_number = s.rowid
WHERE products_search MATCH ?1
  AND (?2 IS NULL OR p.category = ?2)
  AND (?3 OR NOT p.discontinued)
