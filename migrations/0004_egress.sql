-- Sealed: the relay that a connection's calls go out through, and the secret shared with it. NULL: directly.
ALTER TABLE apps ADD COLUMN egress TEXT;
ALTER TABLE shops ADD COLUMN egress TEXT;
ALTER TABLE warehouses ADD COLUMN egress TEXT;
