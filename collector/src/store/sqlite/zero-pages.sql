-- name: overflow
select pageno from dbstat where name = ? and pagetype = 'overflow'
