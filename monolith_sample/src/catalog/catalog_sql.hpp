// The catalog's statements, all in one place.
#pragma once

namespace shop::catalog::sql {

constexpr const char* kProductById =
    "SELECT p.id, p.category_id, c.slug, p.sku, p.name, p.description, p.weight_grams, p.tax_class, p.active, "
    "p.rating_sum, p.rating_count FROM products p JOIN categories c ON c.id = p.category_id WHERE p.id = ?";

constexpr const char* kListProducts =
    "SELECT p.id, p.category_id, c.slug, p.sku, p.name, p.description, p.weight_grams, p.tax_class, p.active, "
    "p.rating_sum, p.rating_count FROM products p JOIN categories c ON c.id = p.category_id "
    "WHERE p.active = 1 AND (? = '' OR c.slug = ?) ORDER BY p.id LIMIT ? OFFSET ?";

constexpr const char* kInsertProduct =
    "INSERT INTO products (category_id, sku, name, description, weight_grams, tax_class) VALUES (?, ?, ?, ?, ?, ?)";

constexpr const char* kUpdateProduct =
    "UPDATE products SET name = ?, description = ?, weight_grams = ?, active = ? WHERE id = ?";

constexpr const char* kCountView =
    "INSERT INTO product_views (product_id, views) VALUES (?, 1) "
    "ON CONFLICT(product_id) DO UPDATE SET views = views + 1";

constexpr const char* kViews = "SELECT views FROM product_views WHERE product_id = ?";

constexpr const char* kCategories =
    "SELECT c.id, c.slug, c.name, COUNT(p.id) FROM categories c "
    "LEFT JOIN products p ON p.category_id = c.id AND p.active = 1 GROUP BY c.id, c.slug, c.name ORDER BY c.id";

// Left over from the old search page; nobody runs it, the help text shows it to the support team.
constexpr const char* kHelpExample = "SELECT * FROM legacy_search_index WHERE words MATCH 'kettle'";

}  // namespace shop::catalog::sql
