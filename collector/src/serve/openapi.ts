/**
 * The API's description in OpenAPI 3.1, made from the table of endpoints and the schemas of
 * parameters and answers: nothing in it is written twice.
 */
import { z } from 'zod'
import { SessionBody } from './session.ts'
import * as answers from './answers/index.ts'
import * as deskAnswers from './desk-answers.ts'
import { BAD_EVENTS_PATH, badEventsParameters, DESK_ENDPOINTS } from './desk-endpoints.ts'
import { ENDPOINTS, TAILS, type Endpoint, type TailEndpoint } from './endpoints.ts'
import { PIN_PARAMETERS, PinBody } from './pins.ts'

type Json = Record<string, unknown>

const failures = (...codes: readonly number[]): Json =>
  Object.fromEntries(codes.map(code => [code, { $ref: '#/components/responses/Error' }]))

export function openApi(version: string): Json {
  const paths = ENDPOINTS.map(endpoint => [endpoint.path, { get: operation(endpoint) }])
  const tails = TAILS.map(endpoint => [endpoint.path, { get: tailOperation(endpoint) }])
  return {
    openapi: '3.1.0',
    info: {
      title: 'Hodoscope',
      version,
      description:
        'Times named `…UnixNano` are decimal strings, lengths named `…Nano` numbers; ids are lower-case hex.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/' }],
    paths: { ...Object.fromEntries(paths), ...Object.fromEntries(tails), ...deskPaths(), ...PLAIN_PATHS },
    components: {
      schemas: componentSchemas(),
      responses: {
        Error: { description: 'What is wrong and what to do about it.', content: json('ErrorAnswer') },
      },
    },
  }
}

function operation(endpoint: Endpoint): Json {
  return {
    operationId: endpoint.operation,
    summary: endpoint.summary,
    parameters: parameters(endpoint),
    responses: {
      200: { description: endpoint.summary, content: { ...json(endpoint.answer), ...lines(endpoint) } },
      ...failures(400, 404, 421, 429, 503, 504),
    },
  }
}

/** One path may take several methods. */
function deskPaths(): Json {
  const paths: Record<string, Json> = {
    [BAD_EVENTS_PATH]: {
      get: {
        operationId: 'getSloBadEvents',
        summary: 'The requests that burned the budget in a range, and what sets them apart',
        parameters: parameters({ parameters: badEventsParameters, inPath: ['name'] }),
        responses: {
          200: { description: 'Bad events', content: json('BadEventsAnswer') },
          ...failures(400, 404, 421, 429, 503, 504),
        },
      },
    },
  }
  for (const endpoint of DESK_ENDPOINTS) {
    const body = endpoint.body && {
      requestBody: {
        required: true,
        content: { 'application/json': { schema: inputSchema(endpoint.body) } },
      },
    }
    paths[endpoint.path] = {
      ...paths[endpoint.path],
      [endpoint.method]: {
        operationId: endpoint.operation,
        summary: endpoint.summary,
        parameters: parameters(endpoint),
        ...body,
        responses: {
          200: { description: endpoint.summary, content: json(endpoint.answer) },
          ...failures(400, 403, 404, 409, 415, 421, 422, 503),
        },
      },
    }
  }
  return paths
}

function inputSchema(schema: z.ZodType): Json {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io: 'input' }) as Json
  return rest
}

function tailOperation(endpoint: TailEndpoint): Json {
  const schema = { $ref: `#/components/schemas/${endpoint.answer}` }
  return {
    operationId: endpoint.operation,
    summary: endpoint.summary,
    description:
      'The data of each event is what the schema says, its id a position: reconnecting with `Last-Event-ID` ' +
      'goes on behind it. A last event `end` with `{"code","message"}` tells why there are no more: `slow`, ' +
      '`shutting_down`, or the code of an error.',
    parameters: parameters({ ...endpoint, inPath: [] }),
    responses: {
      200: { description: endpoint.summary, content: { 'text/event-stream': { schema } } },
      ...failures(400, 421, 429, 503, 504),
    },
  }
}

