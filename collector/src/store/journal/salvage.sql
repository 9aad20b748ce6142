-- What can still be read of a damaged journal, row by row as it stands, into a new one.

-- name: highest
select coalesce((select seq from sqlite_sequence where name = 'record'), 0)

-- name: record
-- The bodies stand last, as they are looked through.
select
  sequence, received, spans, spans_from, spans_to, log_records, logs_from, logs_to, lookups, traces, logs
from record where sequence = ?

-- name: metricRecord
select sequence, metrics, samples from metric_record where sequence = ?

-- name: digests
select sequence, at, digests from digest where sequence = ?

-- name: keepRecord
insert into record values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)

-- name: keepMetricRecord
insert into metric_record values (?, ?, ?)

-- name: keepDigests
insert into digest values (?, ?, ?)

-- name: keepHighest
insert into sqlite_sequence (name, seq)
select 'record', @sequence where not exists (select 1 from sqlite_sequence where name = 'record')

-- name: raiseHighest
update sqlite_sequence set seq = @sequence where name = 'record' and seq < @sequence
