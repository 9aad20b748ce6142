-- Tokens and the sessions begun with them, in the catalogue.

-- name: schema
create table if not exists token (
  hash blob primary key,
  -- Unique among tokens; of a session that of the token which began it, null where the start-up link did.
  name text,
  scope text not null,
  created integer not null,
  -- Unix milliseconds; null for a token, which lasts until it is removed.
  expires integer
) strict, without rowid;
create unique index if not exists token_name on token (name) where expires is null;

-- name: insert
insert into token (hash, name, scope, created, expires) values (@hash, @name, @scope, @created, @expires)

-- name: all
select hash, name, scope, created, expires from token

-- name: removeNamed
delete from token where name = ?

-- name: remove
delete from token where hash = ?

-- name: removeExpired
delete from token where expires <= ?
