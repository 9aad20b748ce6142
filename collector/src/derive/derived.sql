-- `derived.db`: what all that is derived from the journal has in common.

-- name: schema
create table if not exists meta (key text primary key, value) without rowid;

-- name: meta
select value from meta where key = ?

-- name: setMeta
insert into meta (key, value) values (?, ?) on conflict (key) do update set value = excluded.value
