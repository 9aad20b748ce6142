-- Rate, errors and duration: what was counted of spans, in `derived.db`.

-- name: schema
-- What a span is counted as; kind -1 is the service itself, by the spans with which requests enter it.
create table if not exists red_operation (
  id integer primary key,
  service text not null,
  name text not null,
  kind integer not null,
  unique (service, name, kind)
);
-- Cells as they came, a row for each commit, by minute.
create table if not exists red_commit (position integer primary key, cells blob not null);
-- Cells of a service over a stretch of slices; `grain` minutes are a slice, `start` counts stretches.
create table if not exists red_part (
  grain integer not null,
  whole integer not null,
  service text not null,
  start integer not null,
  cells blob not null,
  primary key (grain, whole, service, start)
) without rowid;
-- Versions of a service, and when the first span of each starts, in Unix milliseconds.
create table if not exists red_first_span (
  service text not null,
  version text not null,
  first integer not null,
  primary key (service, version)
) without rowid;
-- The same by the minute, as it was kept before: it is taken over.
create table if not exists red_version (
  service text not null,
  version text not null,
  first integer not null,
  primary key (service, version)
) without rowid;
insert or ignore into red_first_span (service, version, first)
select service, version, first * 60000 from red_version;
delete from red_version;
-- When the last record was received that is counted, in nanoseconds; and spans that start before
-- counts are kept, or far in the future.
create table if not exists red_reached (
  id integer primary key check (id = 1),
  received text,
  out_of_time integer not null
);
-- Sequences (after, up_to] of the journal of which nothing was counted.
create table if not exists red_missing (after integer primary key, up_to integer not null);

-- name: insertMissing
insert into red_missing (after, up_to) values (?, ?)

-- name: reach
insert into red_reached (id, received, out_of_time) values (1, @received, @outOfTime)
on conflict (id) do update set
  received = coalesce(excluded.received, received),
  out_of_time = out_of_time + excluded.out_of_time

-- name: reached
select received, out_of_time as outOfTime from red_reached

-- name: missing
select after, up_to as upTo from red_missing order by after

-- name: operation
select id from red_operation where service = ? and name = ? and kind = ?

-- name: insertOperation
insert into red_operation (service, name, kind) values (?, ?, ?)

-- name: operations
select id, service, name, kind from red_operation

-- name: isKnown
select exists (select 1 from red_operation where service = ?)

-- name: insertCommit
-- Two commits may reach to the same position: the second brings what was decided by the clock.
insert into red_commit (position, cells)
values (max(?, coalesce((select max(position) + 1 from red_commit), 0)), ?)

-- name: commits
select cells from red_commit order by position

-- name: commitsHeld
select count(*) as rows, coalesce(sum(length(cells)), 0) as bytes from red_commit

-- name: removeCommits
delete from red_commit

-- name: part
select cells from red_part where grain = ? and whole = ? and service = ? and start = ?

-- name: upsertPart
insert into red_part (grain, whole, service, start, cells) values (?, ?, ?, ?, ?)
on conflict (grain, whole, service, start) do update set cells = excluded.cells

-- name: parts
select service, start, cells from red_part
where grain = @grain and whole = @whole and start between @first and @last

-- name: partsOf
select service, start, cells from red_part
where grain = @grain and whole = @whole and service = @service and start between @first and @last

-- name: removeParts
delete from red_part where grain = ? and start < ?

-- name: upsertVersion
insert into red_first_span (service, version, first) values (?, ?, ?)
on conflict (service, version) do update set first = min(first, excluded.first)

-- name: versions
select service, version, first, first / 60000 as minute from red_first_span order by service, first, version
