-- Alerts in the catalogue: their state, what is to be told of them, and what was told.

-- name: schema
create table if not exists slo (name text primary key, document text not null) without rowid;
-- What a file of the folder of SLOs held when it was sound last.
create table if not exists slo_file (name text primary key, text text not null) without rowid;
create table if not exists alert_setting (key text primary key, value text not null) without rowid;
create table if not exists alert_state (
  id text primary key,
  rule text not null,
  labels text not null,
  state text not null,
  episode integer
) without rowid;
-- From an alert's firing to its resolution. `sequence` counts transitions over all alerts.
create table if not exists episode (
  id integer primary key autoincrement,
  rule text not null,
  fingerprint text not null,
  labels text not null,
  annotations text not null,
  generator text not null,
  starts_at integer not null,
  ends_at integer,
  sequence integer not null
);
-- The highest sequence is asked for with every transition.
create index if not exists episode_by_sequence on episode (sequence);
-- What a receiver is told together. `next_flush_at` is set as long as one of its alerts fires.
create table if not exists notify_group (
  id integer primary key autoincrement,
  receiver text not null,
  key text not null,
  route text not null,
  labels text not null,
  flushes integer not null default 0,
  flushed_at integer,
  notified_at integer,
  next_flush_at integer,
  unique (receiver, key)
);
-- `notified`: what the receiver was last told of this episode; null before it was told anything.
create table if not exists group_episode (
  notify_group integer not null,
  episode integer not null,
  notified text,
  primary key (notify_group, episode)
) without rowid;
-- The outbox, and afterwards the log. A body never changes once it is here.
create table if not exists delivery (
  id integer primary key autoincrement,
  notify_group integer not null,
  receiver text not null,
  webhook_id text not null unique,
  content_type text not null,
  body text not null,
  has_firing integer not null,
  created_at integer not null,
  state text not null,
  attempts integer not null default 0,
  next_attempt_at integer not null,
  last_status integer,
  last_error text,
  ended_at integer
);
-- Which alerts a message tells of: how many there are, and of the first ones their status and labels.
create table if not exists delivery_alerts (delivery integer primary key, total integer not null, named text not null);
create index if not exists delivery_pending on delivery (state, next_attempt_at);
create table if not exists silence (
  id text primary key,
  matchers text not null,
  starts_at integer not null,
  ends_at integer not null,
  created_by text not null,
  comment text not null
) without rowid;
create table if not exists receiver (name text primary key, settings text not null) without rowid;
create table if not exists receiver_fault (name text primary key, reason text not null, at integer not null) without rowid;

-- name: states
select id, rule, labels, state, episode from alert_state

-- name: putState
insert into alert_state (id, rule, labels, state, episode) values (@id, @rule, @labels, @state, @episode)
on conflict (id) do update set state = excluded.state, episode = excluded.episode

-- name: removeState
delete from alert_state where id = ?

-- name: beginEpisode
insert into episode (rule, fingerprint, labels, annotations, generator, starts_at, sequence)
values (@rule, @fingerprint, @labels, @annotations, @generator, @startsAt, (select coalesce(max(sequence), 0) + 1 from episode))

-- name: endEpisode
update episode set ends_at = @endsAt, annotations = @annotations, sequence = (select max(sequence) + 1 from episode) where id = @id

-- name: annotateEpisode
update episode set annotations = ? where id = ?

-- name: episode
select labels, annotations from episode where id = ?

-- name: episodes
select id, rule, fingerprint, labels, annotations, starts_at as startsAt, ends_at as endsAt from episode
order by id desc limit ?

-- name: putGroup
-- A group that waits for its next flush already goes on waiting; one that was flushed lately keeps its interval.
insert into notify_group (receiver, key, route, labels, next_flush_at) values (@receiver, @key, @route, @labels, @flushAt)
on conflict (receiver, key) do update set route = excluded.route,
  next_flush_at = coalesce(next_flush_at, max(@flushAt, coalesce(flushed_at + @interval, 0)))
returning id

-- name: joinGroup
insert into group_episode (notify_group, episode, notified) values (?, ?, null) on conflict do nothing

-- name: groupsOfEpisode
select notify_group as id from group_episode where episode = ?

-- name: hastenDelivery
-- Something is new: a failing delivery ahead of it is tried soon.
update delivery set next_attempt_at = min(next_attempt_at, @at) where notify_group = @id and state = 'pending'

