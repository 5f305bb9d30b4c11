-- Intake that we start ourselves: tokens that end, and polls.

-- A token's end, the end of what it is refreshed with, who is refreshing it until when, and why it could not be refreshed.
ALTER TABLE shops ADD COLUMN token_expires_at INTEGER;
ALTER TABLE shops ADD COLUMN token_until INTEGER;
ALTER TABLE shops ADD COLUMN token_lease INTEGER NOT NULL DEFAULT 0;
ALTER TABLE shops ADD COLUMN token_error TEXT;
ALTER TABLE warehouses ADD COLUMN token_expires_at INTEGER;
ALTER TABLE warehouses ADD COLUMN token_until INTEGER;
ALTER TABLE warehouses ADD COLUMN token_lease INTEGER NOT NULL DEFAULT 0;
ALTER TABLE warehouses ADD COLUMN token_error TEXT;
CREATE INDEX warehouses_by_token ON warehouses(token_expires_at) WHERE token_expires_at IS NOT NULL;
CREATE INDEX shops_by_token ON shops(token_expires_at) WHERE token_expires_at IS NOT NULL;

-- 轮询: how far each connection was asked, and when it is asked next.
CREATE TABLE polls (
  lane TEXT PRIMARY KEY, merchant_id TEXT NOT NULL, from_at INTEGER NOT NULL, to_at INTEGER, cursor TEXT, next_at INTEGER NOT NULL,
  lease_until INTEGER NOT NULL DEFAULT 0, gap_ms INTEGER NOT NULL, news INTEGER NOT NULL DEFAULT 0, done_at INTEGER, failing_since INTEGER, error TEXT
) WITHOUT ROWID;
CREATE INDEX polls_due ON polls(next_at);
