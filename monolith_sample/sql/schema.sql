-- The shop's database as it was in the beginning. Modules that came later bring their own CREATE TABLE in their
-- sources (pricing, notifications, reporting, inventory's triggers); nobody ever moved them here.

CREATE TABLE IF NOT EXISTS settings (
  key   TEXT PRIMARY KEY,
  value TEXT NOT NULL
);

-- Number ranges for everybody: orders, payments and shipments draw from it.
CREATE TABLE IF NOT EXISTS sequences (
  name  TEXT PRIMARY KEY,
  value INTEGER NOT NULL
);

CREATE TABLE IF NOT EXISTS audit_log (
  id       INTEGER PRIMARY KEY AUTOINCREMENT,
  at       TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP,
  actor    INTEGER,
  action   TEXT NOT NULL,
  entity   TEXT NOT NULL,
  entity_id INTEGER
);

CREATE TABLE IF NOT EXISTS customers (
  id             INTEGER PRIMARY KEY AUTOINCREMENT,
  email          TEXT NOT NULL UNIQUE,
  name           TEXT NOT NULL,
  tier           TEXT NOT NULL DEFAULT 'basic' CHECK (tier IN ('basic', 'silver', 'gold')),
  loyalty_points INTEGER NOT NULL DEFAULT 0,
  active         INTEGER NOT NULL DEFAULT 1,
  created_on     TEXT NOT NULL
);

CREATE TABLE IF NOT EXISTS addresses (
  id          INTEGER PRIMARY KEY AUTOINCREMENT,
  customer_id INTEGER NOT NULL REFERENCES customers(id),
  street      TEXT NOT NULL,
  city        TEXT NOT NULL,
  zip         TEXT NOT NULL,
  country     TEXT NOT NULL,
  is_default  INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX IF NOT EXISTS ix_addresses_customer ON addresses(customer_id, is_default);

CREATE TABLE IF NOT EXISTS categories (
  id   INTEGER PRIMARY KEY,
  slug TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL
);

CREATE TABLE IF NOT EXISTS products (
  id           INTEGER PRIMARY KEY AUTOINCREMENT,
  category_id  INTEGER NOT NULL REFERENCES categories(id),
  sku          TEXT NOT NULL UNIQUE,
  name         TEXT NOT NULL,
  description  TEXT NOT NULL DEFAULT '',
  weight_grams INTEGER NOT NULL DEFAULT 0,
  tax_class    TEXT NOT NULL DEFAULT 'standard',
  active       INTEGER NOT NULL DEFAULT 1,
  rating_sum   INTEGER NOT NULL DEFAULT 0,
  rating_count INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX IF NOT EXISTS ix_products_category ON products(category_id);

CREATE TABLE IF NOT EXISTS product_views (
  product_id INTEGER PRIMARY KEY REFERENCES products(id),
  views      INTEGER NOT NULL DEFAULT 0
);

CREATE TABLE IF NOT EXISTS reviews (
  id          INTEGER PRIMARY KEY AUTOINCREMENT,
  product_id  INTEGER NOT NULL REFERENCES products(id),
  customer_id INTEGER NOT NULL REFERENCES customers(id),
  stars       INTEGER NOT NULL CHECK (stars BETWEEN 1 AND 5),
  comment     TEXT NOT NULL DEFAULT '',
  written_on  TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS ix_reviews_product ON reviews(product_id);

CREATE TRIGGER IF NOT EXISTS trg_reviews_rating AFTER INSERT ON reviews
BEGIN
  UPDATE products SET rating_sum = rating_sum + NEW.stars, rating_count = rating_count + 1
   WHERE id = NEW.product_id;
END;

CREATE TABLE IF NOT EXISTS carts (
  customer_id INTEGER PRIMARY KEY REFERENCES customers(id),
  coupon_code TEXT,
  updated_on  TEXT NOT NULL
);

CREATE TABLE IF NOT EXISTS cart_items (
  customer_id INTEGER NOT NULL REFERENCES carts(customer_id),
  product_id  INTEGER NOT NULL REFERENCES products(id),
  quantity    INTEGER NOT NULL CHECK (quantity > 0),
  PRIMARY KEY (customer_id, product_id)
);

CREATE TABLE IF NOT EXISTS orders (
  id             INTEGER PRIMARY KEY AUTOINCREMENT,
  number         TEXT NOT NULL UNIQUE,
  customer_id    INTEGER NOT NULL REFERENCES customers(id),
  status         TEXT NOT NULL DEFAULT 'pending'
                 CHECK (status IN ('pending', 'paid', 'shipped', 'delivered', 'cancelled')),
  currency       TEXT NOT NULL DEFAULT 'EUR',
  subtotal_cents INTEGER NOT NULL,
  discount_cents INTEGER NOT NULL,
  tax_cents      INTEGER NOT NULL,
  shipping_cents INTEGER NOT NULL,
  total_cents    INTEGER NOT NULL,
  refunded_cents INTEGER NOT NULL DEFAULT 0,
  coupon_code    TEXT,
  payment_id     INTEGER,
  placed_on      TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS ix_orders_customer ON orders(customer_id);
CREATE INDEX IF NOT EXISTS ix_orders_status ON orders(status);
CREATE INDEX IF NOT EXISTS ix_orders_placed ON orders(placed_on);

CREATE TABLE IF NOT EXISTS order_items (
  order_id         INTEGER NOT NULL REFERENCES orders(id),
  line             INTEGER NOT NULL,
  product_id       INTEGER NOT NULL REFERENCES products(id),
  sku              TEXT NOT NULL,
  name             TEXT NOT NULL,
  quantity         INTEGER NOT NULL CHECK (quantity > 0),
  unit_price_cents INTEGER NOT NULL,
  PRIMARY KEY (order_id, line)
);
CREATE INDEX IF NOT EXISTS ix_order_items_product ON order_items(product_id);

CREATE TABLE IF NOT EXISTS order_events (
  order_id INTEGER NOT NULL REFERENCES orders(id),
  seq      INTEGER NOT NULL,
  event    TEXT NOT NULL,
  detail   TEXT NOT NULL,
  on_date  TEXT NOT NULL,
  PRIMARY KEY (order_id, seq)
);

CREATE TABLE IF NOT EXISTS payments (
  id             INTEGER PRIMARY KEY AUTOINCREMENT,
  order_id       INTEGER NOT NULL REFERENCES orders(id),
  reference      TEXT NOT NULL UNIQUE,
  method         TEXT NOT NULL,
  status         TEXT NOT NULL,
  currency       TEXT NOT NULL DEFAULT 'EUR',
  amount_cents   INTEGER NOT NULL,
  refunded_cents INTEGER NOT NULL DEFAULT 0,
  captured_on    TEXT
);
CREATE INDEX IF NOT EXISTS ix_payments_order ON payments(order_id);

CREATE TABLE IF NOT EXISTS refunds (
  id           INTEGER PRIMARY KEY AUTOINCREMENT,
  payment_id   INTEGER NOT NULL REFERENCES payments(id),
  order_id     INTEGER NOT NULL REFERENCES orders(id),
  amount_cents INTEGER NOT NULL CHECK (amount_cents > 0),
  reason       TEXT NOT NULL,
  refunded_on  TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS ix_refunds_payment ON refunds(payment_id);

-- Added on a Friday: the order page showed the wrong sum after refunds.
CREATE TRIGGER IF NOT EXISTS trg_refunds_order AFTER INSERT ON refunds
BEGIN
  UPDATE orders SET refunded_cents = refunded_cents + NEW.amount_cents WHERE id = NEW.order_id;
END;

CREATE TABLE IF NOT EXISTS warehouses (
  code TEXT PRIMARY KEY,
  city TEXT NOT NULL
);

CREATE TABLE IF NOT EXISTS stock (
  product_id    INTEGER PRIMARY KEY REFERENCES products(id),
  warehouse     TEXT NOT NULL REFERENCES warehouses(code),
  on_hand       INTEGER NOT NULL DEFAULT 0 CHECK (on_hand >= 0),
  reserved      INTEGER NOT NULL DEFAULT 0 CHECK (reserved >= 0),
  sold          INTEGER NOT NULL DEFAULT 0,
  received      INTEGER NOT NULL DEFAULT 0,
  reorder_level INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX IF NOT EXISTS ix_stock_warehouse ON stock(warehouse);

CREATE TABLE IF NOT EXISTS shipments (
  id            INTEGER PRIMARY KEY AUTOINCREMENT,
  order_id      INTEGER NOT NULL UNIQUE REFERENCES orders(id),
  number        TEXT NOT NULL UNIQUE,
  carrier       TEXT NOT NULL,
  status        TEXT NOT NULL DEFAULT 'created',
  weight_grams  INTEGER NOT NULL,
  address       TEXT NOT NULL,
  created_on    TEXT NOT NULL,
  dispatched_on TEXT,
  delivered_on  TEXT
);
