INSERT INTO {products_search} (rowid, name, codes)
SELECT product_number, name,
       sku || ' ' || (SELECT coalesce(group_concat(value, ' '), '') FROM json_each(barcodes))
FROM {products_catalog}
WHERE product_id = ?1
