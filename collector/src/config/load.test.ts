import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { ConfigError } from './error.ts'
import { parseConfigFile } from './file.ts'
import { readConfig, resolveConfig, type Sources } from './load.ts'
import { OPTIONS } from './options.ts'

const sources = (given: Partial<Sources> & { yaml?: string }): Sources => ({
  environment: {},
  flags: {},
  cwd: '/home/ada/shop',
  ...given,
  ...(given.yaml === undefined ? {} : { file: parseConfigFile('/etc/hodoscope/hodoscope.yaml', given.yaml) }),
})
const resolved = (given: Partial<Sources> & { yaml?: string } = {}) => resolveConfig(sources(given))

function faults(given: Partial<Sources> & { yaml?: string }) {
  try {
    resolved(given)
  } catch (error) {
    if (error instanceof ConfigError) return error.faults.map(f => [f.what, f.message, f.from])
    throw error
  }
  return []
}

describe('resolveConfig', () => {
  it('has a default for everything, in milliseconds and bytes', () => {
    expect(resolved()).toEqual({
      listen: { host: '127.0.0.1', port: 4318 },
      data: '/home/ada/shop/.hodoscope',
      access: { open: 'loopback', tokens: [] },
      http: { allowedHosts: [], allowedOrigins: [], maxBodyBytes: 67_108_864 },
      storage: { retention: 604_800_000, maxBytes: 10_000_000_000 },
      metrics: { resourceLabels: [], maxSeriesPerMetric: 100_000 },
      query: { threads: 2, maxWaiting: 32, timeout: 30_000 },
      slos: { folder: '' },
      rules: { files: [] },
      alerts: { receivers: [], routes: [], allowedAddresses: [], externalUrl: '', heartbeatUrl: '' },
    })
  })

  it('takes lists of receivers as YAML and as JSON, and says what they must be', () => {
    const yaml =
      'slos: { folder: slos }\nalerts: { receivers: [{ name: a }], allowedAddresses: [10.0.0.1] }\n'
    const { alerts, slos } = resolved({ yaml })
    expect(alerts.receivers).toEqual([{ name: 'a' }])
    expect(alerts.allowedAddresses).toEqual(['10.0.0.1'])
    expect(slos.folder).toMatch(/^\/.*\/slos$/)
    const environment = { HODOSCOPE_ALERTS_RECEIVERS: '[{"name":"b"}]' }
    expect(resolved({ yaml, environment }).alerts.receivers).toEqual([{ name: 'b' }])
    expect(() => resolved({ yaml: 'alerts: { receivers: hook }' })).toThrow('expected a list of receivers')
  })

  it('takes file, then environment, then flags', () => {
    const yaml = 'listen: 10.0.0.1:1\nquery:\n  threads: 3\n  timeout: 5s\nstorage: { retention: 1d }\n'
    const environment = { HODOSCOPE_LISTEN: '10.0.0.2:2', HODOSCOPE_QUERY_THREADS: '4' }
    const config = resolved({ yaml, environment, flags: { listen: '[::1]:0' } })
    expect(config.listen).toEqual({ host: '::1', port: 0 })
    expect(config.query).toEqual({ threads: 4, maxWaiting: 32, timeout: 5_000 })
    expect(config.storage.retention).toBe(86_400_000)
  })

  it('reads a list from YAML and from a variable', () => {
    expect(resolved({ yaml: 'http: { allowedHosts: [Collector] }' }).http.allowedHosts).toEqual(['collector'])
    const environment = { HODOSCOPE_HTTP_ALLOWED_HOSTS: 'collector, obs.example' }
    expect(resolved({ environment }).http.allowedHosts).toEqual(['collector', 'obs.example'])
  })

  it('takes a relative data folder from the folder of the file, or from the working folder', () => {
    expect(resolved({ yaml: 'data: store' }).data).toBe('/etc/hodoscope/store')
    expect(resolved({ yaml: 'data: store', flags: { data: 'here' } }).data).toBe('/home/ada/shop/here')
  })

  it('freezes to the leaves', () => {
    const config = resolved()
    expect(Object.isFrozen(config)).toBe(true)
    expect(Object.isFrozen(config.http.allowedHosts)).toBe(true)
  })

  it('tells all faults at once, each with its place and what would do', () => {
    const yaml = [
      'storage:',
      '  retention: 6 hours',
      '  maxBytes: lots',
      'recieve: 1',
      'maxBodyBytes: 1MiB',
      'http: 3',
    ].join('\n')
    const environment = { HODOSCOPE_QUERY_THREADS: '0', HODOSCOPE_LISTNE: 'x', HODOSCOPE_FIXTURES: '/f' }
    expect(faults({ yaml, environment, flags: { listen: ':4318' } })).toEqual([
      ['HODOSCOPE_LISTNE', 'unknown variable; did you mean "HODOSCOPE_LISTEN"?', 'environment'],
      ['listen', 'expected an address such as "127.0.0.1:4318", got ":4318"', '--listen'],
      ['http', 'expected options, indented below it', 'hodoscope.yaml:6:1'],
      [
        'storage.retention',
        'expected a duration of at least 1h, such as "6h", got "6 hours"',
        'hodoscope.yaml:2:3',
      ],
      [
        'storage.maxBytes',
        'expected a size of at least 64MiB, such as "10GB", got "lots"',
        'hodoscope.yaml:3:3',
      ],
      ['query.threads', 'expected a whole number from 1 to 64, got "0"', 'HODOSCOPE_QUERY_THREADS'],
      ['recieve', 'unknown option', 'hodoscope.yaml:4:1'],
      ['maxBodyBytes', 'unknown option; did you mean "http.maxBodyBytes"?', 'hodoscope.yaml:5:1'],
    ])
  })

  it('tells a file that is no YAML, and a key that stands twice, by line and column', () => {
    expect(faults({ yaml: 'a: [1\nb: 2' })[0]![2]).toMatch(/^hodoscope\.yaml:\d:\d$/)
    expect(faults({ yaml: 'data: a\ndata: b' })).toEqual([
      ['file', 'Map keys must be unique', 'hodoscope.yaml:2:1'],
    ])
  })

  it('takes hostile keys as unknown options', () => {
    expect(faults({ yaml: '__proto__: { polluted: 1 }\nconstructor: 2' }).map(f => f[0])).toEqual([
      '__proto__',
      'constructor',
    ])
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined()
  })

  it('describes every option, for --help and the README', () => {
    expect(OPTIONS.map(o => [o.name, o.environment, o.default])).toContainEqual([
      'http.maxBodyBytes',
      'HODOSCOPE_HTTP_MAX_BODY_BYTES',
      '64MiB',
    ])
    expect(OPTIONS.filter(o => o.description === '')).toEqual([])
  })
})

describe('readConfig', () => {
  async function folder() {
    const cwd = await mkdtemp(join(tmpdir(), 'hodoscope-config-'))
    onTestFinished(() => rm(cwd, { recursive: true }))
    return cwd
  }

  it('finds hodoscope.yaml beside the data folder', async () => {
    const cwd = await folder()
    await writeFile(join(cwd, 'hodoscope.yaml'), 'listen: 127.0.0.1:9\n')
    const config = await readConfig({ environment: {}, flags: { data: './data' }, cwd })
    expect(config.listen.port).toBe(9)
    expect(config.data).toBe(join(cwd, 'data'))
  })

  it('does without one, unless it was asked for by name', async () => {
    const cwd = await folder()
    expect((await readConfig({ environment: {}, flags: {}, cwd })).listen.port).toBe(4318)
    await expect(readConfig({ environment: {}, flags: {}, cwd }, 'my.yaml')).rejects.toThrow(
      'configuration: 1 fault\n  file  cannot be read: ENOENT  (my.yaml)',
    )
  })
})
