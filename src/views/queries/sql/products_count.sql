SELECT count(*)
FROM products_catalog p
WHERE ?1 IS NULL
  AND (?2 IS NULL OR p.category = ?2)
  AND (?3 OR NOT p.discontinued)
