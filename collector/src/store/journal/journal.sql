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
create table if not exists digest (
  sequence integer primary key,
  at integer not null,
  digests blob not null
);

-- name: insertRecord
insert into record
  (received, spans, spans_from, spans_to, log_records, logs_from, logs_to, lookups, traces, logs)
values (@received, @spans, @spansFrom, @spansTo, @logRecords, @logsFrom, @logsTo, @lookups, @traces, @logs)

-- name: insertDigests
insert into digest (sequence, at, digests) values (?, ?, ?)

-- name: removeRecords
delete from record where sequence <= ?

-- name: removeDigests
delete from digest where at < ?

-- name: digests
select at, digests from digest order by sequence

-- name: recordsAfter
select sequence, received, traces, logs from record where sequence > ? order by sequence limit ?

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
select count(*) as records, coalesce(sum(coalesce(length(traces), 0) + coalesce(length(logs), 0)), 0) as bytes from record
