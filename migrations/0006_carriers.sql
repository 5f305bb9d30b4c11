-- 物流查询: connections to trackers. docs/storage.md explains the table.
CREATE TABLE trackers (
  id TEXT PRIMARY KEY, merchant_id TEXT NOT NULL REFERENCES merchants(id), system TEXT NOT NULL, name TEXT NOT NULL,
  rank INTEGER NOT NULL DEFAULT 100, settings TEXT NOT NULL DEFAULT '{}', credentials TEXT NOT NULL, previous TEXT,
  egress TEXT,
  enabled INTEGER NOT NULL DEFAULT 1, created_at INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX trackers_by_merchant ON trackers(merchant_id);
