/**
 * The storage contract. Every backend (`memory`, the oracle, and `sqlite`) keeps it, and the
 * conformance suite in `collector/test/conformance/` holds each of them to it.
 *
 * **Writing.** A writer takes requests that `decode/` has validated. `append` resolves when the
 * request is on stable storage, all of it or none of it: a caller may acknowledge exactly then.
 * Requests of one writer are stored in the order of their calls. A request whose body is identical
 * to one stored within the last ten minutes resolves as a duplicate and is stored once.
 * When the disk is full, cannot be written, or the journal is behind, `append` rejects with
 * `disk_full`, `disk_failed` or `store_busy`; nothing of that request is stored, and reading goes on.
 *
 * **Reading.** A snapshot sees everything whose `append` resolved before the snapshot was taken,
 * and nothing changes under it. Reading is synchronous and meant for a thread of its own: the
 * caller passes `Cancellation`, looked at at least once a question and between pieces of work of at
 * most some milliseconds. A snapshot MUST be released, once or more; asked afterwards, it throws. What could not be read is told in `partial`, never left out silently.
 *
 * **Order.** A record's ordinal (sequence of the journal record that carried it, place within) is
 * its arrival order and never changes. Lists are ordered by time and, at equal time, by ordinal,
 * both in the same direction; a page ends with the key from which the next one continues. Texts
 * are ordered by UTF-16 code units. A record that was stored twice is there twice: it counts in
 * lists, histograms, statistics and completion, save where `trace` and `TraceSummary` say otherwise.
 *
 * **Times.** A span's time is its start. A log's time is `timeUnixNano`, where that is 0 its
 * observed time, where both are 0 the time of receipt. Ranges hold their start and not their end.
 *
 * The types stand in `contract/`: writing, consuming, questions and reading; those of metrics in
 * `metrics-view.ts`.
 */
export type * from './contract/consuming.ts'
export type * from './contract/questions.ts'
export type * from './contract/reading.ts'
export * from './contract/writing.ts'
export type * from './metrics-view.ts'
export { compileMatchers, matchesLabels, type CompiledMatcher } from './series/matching.ts'
