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

-- name: tables
select name from sqlite_master where type = 'table'

-- name: series_group
select id, series_count, first_name, last_name, labels from series_group where id > ? order by id limit 64

-- name: series_chunk
-- Without the data, which carry their own checksum.
select id, series_group, kind, first_time, last_time, item_count from series_chunk where id > ? order by id limit 256

-- name: exemplar_trace
select id, trace, chunk from exemplar_trace where id > ? order by id limit 256

-- name: metric_metadata
select id, name, type, unit, help from metric_metadata where id > ? order by id limit 256

-- name: metric_attributes
select id, attributes from metric_attributes where id > ? order by id limit 256

-- name: series_label
select entry from series_label where entry > ? order by entry limit 4096

-- name: seriesChunks
select id, data from series_chunk where id > ? order by id limit 16

-- name: groupLabels
select id, labels as data from series_group where id > ? order by id limit 64
