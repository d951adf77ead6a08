SELECT count(*)
FROM product_words s
JOIN products_catalog p ON p.product_number = s.product_number
WHERE s.words MATCH ?1
  AND (?2 IS NULL OR p.category = ?2)
  AND (?3 OR NOT p.discontinued)
