/**
 * The reference: protobufjs decodes the payload into objects, by the code that it generates for
 * the schema. Prints CPU seconds (all threads, so with garbage collection) per million records.
 *
 * Usage: node reference.ts '{"kind":"spans","records":1000000,"seed":1,"perRequest":512}'
 */
import type { ReferenceOptions } from './harness/reference.ts'
import { otlpTypes } from './otlp-types.ts'
import { logRequests, spanRequests } from './payload/payload.ts'

const { kind, records, seed, perRequest } = JSON.parse(process.argv[2]!) as ReferenceOptions
const type = kind === 'spans' ? otlpTypes().traces : otlpTypes().logs
const requests =
  kind === 'spans'
    ? spanRequests({ seed, perRequest, spans: records })
    : logRequests({ seed, perRequest, logs: records })
const bodies = [...requests].map(request => request.body)

const before = process.cpuUsage()
for (const body of bodies) type.decode(body)
const used = process.cpuUsage(before)

const cpuSecondsPerMillion = (used.user + used.system) / records
console.log(JSON.stringify({ cpuSecondsPerMillion }))