function parameters(endpoint: Pick<Endpoint, 'parameters' | 'inPath'>): readonly Json[] {
  const schema = z.toJSONSchema(endpoint.parameters, { io: 'input' })
  return Object.entries(schema.properties ?? {}).map(([name, property]) => {
    const { description, ...rest } = property as Json
    const inPath = endpoint.inPath.includes(name)
    return { name, in: inPath ? 'path' : 'query', required: inPath, description, schema: rest }
  })
}

const json = (answer: string): Json => ({
  'application/json': { schema: { $ref: `#/components/schemas/${answer}` } },
})

const lines = ({ line }: Endpoint): Json =>
  line === undefined ? {} : { 'application/x-ndjson': { schema: { $ref: `#/components/schemas/${line}` } } }

/** Every answer, and what several of them share, each under its own name. */
function componentSchemas(): Json {
  const registry = z.registry<{ id: string }>()
  for (const [name, schema] of Object.entries({ ...answers, ...deskAnswers }))
    registry.add(schema, { id: name })
  const made = z.toJSONSchema(registry, { uri: id => `#/components/schemas/${id}` })
  for (const schema of Object.values(made.schemas)) {
    delete schema.$schema
    delete schema.$id
  }
  return made.schemas
}

const text = (description: string) => ({
  description,
  content: { 'text/plain': { schema: { type: 'string' } } },
})

const pinsAnswer = { 200: { description: 'The pinned traces', content: json('PinsAnswer') } }

const sessionAnswer = { 200: { description: 'The session', content: json('SessionAnswer') } }

/** Paths that no query answers. */
const PLAIN_PATHS: Json = {
  '/api/pins': {
    get: {
      operationId: 'getPins',
      summary: 'The pinned traces, the one pinned last first',
      responses: { ...pinsAnswer, ...failures(400, 421) },
    },
    post: {
      operationId: 'addPin',
      summary: 'Keeps a trace from retention until it is unpinned',
      requestBody: {
        required: true,
        content: { 'application/json': { schema: z.toJSONSchema(PinBody, { io: 'input' }) } },
      },
      responses: { ...pinsAnswer, ...failures(400, 403, 404, 409, 413, 415, 421, 429, 503, 504) },
    },
  },
  '/api/pins/{traceId}': {
    delete: {
      operationId: 'removePin',
      summary: 'Gives a trace back to retention: what of it only the pin has kept goes with it',
      parameters: parameters({ parameters: PIN_PARAMETERS, inPath: ['traceId'] }),
      responses: { ...pinsAnswer, ...failures(400, 403, 404, 415, 421, 503) },
    },
  },
  '/api/session': {
    get: {
      operationId: 'getSession',
      summary: 'Whether a token is asked for, and what the one that came is good for',
      responses: { ...sessionAnswer, ...failures(421) },
    },
    post: {
      operationId: 'signIn',
      summary: 'Begins a session with a token; its cookie stands for the token',
      requestBody: {
        required: true,
        content: { 'application/json': { schema: z.toJSONSchema(SessionBody, { io: 'input' }) } },
      },
      responses: { ...sessionAnswer, ...failures(400, 401, 403, 413, 415, 421, 429) },
    },
    delete: {
      operationId: 'signOut',
      summary: 'Ends the session of the cookie',
      responses: { ...sessionAnswer, ...failures(403, 415, 421) },
    },
  },
  '/api/status': {
    get: {
      operationId: 'getStatus',
      summary: 'Ingest, disk and retention',
      responses: { 200: { description: 'Status', content: json('StatusAnswer') }, ...failures(421, 503) },
    },
  },
  '/metrics': {
    get: {
      operationId: 'getMetrics',
      summary: "The collector's own metrics in Prometheus' text format",
      responses: { 200: text('getMetrics') },
    },
  },
  '/healthz': {
    get: {
      operationId: 'getHealthz',
      summary: 'Whether the process lives',
      responses: { 200: text('It does.') },
    },
  },
  '/readyz': {
    get: {
      operationId: 'getReadyz',
      summary: 'Whether it answers queries',
      responses: {
        200: text('It does; where it takes no telemetry at present, why.'),
        503: text('It is shutting down.'),
      },
    },
  },
}
