-- What the file itself says of its form.

-- name: schema
create table if not exists meta (key text primary key, value integer not null) strict, without rowid;

-- name: format
select value from meta where key = 'format'

-- name: setFormat
insert into meta (key, value) values ('format', ?)
