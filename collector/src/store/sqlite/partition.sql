-- A partition: the blocks of one range of journal sequences, and what they refer to.
-- The layout is described in collector/docs/format.md; `format` in `meta` is its version.

-- name: schema
create table if not exists meta (key text primary key, value) without rowid;
create table if not exists resource (id integer primary key, data blob not null);
create table if not exists scope (id integer primary key, data blob not null);
create table if not exists attribute_key (id integer primary key, data blob not null);
create table if not exists block (
  id integer primary key,
  signal integer not null,
  row_count integer not null,
  first_time integer not null,
  last_time integer not null,
  max_duration real not null,
  resources blob not null,
  directory blob not null
);
-- id is block * 4096 + place; place 4095 is the block's filter. A rowid table: blobs of some kilobytes cost twice their size without one.
create table if not exists chunk (id integer primary key, data blob not null);
create table if not exists run (id integer primary key, level integer not null);
create table if not exists run_page (
  id integer primary key,
  run integer not null,
  first integer not null,
  data blob not null
);
create index if not exists run_page_first on run_page (run, first);

-- name: meta
select key, value from meta

-- name: setMeta
insert into meta (key, value) values (?, ?) on conflict (key) do update set value = excluded.value

-- name: insertResource
insert into resource (id, data) values (?, ?)

-- name: insertScope
insert into scope (id, data) values (?, ?)

-- name: insertKey
insert into attribute_key (id, data) values (?, ?)

-- name: resources
select id, data from resource where id >= ? and id < ? order by id

-- name: scopes
select id, data from scope where id >= ? and id < ? order by id

-- name: keys
select id, data from attribute_key where id >= ? and id < ? order by id

-- name: insertBlock
insert into block (id, signal, row_count, first_time, last_time, max_duration, resources, directory)
values (@id, @signal, @rows, @from, @to, @maxDuration, @resources, @directory)

-- name: blocksFrom
select id, signal, row_count, first_time, last_time, max_duration, resources, directory
from block where id >= ? order by id

-- name: blockAt
select id, signal, row_count, first_time, last_time, max_duration, resources, directory from block where id = ?

-- name: insertChunk
insert into chunk (id, data) values (?, ?)

-- name: chunk
select data from chunk where id = ?

-- name: chunksOf
select data from chunk where id between ? and ? order by id

-- name: insertRun
insert into run (level) values (?)

-- name: runs
select id, level from run order by level, id

-- name: removeRun
delete from run where id = ?

-- name: insertPage
insert into run_page (run, first, data) values (?, ?, ?)

-- name: removePages
delete from run_page where run = ?

-- name: pagesOf
select data from run_page where run = ? order by first

-- name: pageCount
select count(*) from run_page

-- name: pagesAround
-- The pages of each run that can hold entries in [@least, @most]: from the last one that begins at or
-- before the least.
select page.data from run as one cross join run_page as page
where page.run = one.id and page.first <= @most
  and page.first >= coalesce((select max(first) from run_page where run = one.id and first <= @least), 0)
