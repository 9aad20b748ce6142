-- Halves of calls that wait for the other, in `derived.db`: what changed among them with each commit.

-- name: schema
-- `up_to` is the number of the newest half by then: when that does not wait, the row has nothing to say.
create table if not exists edge_half (id integer primary key, up_to integer not null, changes blob not null);

-- name: insertChanges
insert into edge_half (up_to, changes) values (?, ?)

-- name: changes
select up_to as upTo, changes from edge_half order by id

-- name: removeChanges
delete from edge_half where up_to < ?
