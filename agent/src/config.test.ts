import { describe, expect, it } from 'vitest'
import { readConfig } from './config.ts'

const read = (env: Record<string, string>) => readConfig(env, undefined)

describe('where the signals go', () => {
  it.each([
    ['by default to this machine', {}, 'http://127.0.0.1:4318/v1/traces', 'http://127.0.0.1:4318/v1/logs'],
    ['by HODOSCOPE_URL', { HODOSCOPE_URL: 'http://c:1/' }, 'http://c:1/v1/traces', 'http://c:1/v1/logs'],
    [
      'by OTEL_EXPORTER_OTLP_ENDPOINT, below its path',
      { OTEL_EXPORTER_OTLP_ENDPOINT: 'https://c/otlp' },
      'https://c/otlp/v1/traces',
      'https://c/otlp/v1/logs',
    ],
    [
      'by an endpoint for one signal, as it is',
      { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://t/x' },
      'http://t/x',
      'http://127.0.0.1:4318/v1/logs',
    ],
    [
      'by HODOSCOPE_URL before all others',
      {
        HODOSCOPE_URL: 'http://h',
        OTEL_EXPORTER_OTLP_ENDPOINT: 'http://o',
        OTEL_EXPORTER_OTLP_LOGS_ENDPOINT: 'http://l',
      },
      'http://h/v1/traces',
      'http://h/v1/logs',
    ],
  ])('%s', (_name, env, traces, logs) => {
    const config = read(env)
    expect([config.traces.url, config.logs.url]).toEqual([traces, logs])
  })

  it('is told without the credentials in it', () => {
    expect(read({ HODOSCOPE_URL: 'https://ann:secret@c:1' }).destination).toBe('https://c:1')
  })

  it('falls back from what is no URL, and says so', () => {
    const config = read({ HODOSCOPE_URL: 'localhost:4318' })
    expect(config.traces.url).toBe('http://127.0.0.1:4318/v1/traces')
    expect(config.remarks).toEqual([
      'HODOSCOPE_URL is not an http(s) URL: "localhost:4318"; using http://127.0.0.1:4318',
    ])
  })
})

describe('what cannot be given is named', () => {
  it.each([
    [
      { OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' },
      'OTEL_EXPORTER_OTLP_PROTOCOL=grpc is not in this agent; sending http/json',
    ],
    [{ OTEL_TRACES_EXPORTER: 'zipkin' }, 'OTEL_TRACES_EXPORTER=zipkin is not in this agent; using otlp'],
  ])('%o', (env, remark) => {
    expect(read(env as Record<string, string>).remarks).toEqual([remark])
  })

  it('and nothing else is', () => {
    expect(read({ OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json', OTEL_TRACES_EXPORTER: 'otlp' }).remarks).toEqual(
      [],
    )
  })
})

describe('switches', () => {
  it('none switches a signal off', () => {
    const config = read({ OTEL_TRACES_EXPORTER: 'none' })
    expect([config.traces.enabled, config.logs.enabled]).toEqual([false, true])
  })

  it('OTEL_SDK_DISABLED switches all off, in any case', () => {
    expect(read({ OTEL_SDK_DISABLED: 'True' }).enabled).toBe(false)
    expect(read({ OTEL_SDK_DISABLED: 'no' }).enabled).toBe(true)
  })

  it('delays and batch sizes are the specification’s variables, unless they are no numbers', () => {
    const { traces, logs } = read({
      OTEL_BSP_SCHEDULE_DELAY: '100',
      OTEL_BSP_MAX_EXPORT_BATCH_SIZE: '64',
      OTEL_BLRP_SCHEDULE_DELAY: 'soon',
    })
    expect([traces.delayMillis, traces.maxBatchItems]).toEqual([100, 64])
    expect([logs.delayMillis, logs.maxBatchItems]).toEqual([500, 512])
  })
})

describe('the exporter’s variables, of all signals and of one', () => {
  const ALL = 'OTEL_EXPORTER_OTLP_'
  const ONE = 'OTEL_EXPORTER_OTLP_LOGS_'

  it.each([
    ['no headers', {}, { headers: {} }],
    [
      'headers',
      { [`${ALL}HEADERS`]: 'X-Tenant=a, b = c%20d,nonsense' },
      { headers: { 'x-tenant': 'a', b: 'c d' } },
    ],
    [
      'headers of one beside those of all',
      { [`${ALL}HEADERS`]: 'a=1,b=1', [`${ONE}HEADERS`]: 'b=2' },
      { headers: { a: '1', b: '2' } },
    ],
    [
      'HODOSCOPE_TOKEN before a header',
      { [`${ALL}HEADERS`]: 'authorization=x', HODOSCOPE_TOKEN: ' t ' },
      { headers: { authorization: 'Bearer t' } },
    ],
    ['no compression', {}, { gzip: false }],
    ['compression', { [`${ALL}COMPRESSION`]: 'gzip' }, { gzip: true }],
    [
      'compression of one off',
      { [`${ALL}COMPRESSION`]: 'gzip', [`${ONE}COMPRESSION`]: 'none' },
      { gzip: false },
    ],
    ['the usual time-out', { [`${ALL}TIMEOUT`]: 'soon' }, { timeoutMillis: 10_000 }],
    ['a time-out', { [`${ALL}TIMEOUT`]: '500', [`${ONE}TIMEOUT`]: '700' }, { timeoutMillis: 700 }],
    [
      'certificates',
      { [`${ALL}CERTIFICATE`]: '/ca', [`${ONE}CLIENT_CERTIFICATE`]: '/cert', [`${ALL}CLIENT_KEY`]: '/key' },
      { tls: { ca: '/ca', cert: '/cert', key: '/key' } },
    ],
    ['a signal that is off', { OTEL_LOGS_EXPORTER: 'none' }, { enabled: false }],
  ])('%s', (_name, env, expected) => {
    expect(read(env as Record<string, string>).logs).toMatchObject(expected)
  })

  it.each([
    [
      { OTEL_METRICS_EXPORTER: 'prometheus' },
      'OTEL_METRICS_EXPORTER=prometheus is not in this agent; using otlp',
    ],
    [{ OTEL_LOGS_EXPORTER: 'console' }, 'OTEL_LOGS_EXPORTER=console is not in this agent; using otlp'],
    [
      { OTEL_EXPORTER_OTLP_METRICS_PROTOCOL: 'http/protobuf' },
      'OTEL_EXPORTER_OTLP_METRICS_PROTOCOL=http/protobuf is not in this agent; sending http/json',
    ],
    [
      { OTEL_EXPORTER_OTLP_COMPRESSION: 'zstd' },
      'OTEL_EXPORTER_OTLP_COMPRESSION=zstd is not in this agent; sending uncompressed',
    ],
    [
      { OTEL_CONFIG_FILE: 'otel.yaml' },
      'OTEL_CONFIG_FILE is not read by this agent; the other OTEL_ variables are',
    ],
  ])('what is not to be had is named on one line: %o', (env, remark) => {
    expect(read(env as Record<string, string>).remarks).toEqual([remark])
  })

  it.each([
    [{}, { intervalMillis: 60_000, temporality: 'cumulative' }],
    [{ OTEL_METRIC_EXPORT_INTERVAL: '5000' }, { intervalMillis: 5000 }],
    [{ OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE: 'Delta' }, { temporality: 'delta' }],
    [{ OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE: 'lowmemory' }, { temporality: 'lowmemory' }],
  ])('metrics by %o', (env, expected) => {
    expect(read(env as Record<string, string>).metrics).toMatchObject(expected)
  })
})
