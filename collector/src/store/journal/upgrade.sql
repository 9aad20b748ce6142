-- From format 1 of the journal to the present one.

-- name: isFormat1
select exists (select 1 from pragma_table_info('record')) and not exists (
  select 1 from pragma_table_info('record') where name = 'lookups'
)

-- name: highest
select coalesce((select seq from sqlite_sequence where name = 'record'), 0)

-- name: setAside
alter table record rename to record_1

-- name: sequences
select sequence from record_1 order by sequence

-- name: record
select received, traces, logs from record_1 where sequence = ?

-- name: insert
insert into record
  (sequence, received, spans, spans_from, spans_to, log_records, logs_from, logs_to, lookups, traces, logs)
values
  (@sequence, @received, @spans, @spansFrom, @spansTo, @logRecords, @logsFrom, @logsTo, @lookups, @traces, @logs)

-- name: removeOld
drop table record_1;
delete from sqlite_sequence where name = 'record'

-- name: keepHighest
insert into sqlite_sequence (name, seq) values ('record', @highest)
