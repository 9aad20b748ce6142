-- The series of a partition. The layout is described in collector/docs/format.md.

-- name: schema
-- `series_chunk.kind`: 0 samples, 1 histograms kept whole, 2 exemplars. Times are Unix milliseconds.
create table if not exists series_group (
  id integer primary key,
  series_count integer not null,
  first_name text not null,
  last_name text not null,
  labels blob not null
);
create table if not exists series_chunk (
  id integer primary key,
  series_group integer not null,
  kind integer not null,
  first_time integer not null,
  last_time integer not null,
  item_count integer not null,
  data blob not null
);
create index if not exists series_chunk_of on series_chunk (series_group, kind, first_time, last_time);
create table if not exists exemplar_trace (
  id integer primary key,
  trace integer not null,
  chunk integer not null
);
create index if not exists exemplar_trace_of on exemplar_trace (trace);
create table if not exists metric_metadata (
  id integer primary key,
  name text not null,
  type text not null,
  unit text not null,
  help text not null
);
create table if not exists metric_attributes (
  id integer primary key,
  attributes blob not null
);

-- name: labelSchema
-- Upper 43 bits of the hash of a label × 2^20 + a group in which a series has it.
create table if not exists series_label (entry integer primary key)

-- name: exists
select count(*) from sqlite_master where type = 'table' and name = ?

-- name: insertGroup
insert into series_group (id, series_count, first_name, last_name, labels) values (?, ?, ?, ?, ?)

-- name: insertChunk
insert into series_chunk (series_group, kind, first_time, last_time, item_count, data) values (?, ?, ?, ?, ?, ?)

-- name: insertTrace
insert into exemplar_trace (trace, chunk) values (?, ?)

-- name: insertLabel
insert into series_label (entry) values (?) on conflict do nothing

-- name: insertMetadata
insert into metric_metadata (name, type, unit, help) values (?, ?, ?, ?)

-- name: insertAttributes
insert into metric_attributes (id, attributes) values (?, ?)

-- name: bounds
select coalesce((select max(id) from series_group), -1) as groups, coalesce((select max(id) from series_chunk), 0) as chunks

-- name: extent
-- The index of chunks answers this, and no chunk is read.
select min(first_time) as "from", max(last_time) as "to" from series_chunk where kind = 0 and id <= ?

-- name: groupsOfLabel
select entry & 1048575 from series_label where entry between ? and ? order by entry

-- name: groupNames
-- Names are ordered by UTF-16 code units, not as SQLite orders them.
select id, first_name as first, last_name as last from series_group where id <= ? order by id

-- name: group
select labels from series_group where id = ?

-- name: groups
select labels from series_group order by id

-- name: chunksOf
select id from series_chunk
where series_group = ? and kind = ? and first_time <= ? and last_time >= ? and id <= ? order by id

-- name: allChunksOf
select kind, data from series_chunk where series_group = ? order by id

-- name: chunkRow
select series_group, kind, item_count, data from series_chunk where id = ?

-- name: chunk
select data from series_chunk where id = ?

-- name: anyChunkOf
select count(*) from (
  select 1 from series_chunk where series_group = ? and first_time <= ? and last_time >= ? and id <= ? limit 1
)

-- name: groupOfChunk
select series_group from series_chunk where id = ?

-- name: chunksOfTrace
select distinct chunk from exemplar_trace where trace = ? and chunk <= ? order by chunk

-- name: metadataAlone
-- Of a partition that was written before there were attributes.
select name, type, unit, help, null as attributes from metric_metadata order by id

-- name: metadata
select name, type, unit, help, attributes from metric_metadata left join metric_attributes using (id) order by id
