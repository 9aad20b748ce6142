/**
 * Preloaded into a collector (`--import`): spans whose bytes say so make the builder of blocks fail,
 * while they are appended or later, when their block is cut.
 */
import { SpanBlockBuilder } from '../../src/store/columns/spans.ts'

const FAILS_AT_ONCE = 'planted: fails while it is appended'
const FAILS_LATER = 'planted: fails when its block is cut'

const { append, finish } = Object.getOwnPropertyDescriptors(SpanBlockBuilder.prototype)
const doomed = new WeakSet<SpanBlockBuilder>()

SpanBlockBuilder.prototype.append = function (this: SpanBlockBuilder, body, ...rest) {
  const text = Buffer.from(body).toString('latin1')
  if (text.includes(FAILS_AT_ONCE)) throw new RangeError(FAILS_AT_ONCE)
  if (text.includes(FAILS_LATER)) doomed.add(this)
  return append.value!.call(this, body, ...rest)
}

SpanBlockBuilder.prototype.finish = function (this: SpanBlockBuilder, ...rest) {
  if (doomed.has(this)) throw new RangeError(FAILS_LATER)
  return finish.value!.apply(this, rest)
}
