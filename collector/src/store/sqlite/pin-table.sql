-- The pins in the catalogue.

-- name: schema
-- `removed` rows stand for files that are still to go; when they are gone, so is the row.
create table if not exists pin (
  trace_id text primary key,
  note text not null,
  pinned_at integer not null,
  removed integer not null default 0
) strict, without rowid;

-- name: pins
select trace_id as traceId, note, pinned_at as pinnedAt from pin where removed = 0
order by pinned_at desc, trace_id

-- name: removedPins
select trace_id from pin where removed = 1

-- name: pin
-- A trace that is pinned again keeps the time at which it was, and takes the new note.
insert into pin (trace_id, note, pinned_at) values (@traceId, @note, @pinnedAt)
on conflict (trace_id) do update set
  note = excluded.note,
  pinned_at = iif(removed = 1, excluded.pinned_at, pinned_at),
  removed = 0

-- name: adopt
insert into pin (trace_id, note, pinned_at) values (@traceId, '', @pinnedAt)
on conflict (trace_id) do nothing

-- name: unpin
update pin set removed = 1 where trace_id = ? and removed = 0

-- name: forget
delete from pin where trace_id = ? and removed = 1
