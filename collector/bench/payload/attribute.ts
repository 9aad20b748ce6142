/**
 * Attributes of the payload. What is the same on every span is encoded once and copied from then on.
 *
 * Source: opentelemetry-proto, common.proto, KeyValue and AnyValue.
 */
import { ProtobufWriter } from './protobuf-writer.ts'

export interface Attribute {
  readonly key: string
  /** A number is a whole one: it travels as int64. */
  readonly value: string | number
  /** The content of its KeyValue message, where it is known beforehand. */
  readonly encoded?: Uint8Array
}

/** An attribute that occurs often with this very value. */
export function constant(key: string, value: string | number): Attribute {
  const writer = new ProtobufWriter()
  writeContent(writer, key, value)
  return { key, value, encoded: writer.take() }
}

/** Writes a KeyValue under a tag of one byte. */
export function writeAttribute(writer: ProtobufWriter, tag: number, attribute: Attribute): void {
  const opened = writer.open(tag)
  if (attribute.encoded) writer.raw(attribute.encoded)
  else writeContent(writer, attribute.key, attribute.value)
  writer.close(opened)
}

function writeContent(writer: ProtobufWriter, key: string, value: string | number): void {
  writer.text(0x0a, key)
  const opened = writer.open(0x12)
  if (typeof value === 'string') writer.text(0x0a, value)
  else writer.varint(0x18, value)
  writer.close(opened)
}

/** OTLP/JSON: int64 is a string. */
export function attributeJson({ key, value }: Attribute): unknown {
  return { key, value: typeof value === 'string' ? { stringValue: value } : { intValue: String(value) } }
}
