/** OTLP answers and google.rpc.Status, read by protobufjs. */
import protobuf from 'protobufjs'

const root = protobuf.parse(`
syntax = "proto3";
message Any { string type_url = 1; bytes value = 2; }
message Status { int32 code = 1; string message = 2; repeated Any details = 3; }
message FieldViolation { string field = 1; string description = 2; }
message BadRequest { repeated FieldViolation field_violations = 1; }
message PartialSuccess { int64 rejected = 1; string error_message = 2; }
message ExportResponse { PartialSuccess partial_success = 1; }
`).root

export interface Status {
  code: number
  message: string
  details: { fieldViolations: { field: string; description: string }[] }[]
}

/** The Status of an answer in either encoding. */
export async function statusOf(response: Response): Promise<Status> {
  if (response.headers.get('content-type') === 'application/json') {
    const sent = (await response.json()) as Omit<Status, 'details'> & Partial<Status>
    return { ...sent, details: sent.details ?? [] }
  }
  const bytes = new Uint8Array(await response.arrayBuffer())
  const type = root.lookupType('Status')
  const status = type.toObject(type.decode(bytes), { defaults: true, arrays: true }) as {
    code: number
    message: string
    details: { typeUrl: string; value: Uint8Array }[]
  }
  const badRequest = root.lookupType('BadRequest')
  const details = status.details.map(any => {
    if (any.typeUrl !== 'type.googleapis.com/google.rpc.BadRequest')
      throw new Error(`unexpected ${any.typeUrl}`)
    return badRequest.toObject(badRequest.decode(any.value)) as Status['details'][number]
  })
  return { ...status, details }
}

/** The partial success of an answer in protobuf; undefined where it has none. */
export function partialSuccessOf(bytes: Uint8Array): { rejected: string; errorMessage: string } | undefined {
  const type = root.lookupType('ExportResponse')
  const response = type.toObject(type.decode(bytes), { longs: String, defaults: true }) as {
    partialSuccess?: { rejected: string; errorMessage: string } | null
  }
  return response.partialSuccess ?? undefined
}
