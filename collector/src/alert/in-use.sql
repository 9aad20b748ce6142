-- What the catalogue tells of alerts before their thread runs.

-- name: known
-- The catalogue has tables of alerts as soon as their thread has run once.
select count(*) = 4 from sqlite_schema where type = 'table' and name in ('slo', 'receiver', 'alert_state', 'silence')

-- name: anything
select exists (select 1 from slo)
  or exists (select 1 from receiver)
  or exists (select 1 from alert_state)
  or exists (select 1 from silence)
