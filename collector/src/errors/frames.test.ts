import { describe, expect, it } from 'vitest'
import { topFrames } from './frames.ts'

const stack = (...frames: string[]): string =>
  ['Error: no', ...frames.map(frame => `    at ${frame}`)].join('\n')

describe('the frames of a stack', () => {
  it('are the topmost three of the application, by function and file', () => {
    expect(
      topFrames(
        stack(
          'Pool.acquire (/app/node_modules/pg-pool/index.js:88:13)',
          'async load (/app/lib/orders.js:41:20)',
          'new Cart (file:///app/lib/cart.ts:3:1)',
          'process.processTicksAndRejections (node:internal/process/task_queues:105:5)',
          '/app/server.js:7:3',
          'Object.<anonymous> (/app/never.js:1:1)',
        ),
      ),
    ).toEqual(['load lib/orders.js', 'new Cart lib/cart.ts', 'app/server.js'])
  })

  it('are those of libraries where the application has none', () => {
    expect(
      topFrames(
        stack(
          'TCPConnectWrap.afterConnect [as oncomplete] (node:net:1637:16)',
          'Parser.run (/srv/node_modules/.pnpm/a@1/node_modules/@scope/parser/lib/x.js:1:1)',
          'JSON.parse (<anonymous>)',
        ),
      ),
    ).toEqual(['TCPConnectWrap.afterConnect node:net', 'Parser.run @scope/parser', 'JSON.parse <anonymous>'])
  })

  it('are the same after a deploy', () => {
    const before = stack('charge (/releases/20260101-1200/dist/pay-8f3a2b1c.js:10:2)')
    const after = stack('charge (/releases/20260102-0900/dist/pay-77aa01fe.js:14:9)')
    expect(topFrames(after)).toEqual(topFrames(before))
    expect(topFrames(stack('charge (/releases/20260101/dist/refund.js:10:2)'))).not.toEqual(topFrames(before))
  })

  it('are told once however deep a recursion is', () => {
    const walk = 'walk (/app/lib/tree.js:5:9)'
    expect(topFrames(stack(walk, walk, walk, 'main (/app/lib/main.js:1:1)'))).toEqual([
      'walk lib/tree.js',
      'main lib/main.js',
    ])
  })

  it('are none in a text that is no stack', () => {
    expect(topFrames('TypeError: look at this')).toEqual([])
    expect(topFrames('')).toEqual([])
  })

  it.each(['    at ', 'at x (', 'at (:1', 'a:1:1\n'])('of a hundred thousand times %j take no time', unit => {
    const begun = performance.now()
    topFrames(unit.repeat(100_000))
    expect(performance.now() - begun).toBeLessThan(100)
  })
})
