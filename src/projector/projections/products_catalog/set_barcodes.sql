-- The barcodes as they stand in {product_barcodes} by now; ?2 is not used.
UPDATE {products_catalog}
SET barcodes = (SELECT json_group_array(barcode) FROM {product_barcodes} WHERE product_id = ?1) || ?2,
    last_updated_event_id = ?3, last_updated_timestamp = ?4
WHERE product_id = ?1
