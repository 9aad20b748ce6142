-- The journal: whatever is acknowledged stands here until every consumer has passed it.

-- name: schema
-- `autoincrement` keeps the highest sequence ever given in a table of its own: a sequence is never
-- used twice, not even after the journal has run empty. A digest outlives its record, so that a
-- request that is repeated after its record was consumed is still known.
-- The bodies stand last: what is told of a record without reading it lies on the first pages of its row.
create table if not exists record (
  sequence integer primary key autoincrement,
  received integer not null,
  spans integer not null,
  spans_from integer not null,
  spans_to integer not null,
  log_records integer not null,
  logs_from integer not null,
  logs_to integer not null,
  lookups blob not null,
  traces blob,
  logs blob
);
-- Beside a record that carries metrics of OTLP or samples of remote-write: their bodies.
create table if not exists metric_record (
  sequence integer primary key,
  metrics blob,
  samples blob
);
create table if not exists digest (
  sequence integer primary key,
  at integer not null,
  digests blob not null
);

-- name: insertRecord
insert into record
  (received, spans, spans_from, spans_to, log_records, logs_from, logs_to, lookups, traces, logs)
values (@received, @spans, @spansFrom, @spansTo, @logRecords, @logsFrom, @logsTo, @lookups, @traces, @logs)

-- name: insertMetricRecord
insert into metric_record (sequence, metrics, samples) values (?, ?, ?)

-- name: insertDigests
insert into digest (sequence, at, digests) values (?, ?, ?)

-- name: removeRecords
delete from record where sequence <= ?

-- name: removeMetricRecords
delete from metric_record where sequence <= ?

-- name: removeDigests
delete from digest where at < ?

-- name: digests
select at, digests from digest order by sequence

-- name: recordsAfter
select r.sequence, r.received, r.traces, r.logs, m.metrics, m.samples
from record r left join metric_record m on m.sequence = r.sequence
where r.sequence > ? order by r.sequence limit ?

-- name: metricsAfter
select sequence, metrics, samples from metric_record where sequence > ? order by sequence limit ?

-- name: tailAfter
-- What a snapshot keeps of the records that are not in blocks yet.
select
  sequence, received, spans, spans_from, spans_to, log_records, logs_from, logs_to, lookups, traces, logs
from record where sequence > ? order by sequence limit ?

-- name: highest
select coalesce((select seq from sqlite_sequence where name = 'record'), 0)

-- name: raiseHighest
-- A journal that was lost or put aside must not give out sequences that partitions have already.
insert into sqlite_sequence (name, seq)
select 'record', @sequence where not exists (select 1 from sqlite_sequence where name = 'record')

-- name: raiseHighestKnown
update sqlite_sequence set seq = @sequence where name = 'record' and seq < @sequence

-- name: heldBytes
select
  (select coalesce(sum(coalesce(length(traces), 0) + coalesce(length(logs), 0)), 0) from record)
  + (select coalesce(sum(coalesce(length(metrics), 0) + coalesce(length(samples), 0)), 0) from metric_record) as bytes
