/** A folder of objectives that people edit: what is in force after each edit, and what is told. */
import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { AlertCatalogue } from './catalogue.ts'
import { SloTexts } from './slo-texts.ts'
import { problemsOf } from './slos.ts'

const slo = (name: string, target = '0.99'): string => `apiVersion: openslo/v1
kind: SLO
metadata: { name: ${name} }
spec:
  indicator:
    spec:
      ratioMetric:
        good: { metricSource: { type: Hodoscope, spec: { query: "-status:error" } } }
        total: { metricSource: { type: Hodoscope, spec: { query: "service:${name}" } } }
  timeWindow: [{ duration: 7d, isRolling: true }]
  budgetingMethod: Occurrences
  objectives: [{ target: ${target} }]
`

let folder: string
let catalogue: AlertCatalogue
let texts: SloTexts
const slos = (): string => join(folder, 'slos')
const write = (name: string, text: string): void => writeFileSync(join(slos(), name), text)

function open(): void {
  catalogue = new AlertCatalogue(join(folder, 'catalogue.db'))
  texts = new SloTexts(slos(), catalogue)
}
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hodoscope-slo-texts-'))
  mkdirSync(slos())
  open()
})
afterEach(() => {
  catalogue.close()
  rmSync(folder, { recursive: true })
})

/** Objectives with their targets, and each problem with its place. */
function inForce() {
  const set = texts.load()
  return {
    targets: Object.fromEntries(set.objectives.map(({ name, target }) => [name, target.text])),
    counted: [...set.definitions.keys()],
    problems: problemsOf(set).map(({ file, object, field, message }) =>
      [file, object, field, message.split('\n')[0]].join(' | '),
    ),
  }
}
const sound = (targets: Readonly<Record<string, string>>) => ({
  targets,
  counted: Object.keys(targets),
  problems: [],
})

describe('a file of the folder', () => {
  it('is in force when it is added, when it is changed, and no longer when it is removed', () => {
    expect([texts.changed, texts.changed]).toEqual([false, false])
    write('pay.yaml', slo('pay'))
    expect([texts.changed, texts.changed]).toEqual([true, false])
    expect(inForce()).toEqual(sound({ pay: '0.99' }))
    write('cart.yml', slo('cart'))
    write('notes.txt', 'no objective')
    expect(texts.changed).toBe(true)
    expect(inForce()).toEqual(sound({ cart: '0.99', pay: '0.99' }))
    write('pay.yaml', slo('pay', '0.995'))
    expect(texts.changed).toBe(true)
    expect(inForce()).toEqual(sound({ cart: '0.99', pay: '0.995' }))
    rmSync(join(slos(), 'pay.yaml'))
    expect(texts.changed).toBe(true)
    expect(inForce()).toEqual(sound({ cart: '0.99' }))
  })

  it('with a fault is told of by file and field, and keeps what it said before, over a restart too', () => {
    write('pay.yaml', slo('pay'))
    inForce()
    write('pay.yaml', slo('pay', '1.5'))
    const fault =
      'pay.yaml | SLO/pay | spec.objectives[0].target | expected a decimal above 0 and below 1, such as 0.999, got 1.5'
    expect(inForce()).toEqual({ ...sound({ pay: '0.99' }), problems: [fault] })
    catalogue.close()
    open()
    expect(inForce()).toEqual({ ...sound({ pay: '0.99' }), problems: [fault] })
    write('pay.yaml', slo('pay', '0.9'))
    expect(inForce()).toEqual(sound({ pay: '0.9' }))
  })

  it('that is no YAML names the line, and keeps what it said before', () => {
    write('pay.yaml', slo('pay'))
    write('cart.yaml', slo('cart'))
    inForce()
    write('pay.yaml', slo('pay').replace('7d, isRolling: true }]', '7d'))
    const { problems, ...rest } = inForce()
    expect(rest).toMatchObject({ targets: { cart: '0.99', pay: '0.99' } })
    expect(problems).toHaveLength(1)
    expect(problems[0]).toMatch(/^pay\.yaml \| document 1 \|  \| .* at line 11, column \d+/)
  })

  it('that was never sound is told of, and what is sound in it counts', () => {
    write('all.yaml', `${slo('pay', '2')}---\n${slo('cart')}`)
    expect(inForce()).toMatchObject({
      targets: { cart: '0.99' },
      problems: [expect.stringMatching(/^all\.yaml \| SLO\/pay \| spec\.objectives\[0\]\.target/)],
    })
  })

  it('that takes the name of another is told of; the one that had it first keeps it', () => {
    write('a.yaml', slo('pay'))
    write('b.yaml', slo('pay', '0.5'))
    const clash = 'metadata.name | another document of this kind has the same name'
    expect(inForce()).toEqual({ ...sound({ pay: '0.99' }), problems: [`b.yaml | SLO/pay | ${clash}`] })
    rmSync(join(slos(), 'a.yaml'))
    expect(inForce()).toEqual(sound({ pay: '0.5' }))
  })

  it('is not lost with a folder that cannot be read for a while', () => {
    write('pay.yaml', slo('pay'))
    inForce()
    renameSync(slos(), `${slos()}.away`)
    expect(texts.changed).toBe(true)
    expect(inForce()).toEqual({
      ...sound({ pay: '0.99' }),
      problems: ['slos | slos |  | cannot be read: ENOENT'],
    })
    renameSync(`${slos()}.away`, slos())
    expect(texts.changed).toBe(true)
    expect(inForce()).toEqual(sound({ pay: '0.99' }))
  })
})

it('an SLO that came by the API stands beside the files, and gives way to one of its name', () => {
  catalogue.run('putSlo', 'api', slo('api'))
  expect(inForce()).toEqual(sound({ api: '0.99' }))
  write('api.yaml', slo('api', '0.9'))
  expect(inForce()).toMatchObject({
    targets: { api: '0.9' },
    problems: [expect.stringMatching(/^ \| SLO\/api \| metadata\.name/)],
  })
})
