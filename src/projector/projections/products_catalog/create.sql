INSERT INTO {products_catalog} (
    product_id, name, description, price_minor, category, sku, barcodes, tax_rate, unit,
    stock_policy, discontinued, last_updated_event_id, last_updated_timestamp
) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, 0, ?11, ?12)
