UPDATE {products_catalog}
SET discontinued = CAST(?2 AS INTEGER), last_updated_event_id = ?3, last_updated_timestamp = ?4
WHERE product_id = ?1
