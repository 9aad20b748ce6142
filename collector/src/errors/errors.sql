-- Groups of errors, in `derived.db`.

-- name: schema
-- An error of one kind in one service; times are minutes since the epoch. What it is grouped by and its
-- traces are JSON.
create table if not exists error_group (
  id integer primary key,
  service text not null,
  fingerprint text not null,
  type text not null,
  message text not null,
  stack text not null,
  grouped_by text not null,
  total integer not null,
  first integer not null,
  last integer not null,
  samples text not null,
  unique (service, fingerprint)
);
create index if not exists error_group_by_fingerprint on error_group (fingerprint);
create table if not exists error_hour (
  of integer not null,
  hour integer not null,
  count integer not null,
  primary key (of, hour)
) without rowid;
create table if not exists error_version (
  of integer not null,
  version text not null,
  first integer not null,
  last integer not null,
  count integer not null,
  primary key (of, version)
) without rowid;
-- Sequences (after, up_to] of the journal of which no errors were counted.
create table if not exists error_missing (after integer primary key, up_to integer not null);

-- name: group
select id, total, first, last, samples from error_group where service = ? and fingerprint = ?

-- name: insertGroup
insert into error_group (service, fingerprint, type, message, stack, grouped_by, total, first, last, samples)
values (@service, @fingerprint, @type, @message, @stack, @groupedBy, @total, @first, @last, @samples)

-- name: updateGroup
update error_group set total = @total, first = @first, last = @last, samples = @samples where id = @id

-- name: addHour
insert into error_hour (of, hour, count) values (?, ?, ?)
on conflict (of, hour) do update set count = count + excluded.count

-- name: addVersion
-- Beyond so many, new ones are not told.
insert into error_version (of, version, first, last, count)
select @id, @version, @first, @last, @count
where (select count(*) from error_version where of = @id) < @most
  or exists (select 1 from error_version where of = @id and version = @version)
on conflict (of, version) do update set
  first = min(first, excluded.first), last = max(last, excluded.last), count = count + excluded.count

-- name: insertMissing
insert into error_missing (after, up_to) values (?, ?)

-- name: missing
select after, up_to as upTo from error_missing order by after

-- name: removeHours
delete from error_hour where hour < ?

-- name: removeGroups
-- Those that were not seen since a minute; and of each service those that were not seen for longest,
-- beyond so many.
delete from error_group where last < @before or id in (
  select id from (
    select id, row_number() over (partition by service order by last desc, id desc) as place from error_group
  ) where place > @most
)

-- name: removeHoursOfNone
delete from error_hour where of not in (select id from error_group)

-- name: removeVersionsOfNone
delete from error_version where of not in (select id from error_group)

-- name: groups
select id, service, fingerprint, type, message, grouped_by ->> 'operation' as operation, total, first, last
from error_group
where @service is null or service = @service

-- name: groupsOf
select id, service, type, message, stack, grouped_by as groupedBy, total, first, last, samples
from error_group where fingerprint = ? order by first, service

-- name: hours
select of, hour, count from error_hour where hour >= ? and hour < ?

-- name: hoursOf
select hour, count from error_hour where of = ? and hour >= ? and hour < ?

-- name: versionsOf
select version, first, last, count from error_version where of = ? order by last desc, version

-- name: latestVersions
-- The newest of each group, a few.
select of, version from (
  select of, version, row_number() over (partition by of order by last desc, version) as place from error_version
) where place <= @most
