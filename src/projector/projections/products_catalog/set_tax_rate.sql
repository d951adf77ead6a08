UPDATE {products_catalog}
SET tax_rate = ?2, last_updated_event_id = ?3, last_updated_timestamp = ?4
WHERE product_id = ?1
