-- Credentials that wait: asked to slow down by their partner, or failing again and again. No row: nothing stands against it.
CREATE TABLE pauses (
  key TEXT NOT NULL PRIMARY KEY,
  why TEXT NOT NULL,
  until INTEGER NOT NULL,
  failures INTEGER NOT NULL,
  rounds INTEGER NOT NULL,
  probe_until INTEGER NOT NULL,
  since INTEGER NOT NULL,
  at INTEGER NOT NULL,
  detail TEXT NOT NULL
) WITHOUT ROWID;
