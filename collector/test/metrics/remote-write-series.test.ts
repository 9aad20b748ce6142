/** Labels (W8) and samples (W10, W11) by remote-write 1.0: what is kept of them, and what is refused. */
import { describe, expect, it } from 'vitest'
import { double, STALE_BITS, writeRequest } from './write.ts'
import { int, len } from '../otlp/wire.ts'
import { collector, given, NOW, post, up } from './write-receiver.ts'

describe('W8: labels', () => {
  const refused = async (
    ...labels: (readonly [string | Uint8Array, string | Uint8Array])[]
  ): Promise<string> => {
    const series = len(
      1,
      len(1, len(1, '__name__'), len(2, 'x')),
      ...labels.map(([name, value]) => len(1, len(1, name), len(2, value))),
      len(2, double(1, 1), int(2, NOW)),
    )
    const answer = await post(series)
    return `${answer.status} ${await answer.text()}`.trim()
  }
  it.each([
    ['a name that is empty', [['', 'v']], '400 1 samples rejected: a label has no name (1).'],
    ['a value that is empty', [['a', '']], '400 1 samples rejected: the label "a" is empty (1).'],
    [
      'a name that stands twice',
      [
        ['a', '1'],
        ['a', '2'],
      ],
      '400 1 samples rejected: the label "a" stands twice (1).',
    ],
    [
      'a second metric name',
      [['__name__', 'y']],
      '400 1 samples rejected: the label "__name__" stands twice (1).',
    ],
    [
      'bytes that are no UTF-8',
      [['a', Buffer.from([0xc3, 0x28])]],
      '400 1 samples rejected: a label is not valid UTF-8 (1).',
    ],
  ] as const)('%s costs the series', async (_, labels, expected) => {
    expect(await refused(...labels)).toBe(expected)
    expect(collector.appended).toEqual([])
  })
  it('are sorted where they are not', async () => {
    expect(await refused(['b', '2'], ['a', '1'], ['Z', '3'])).toBe('204')
    expect(given()).toEqual([`x{Z=3,a=1,b=2} ${NOW} 1`])
  })
  it('behind samples, and one by one between them, are the labels of the series all the same', async () => {
    const name = len(1, len(1, '__name__'), len(2, 'x'))
    await post(len(1, len(2, double(1, 1), int(2, NOW)), len(1, len(1, 'a'), len(2, '1')), name))
    expect(given()).toEqual([`x{a=1} ${NOW} 1`])
  })
  it('names of any UTF-8, and long ones', async () => {
    const long = 'v'.repeat(1000)
    await post(writeRequest(up({ 'a.b c': '1', [long]: long, ü: '☃' })))
    expect(given()).toEqual([`up{a.b c=1,${long}=${long},ü=☃} ${NOW} 1`])
  })
  it('hostile names are plain data', async () => {
    await post(writeRequest(up({ constructor: 'c', ['toString']: 't' })))
    expect(given()).toEqual([`up{constructor=c,toString=t} ${NOW} 1`])
  })
  it('of a body in which nothing is odd the bytes are kept as they are', async () => {
    const body = writeRequest(up({ a: '1' }), up({ b: '2' }))
    await post(body)
    expect(Buffer.from(collector.appended[0]!.body).equals(body)).toBe(true)
    expect(collector.appended[0]).toMatchObject({ signal: 'samples', items: 2 })
  })
})

describe('W10, W11: samples', () => {
  it('every value there is; a stale marker by its bits alone', async () => {
    const bits = [
      STALE_BITS,
      0x7ff8000000000001n,
      0x7ff0000000000000n,
      0xfff0000000000000n,
      0x8000000000000000n,
      1n,
    ]
    await post(writeRequest({ labels: { __name__: 'x' }, samples: bits.map((value, i) => [i, value]) }))
    expect(given()).toEqual([
      'x{} 0 stale',
      'x{} 1 NaN',
      'x{} 2 Infinity',
      'x{} 3 -Infinity',
      'x{} 4 -0',
      'x{} 5 5e-324',
    ])
  })
  it('a value and a time of 0 are left out by senders', async () => {
    await post(len(1, len(1, len(1, '__name__'), len(2, 'x')), len(2)))
    expect(given()).toEqual(['x{} 0 0'])
  })
  it('of any age and in any order', async () => {
    await post(
      writeRequest({
        labels: { __name__: 'x' },
        samples: [
          [NOW, 1],
          [0, 2],
          [-1, 3],
          [-(10 ** 12), 4],
        ],
      }),
    )
    expect(given()).toEqual([`x{} ${NOW} 1`, 'x{} 0 2', 'x{} -1 3', 'x{} -1000000000000 4'])
  })
  it('more than ten minutes ahead, or out of all range, are refused and counted', async () => {
    const answer = await post(
      writeRequest({
        labels: { __name__: 'x' },
        samples: [
          [NOW + 5 * 60_000, 1],
          [NOW + 20 * 60_000, 2],
          [9e15, 3],
          [-9e15, 4],
        ],
      }),
    )
    expect([answer.status, await answer.text()]).toEqual([
      400,
      '3 samples rejected: a timestamp is more than 10 minutes ahead (1); a timestamp is out of range (2).\n',
    ])
    expect(given()).toEqual([`x{} ${NOW + 5 * 60_000} 1`])
  })
})
