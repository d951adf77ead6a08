SELECT rowid AS product_number, {products_search} AS words
FROM {products_search}
