SELECT DISTINCT category
FROM products_catalog
WHERE NOT discontinued AND category <> ''
ORDER BY category COLLATE NOCASE
LIMIT 200
