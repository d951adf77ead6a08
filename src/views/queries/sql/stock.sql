SELECT i.product_id, p.name, p.category, p.unit, i.quantity_on_hand_milli,
       i.quantity_reserved_milli, i.quantity_available_milli, i.last_updated_event_id
FROM current_inventory i
JOIN products_catalog p USING (product_id)
WHERE NOT p.discontinued
  AND (?1 IS NULL OR p.product_number IN (
      SELECT product_number FROM product_words WHERE words MATCH ?1))
ORDER BY p.name COLLATE NOCASE, p.product_number
LIMIT ?2 OFFSET ?3
