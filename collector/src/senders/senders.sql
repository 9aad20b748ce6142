-- Who sends: processes, by what their resources tell of them; in `derived.db`.

-- name: schema
create table if not exists sender (
  service text not null,
  instance text not null,
  -- What its resource tells besides, as JSON of a `Described`.
  described text not null,
  -- Minutes since the epoch in which its first and its last request came.
  first integer not null,
  last integer not null,
  primary key (service, instance)
) without rowid;
create index if not exists sender_by_last on sender (last);

-- name: upsert
insert into sender (service, instance, described, first, last) values (@service, @instance, @described, @minute, @minute)
on conflict (service, instance) do update set described = excluded.described, last = max(last, excluded.last)

-- name: senders
select service, instance, described, first, last from sender where last >= ? order by service, instance

-- name: sendersOf
select service, instance, described, first, last from sender where service = ? and last >= ? order by instance

-- name: forget
delete from sender where last < ?

-- name: held
select count(*) from sender

-- name: forgetOldest
delete from sender where (service, instance) in (select service, instance from sender order by last limit ?)
