-- A journal record that was set aside, with its bodies as the journal has them.

-- name: schema
create table record (
  sequence integer primary key,
  received integer not null,
  traces blob,
  logs blob,
  metrics blob,
  samples blob
)

-- name: insert
insert into record (sequence, received, traces, logs, metrics, samples)
values (@sequence, @received, @traces, @logs, @metrics, @samples)
