-- The store of record: configuration, orders, levels, exceptions. docs/storage.md explains each table.
-- Rows written are what D1 bills, so hot tables are WITHOUT ROWID and carry as few indexes as their questions allow.

CREATE TABLE merchants (
  id TEXT PRIMARY KEY, name TEXT NOT NULL, region TEXT NOT NULL, sku_groups INTEGER NOT NULL DEFAULT 0,
  zone TEXT NOT NULL DEFAULT 'Asia/Shanghai', created_at INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE apps (
  id TEXT PRIMARY KEY, merchant_id TEXT NOT NULL REFERENCES merchants(id), platform TEXT NOT NULL, name TEXT NOT NULL,
  credentials TEXT NOT NULL, previous TEXT, settings TEXT NOT NULL DEFAULT '{}', created_at INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE lanes (no INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, merchant_id TEXT NOT NULL, active_at INTEGER NOT NULL DEFAULT 0);

CREATE TABLE shops (
  id TEXT PRIMARY KEY, merchant_id TEXT NOT NULL REFERENCES merchants(id), platform TEXT NOT NULL, app_id TEXT REFERENCES apps(id),
  shop_key TEXT, name TEXT NOT NULL, mode TEXT NOT NULL, features TEXT NOT NULL, settings TEXT NOT NULL DEFAULT '{}',
  credentials TEXT NOT NULL, previous TEXT, enabled INTEGER NOT NULL DEFAULT 1, created_at INTEGER NOT NULL
) WITHOUT ROWID;
CREATE UNIQUE INDEX shops_by_app ON shops(app_id, shop_key) WHERE app_id IS NOT NULL;
CREATE INDEX shops_by_merchant ON shops(merchant_id);

CREATE TABLE warehouses (
  id TEXT PRIMARY KEY, merchant_id TEXT NOT NULL REFERENCES merchants(id), system TEXT NOT NULL, name TEXT NOT NULL,
  regions TEXT NOT NULL DEFAULT '["*"]', rank INTEGER NOT NULL DEFAULT 100, settings TEXT NOT NULL DEFAULT '{}',
  credentials TEXT NOT NULL, previous TEXT, connection_key TEXT, enabled INTEGER NOT NULL DEFAULT 1, created_at INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX warehouses_by_merchant ON warehouses(merchant_id);

CREATE TABLE skus (merchant_id TEXT NOT NULL, sku TEXT NOT NULL, title TEXT NOT NULL DEFAULT '', barcode TEXT, created_at INTEGER NOT NULL,
  PRIMARY KEY (merchant_id, sku)) WITHOUT ROWID;

-- What a shop sells: by the platform's listing id or by the seller's code, to a SKU.
CREATE TABLE listings (shop_id TEXT NOT NULL, listing_id TEXT NOT NULL, parent_id TEXT, code TEXT NOT NULL DEFAULT '', merchant_id TEXT NOT NULL,
  sku TEXT NOT NULL, title TEXT NOT NULL DEFAULT '', created_at INTEGER NOT NULL, PRIMARY KEY (shop_id, listing_id)) WITHOUT ROWID;
CREATE INDEX listings_by_sku ON listings(merchant_id, sku);
CREATE INDEX listings_by_code ON listings(shop_id, code) WHERE code <> '';

-- 组合装: parts are frozen into the order when it arrives.
CREATE TABLE bundles (merchant_id TEXT NOT NULL, sku TEXT NOT NULL, part TEXT NOT NULL, quantity INTEGER NOT NULL, PRIMARY KEY (merchant_id, sku, part)) WITHOUT ROWID;

-- The fence: one row a lane; every batch of a lane starts by moving its seq.
CREATE TABLE lane_progress (lane TEXT PRIMARY KEY, seq INTEGER NOT NULL, epoch INTEGER NOT NULL) WITHOUT ROWID;

CREATE TABLE orders (
  id TEXT PRIMARY KEY, merchant_id TEXT NOT NULL, shop_id TEXT NOT NULL, platform_order_id TEXT NOT NULL, state TEXT NOT NULL,
  placed_at INTEGER NOT NULL, ship_by INTEGER, updated_at INTEGER NOT NULL, seq INTEGER NOT NULL, body TEXT NOT NULL
) WITHOUT ROWID;
CREATE UNIQUE INDEX orders_by_platform ON orders(shop_id, platform_order_id);
CREATE INDEX orders_by_state ON orders(merchant_id, state);

-- One search box: s: SKU, w: waybill, d: document, x: a warehouse's own number, p: keyed hash of a phone tail.
CREATE TABLE order_terms (merchant_id TEXT NOT NULL, term TEXT NOT NULL, order_id TEXT NOT NULL, PRIMARY KEY (merchant_id, term, order_id)) WITHOUT ROWID;

-- One row per order and turn; body is a JSON list of entries.
CREATE TABLE timeline (order_id TEXT NOT NULL, seq INTEGER NOT NULL, body TEXT NOT NULL, PRIMARY KEY (order_id, seq)) WITHOUT ROWID;

CREATE TABLE exceptions (
  id TEXT PRIMARY KEY, merchant_id TEXT NOT NULL, lane TEXT NOT NULL, order_id TEXT, code TEXT NOT NULL, subject TEXT NOT NULL DEFAULT '',
  opened_at INTEGER NOT NULL, closed_at INTEGER, body TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX exceptions_open ON exceptions(merchant_id, code, subject) WHERE closed_at IS NULL;
CREATE INDEX exceptions_by_order ON exceptions(order_id) WHERE order_id IS NOT NULL;

CREATE TABLE stock_levels (
  merchant_id TEXT NOT NULL, sku TEXT NOT NULL, warehouse_id TEXT NOT NULL, counted INTEGER NOT NULL, on_hand INTEGER NOT NULL, reserved INTEGER NOT NULL,
  in_transit INTEGER NOT NULL, version INTEGER NOT NULL, PRIMARY KEY (merchant_id, sku, warehouse_id)
) WITHOUT ROWID;

-- 库存差异: what a count said against the books.
CREATE TABLE discrepancies (id TEXT PRIMARY KEY, merchant_id TEXT NOT NULL, sku TEXT NOT NULL, warehouse_id TEXT NOT NULL, difference INTEGER NOT NULL,
  at INTEGER NOT NULL, reason TEXT NOT NULL) WITHOUT ROWID;
CREATE INDEX discrepancies_by_merchant ON discrepancies(merchant_id, at);

-- Goods that moved for another reason than an order: who said so, and its id, so that no movement is booked twice.
CREATE TABLE stock_movements (id TEXT PRIMARY KEY, merchant_id TEXT NOT NULL, sku TEXT NOT NULL, warehouse_id TEXT NOT NULL, kind TEXT NOT NULL,
  quantity INTEGER NOT NULL, at INTEGER NOT NULL, reason TEXT NOT NULL, actor TEXT NOT NULL) WITHOUT ROWID;
CREATE INDEX stock_movements_by_sku ON stock_movements(merchant_id, sku, at);

CREATE TABLE operations (id TEXT PRIMARY KEY, merchant_id TEXT NOT NULL, status TEXT NOT NULL, body TEXT NOT NULL, at INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE idempotency (key TEXT PRIMARY KEY, digest TEXT NOT NULL, status INTEGER NOT NULL, body TEXT NOT NULL, at INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE tokens (id TEXT PRIMARY KEY, digest TEXT NOT NULL UNIQUE, merchant_id TEXT, role TEXT NOT NULL, name TEXT NOT NULL, created_at INTEGER NOT NULL, revoked_at INTEGER) WITHOUT ROWID;
CREATE TABLE sessions (digest TEXT PRIMARY KEY, token_id TEXT NOT NULL, csrf TEXT NOT NULL, created_at INTEGER NOT NULL, seen_at INTEGER NOT NULL) WITHOUT ROWID;

-- Deliveries refused for their signature are only counted: per connection, hour and reason.
CREATE TABLE refusals (connection TEXT NOT NULL, hour INTEGER NOT NULL, reason TEXT NOT NULL, count INTEGER NOT NULL, last_at INTEGER NOT NULL, bytes INTEGER NOT NULL,
  hash TEXT NOT NULL, PRIMARY KEY (connection, hour, reason)) WITHOUT ROWID;
CREATE TABLE dead_letters (hour INTEGER NOT NULL, queue TEXT NOT NULL, count INTEGER NOT NULL, PRIMARY KEY (hour, queue)) WITHOUT ROWID;