-- name: dueGroups
-- A group's messages go one after the other: while one is under way, nothing is flushed.
select id, receiver, key, route, labels, flushes, notified_at as notifiedAt from notify_group
where next_flush_at <= ? and not exists (select 1 from delivery where notify_group = notify_group.id and state = 'pending')
order by next_flush_at, id

-- name: groupEpisodes
select e.id, e.fingerprint, e.labels, e.annotations, e.generator, e.starts_at as startsAt, e.ends_at as endsAt, e.sequence, g.notified
from group_episode g join episode e on e.id = g.episode where g.notify_group = ? order by e.starts_at, e.id

-- name: flushed
update notify_group set flushes = @flushes, flushed_at = @now, notified_at = coalesce(@notifiedAt, notified_at), next_flush_at = @nextFlushAt where id = @id

-- name: noteNotified
update group_episode set notified = ? where notify_group = ? and episode = ?

-- name: leaveGroup
delete from group_episode where notify_group = ? and episode = ?

-- name: insertDelivery
insert into delivery (notify_group, receiver, webhook_id, content_type, body, has_firing, created_at, state, next_attempt_at)
values (@group, @receiver, @webhookId, @contentType, @body, @hasFiring, @now, 'pending', @now)

-- name: dueReceivers
select distinct receiver as name from delivery where state = 'pending' and next_attempt_at <= ?

-- name: dueDelivery
select id, receiver, webhook_id as webhookId, content_type as contentType, body, has_firing as hasFiring, attempts
from delivery where state = 'pending' and next_attempt_at <= ? and receiver = ? order by id limit 1

-- name: attempted
update delivery set attempts = attempts + 1, state = @state, last_status = @status, last_error = @error,
  next_attempt_at = @nextAttemptAt, ended_at = @endedAt where id = @id

-- name: nameAlerts
insert into delivery_alerts (delivery, total, named) values (?, ?, ?)

-- name: deliveries
select id, receiver, webhook_id as webhookId, created_at as createdAt, state, attempts, next_attempt_at as nextAttemptAt,
  last_status as lastStatus, last_error as lastError, ended_at as endedAt, has_firing as hasFiring,
  coalesce(total, 0) as alertCount, coalesce(named, '[]') as alerts
from delivery left join delivery_alerts on delivery = id where id < ? order by id desc limit ?

-- name: delivery
select body, content_type as contentType from delivery where id = ?

-- name: redeliver
update delivery set state = 'pending', next_attempt_at = ?, ended_at = null where id = ?

-- name: removeOldDeliveries
delete from delivery where state <> 'pending' and ended_at < ?

-- name: removeOldNames
delete from delivery_alerts where delivery < (select min(id) from delivery)

-- name: silences
select id, matchers, starts_at as startsAt, ends_at as endsAt, created_by as createdBy, comment from silence order by ends_at desc

-- name: putSilence
insert into silence (id, matchers, starts_at, ends_at, created_by, comment) values (@id, @matchers, @startsAt, @endsAt, @createdBy, @comment)
on conflict (id) do update set matchers = excluded.matchers, starts_at = excluded.starts_at, ends_at = excluded.ends_at, comment = excluded.comment

-- name: expireSilence
update silence set ends_at = @now where id = @id and ends_at > @now

-- name: receivers
select settings from receiver order by name

-- name: putReceiver
insert into receiver (name, settings) values (?, ?) on conflict (name) do update set settings = excluded.settings

-- name: removeReceiver
delete from receiver where name = ?

-- name: receiverFaults
select name, reason, at from receiver_fault

-- name: putReceiverFault
insert into receiver_fault (name, reason, at) values (?, ?, ?) on conflict (name) do update set reason = excluded.reason, at = excluded.at

-- name: removeReceiverFault
delete from receiver_fault where name = ?

-- name: setting
select value from alert_setting where key = ?

-- name: putSetting
insert into alert_setting (key, value) values (?, ?) on conflict (key) do update set value = excluded.value

-- name: slos
select name, document from slo order by name

-- name: putSlo
insert into slo (name, document) values (?, ?) on conflict (name) do update set document = excluded.document

-- name: removeSlo
delete from slo where name = ?

-- name: sloFiles
select name, text from slo_file

-- name: putSloFile
insert into slo_file (name, text) values (?, ?) on conflict (name) do update set text = excluded.text

-- name: removeSloFile
delete from slo_file where name = ?
