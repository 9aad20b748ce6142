-- Good and bad events of indicators, by the minute; in `derived.db`.

-- name: schema
create table if not exists indicator (
  id integer primary key autoincrement,
  objective text not null,
  generation integer not null,
  -- Signal and filters as JSON: another text is another generation.
  definition text not null,
  -- Records behind this sequence are counted as they come; an indicator of metrics counts behind this minute.
  live_from integer not null,
  -- Whether it is counted still.
  active integer not null,
  unique (objective, generation)
);
-- Sequences (after, up_to], minutes for metrics, of which an indicator has not counted anything yet.
create table if not exists missing (
  indicator integer not null,
  after integer not null,
  up_to integer not null,
  primary key (indicator, after)
) without rowid;
-- `revision` tells a reader which hours have changed since it last looked.
create table if not exists hour (
  indicator integer not null,
  hour integer not null,
  revision integer not null,
  counts blob not null,
  primary key (indicator, hour)
) without rowid;
create index if not exists hour_by_revision on hour (revision);
-- Minutes in which somebody counted, whether or not anything came.
create table if not exists observed (hour integer primary key, revision integer not null, minutes blob not null);

-- name: activeIndicators
select id, objective, generation, definition, live_from as liveFrom from indicator where active = 1 order by id

-- name: latestGeneration
select coalesce(max(generation), 0) from indicator where objective = ?

-- name: insertIndicator
insert into indicator (objective, generation, definition, live_from, active) values (?, ?, ?, ?, 1)

-- name: retireIndicator
update indicator set active = 0 where id = ?

-- name: dropMissing
delete from missing where indicator = ?

-- name: insertMissing
insert into missing (indicator, after, up_to) values (?, ?, ?)

-- name: missing
select indicator, after, up_to as upTo from missing order by indicator, after desc

-- name: shrinkMissing
-- Counted from the top down to `reached`; only a piece that stands so is taken, so that none counts twice.
update missing set up_to = @reached where indicator = @indicator and after = @after and up_to = @upTo

-- name: removeEmptyMissing
delete from missing where up_to <= after

-- name: hour
select counts from hour where indicator = ? and hour = ?

-- name: upsertHour
insert into hour (indicator, hour, revision, counts) values (?, ?, ?, ?)
on conflict (indicator, hour) do update set revision = excluded.revision, counts = excluded.counts

-- name: observedHour
select minutes from observed where hour = ?

-- name: upsertObserved
insert into observed (hour, revision, minutes) values (?, ?, ?)
on conflict (hour) do update set revision = excluded.revision, minutes = excluded.minutes

-- name: removeHours
delete from hour where hour < ?

-- name: removeObserved
delete from observed where hour < ?

-- name: hoursSince
select indicator, hour, revision, counts from hour where revision > ? order by revision

-- name: observedSince
select hour, revision, minutes from observed where revision > ? order by revision

-- name: hoursOf
select hour, counts from hour where indicator = ? and hour between ? and ? order by hour

-- name: firstObserved
select hour, minutes from observed order by hour limit 1
