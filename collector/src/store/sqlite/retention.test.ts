import { beforeEach, describe, expect, it } from 'vitest'
import { millis, unixMillis, type Clock, type Millis } from '../../model/time.ts'
import { Retention, type SealedPartition, type Space } from './retention.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
/** A thousand hours after 1970 begins everything. */
const BEGIN = 1000 * HOUR
const LIMITS = { retention: millis(2 * HOUR), maxBytes: 300 }
const ROOM: Space = { otherBytes: 0, missingBytes: 0 }

/** A wall clock that can be set, and a monotonic one that only runs. */
class HandClock implements Clock {
  wall = BEGIN
  ran = 0
  now = () => unixMillis(this.wall)
  monotonic = (): Millis => millis(this.ran)
  run(time: number): void {
    this.wall += time
    this.ran += time
  }
}

let clock: HandClock
let retention: Retention
let sealed: SealedPartition[]
beforeEach(() => {
  clock = new HandClock()
  retention = new Retention(clock, LIMITS)
  sealed = [partition('a', -3), partition('b', -2), partition('c', -1)]
})

function partition(name: string, hours: number, bytes = 100): SealedPartition {
  return { name, sealedAt: unixMillis(BEGIN + hours * HOUR), bytes }
}

/** Looks once, and takes away what has to go. */
function look(space = ROOM): string[] {
  const gone = retention.expired(sealed, space)
  sealed = sealed.filter(({ name }) => !gone.includes(name))
  return gone
}

/** Looks every ten seconds. @returns what went, with the minute in which it went */
function watch(time: number): string[] {
  const events: string[] = []
  for (let end = clock.ran + time; clock.ran < end;) {
    clock.run(10_000)
    for (const name of look()) events.push(`${name} ${Math.floor(clock.ran / MINUTE)}`)
  }
  return events
}

describe('by age', () => {
  it('nothing goes that is young enough', () => {
    sealed = [partition('b', -1), partition('c', 0)]
    expect(watch(59 * MINUTE)).toEqual([])
  })

  it('a partition goes when it has been too old for an hour', () => {
    expect(watch(150 * MINUTE)).toEqual(['a 60', 'b 61', 'c 120'])
  })

  it('one goes a minute, the oldest first, however many are too old', () => {
    sealed = ['a', 'b', 'c'].map((name, i) => partition(name, -100 + i))
    expect(watch(70 * MINUTE)).toEqual(['a 60', 'b 61', 'c 62'])
  })

  it('one of unknown time stays', () => {
    sealed = [{ name: 'a', bytes: 100, sealedAt: undefined }]
    expect(watch(100 * HOUR)).toEqual([])
  })
})

describe('a wall clock that jumps', () => {
  const young = (): void => {
    sealed = [partition('a', -1.5), partition('b', -1), partition('c', 0)]
  }

  it.each([
    ['an hour', HOUR],
    ['a day', DAY],
    ['400 days', 400 * DAY],
    ['to 2106', 136 * 365 * DAY],
  ])('%s ahead for a minute and back deletes nothing', (_, jump) => {
    young()
    clock.wall += jump
    expect(watch(MINUTE)).toEqual([])
    clock.wall -= jump
    expect(watch(20 * MINUTE)).toEqual([])
  })

  it('ahead again and again never adds up to an hour', () => {
    young()
    for (let n = 0; n < 10; n++) {
      clock.wall += DAY
      expect(watch(20 * MINUTE)).toEqual([])
      clock.wall -= DAY + 20 * MINUTE
      expect(watch(MINUTE)).toEqual([])
    }
  })

  it.each([
    ['an hour', HOUR],
    ['to 1970', BEGIN],
  ])('%s back deletes nothing', (_, jump) => {
    young()
    clock.wall -= jump
    expect(watch(50 * MINUTE)).toEqual([])
  })

  it('that stood in 1970 while a partition was sealed makes it no older than the one before it', () => {
    sealed = [partition('a', 0), { name: 'b', bytes: 100, sealedAt: unixMillis(0) }]
    expect(watch(2 * HOUR)).toEqual([])
  })
})

describe('by size', () => {
  it('the oldest go at once until the rest fits, counting what else the folder holds', () => {
    expect(look()).toEqual([])
    expect(look({ ...ROOM, otherBytes: 50 })).toEqual(['a'])
    expect(look({ ...ROOM, otherBytes: 150 })).toEqual(['b'])
  })

  it('all go when even that is too much', () => {
    expect(look({ ...ROOM, otherBytes: 1000 })).toEqual(['a', 'b', 'c'])
  })
})

describe('a full disk', () => {
  it('is relieved at once of the oldest that free what is missing', () => {
    expect(look({ ...ROOM, missingBytes: 0 })).toEqual([])
    expect(look({ ...ROOM, missingBytes: 1 })).toEqual(['a'])
  })

  it('takes as many as that needs', () => {
    expect(look({ ...ROOM, missingBytes: 150 })).toEqual(['a', 'b'])
  })

  it('is looked at again only when readers have let go of what was removed', () => {
    expect(look({ ...ROOM, missingBytes: 50 })).toEqual(['a'])
    clock.run(4_999)
    expect(look({ ...ROOM, missingBytes: 50 })).toEqual([])
    clock.run(1)
    expect(look({ ...ROOM, missingBytes: 50 })).toEqual(['b'])
  })
})
