-- 告警: a merchant's channels with their rules, and what is to be told there. docs/storage.md explains both tables.

CREATE TABLE alerts (
  id TEXT PRIMARY KEY, merchant_id TEXT NOT NULL REFERENCES merchants(id), channel TEXT NOT NULL, name TEXT NOT NULL,
  codes TEXT, quiet_ms INTEGER NOT NULL, language TEXT NOT NULL, settings TEXT NOT NULL, credentials TEXT NOT NULL, origin TEXT NOT NULL,
  enabled INTEGER NOT NULL DEFAULT 1, created_at INTEGER NOT NULL,
  message TEXT, claim_until INTEGER NOT NULL DEFAULT 0, hold_until INTEGER NOT NULL DEFAULT 0, failures INTEGER NOT NULL DEFAULT 0,
  sent INTEGER NOT NULL DEFAULT 0, day INTEGER NOT NULL DEFAULT 0, day_sent INTEGER NOT NULL DEFAULT 0,
  last_sent_at INTEGER, last_error TEXT, last_error_at INTEGER
) WITHOUT ROWID;
CREATE INDEX alerts_by_merchant ON alerts(merchant_id);

-- One row per rule and cause; `count` is what has not been told yet.
CREATE TABLE alert_causes (
  alert_id TEXT NOT NULL, cause TEXT NOT NULL, code TEXT NOT NULL, subject TEXT NOT NULL, lane TEXT NOT NULL, order_id TEXT, problem TEXT NOT NULL,
  count INTEGER NOT NULL, first_at INTEGER NOT NULL, last_at INTEGER NOT NULL, told_at INTEGER, quiet_until INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (alert_id, cause)
) WITHOUT ROWID;

-- Whoever opens an exception, it is counted in the same step. Codes whose subject is the cause (src/domain/alert.ts BY_SUBJECT) are told apart by it,
-- all others by the connection: their subject is a document or an order, and a storm of them is one cause.
CREATE TRIGGER alert_on_opened AFTER INSERT ON exceptions WHEN NEW.closed_at IS NULL BEGIN
  INSERT INTO alert_causes (alert_id, cause, code, subject, lane, order_id, problem, count, first_at, last_at)
  SELECT a.id, NEW.code || '|' || iif(NEW.code IN ('sku_unknown', 'sku_missing', 'receiver_unshippable', 'credential_refused', 'authorization_ending', 'shop_unknown', 'stock_short'), NEW.subject, NEW.lane),
    NEW.code, NEW.subject, NEW.lane, NEW.order_id, NEW.body->'problem', 1, NEW.opened_at, NEW.opened_at
  FROM alerts a WHERE a.merchant_id = NEW.merchant_id AND a.enabled = 1 AND (a.codes IS NULL OR EXISTS (SELECT 1 FROM json_each(a.codes) WHERE value = NEW.code))
  ON CONFLICT(alert_id, cause) DO UPDATE SET subject = excluded.subject, lane = excluded.lane, order_id = excluded.order_id, problem = excluded.problem,
    first_at = iif(alert_causes.count = 0, excluded.first_at, alert_causes.first_at), count = alert_causes.count + 1, last_at = max(alert_causes.last_at, excluded.last_at); END;

CREATE TRIGGER alert_on_reopened AFTER UPDATE OF closed_at ON exceptions WHEN OLD.closed_at IS NOT NULL AND NEW.closed_at IS NULL BEGIN
  INSERT INTO alert_causes (alert_id, cause, code, subject, lane, order_id, problem, count, first_at, last_at)
  SELECT a.id, NEW.code || '|' || iif(NEW.code IN ('sku_unknown', 'sku_missing', 'receiver_unshippable', 'credential_refused', 'authorization_ending', 'shop_unknown', 'stock_short'), NEW.subject, NEW.lane),
    NEW.code, NEW.subject, NEW.lane, NEW.order_id, NEW.body->'problem', 1, NEW.opened_at, NEW.opened_at
  FROM alerts a WHERE a.merchant_id = NEW.merchant_id AND a.enabled = 1 AND (a.codes IS NULL OR EXISTS (SELECT 1 FROM json_each(a.codes) WHERE value = NEW.code))
  ON CONFLICT(alert_id, cause) DO UPDATE SET subject = excluded.subject, lane = excluded.lane, order_id = excluded.order_id, problem = excluded.problem,
    first_at = iif(alert_causes.count = 0, excluded.first_at, alert_causes.first_at), count = alert_causes.count + 1, last_at = max(alert_causes.last_at, excluded.last_at); END;
