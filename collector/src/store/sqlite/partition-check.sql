-- What reads a partition through: some rows at a time, behind the last one, so that no statement
-- stays open between two steps.

-- name: meta
select key, value from meta where key > ? and key <> 'checksum' order by key limit 256

-- name: resource
select id, data from resource where id > ? order by id limit 256

-- name: scope
select id, data from scope where id > ? order by id limit 256

-- name: attribute_key
select id, data from attribute_key where id > ? order by id limit 256

-- name: block
select id, signal, row_count, first_time, last_time, max_duration, resources, directory
from block where id > ? order by id limit 64

-- name: run
select id, level from run where id > ? order by id limit 256

-- name: run_page
select id, run, first, data from run_page where id > ? order by id limit 256

-- name: nextBlock
select id, directory from block where id > ? order by id limit 1

-- name: chunks
select id, data from chunk where id between ? and ? order by id
