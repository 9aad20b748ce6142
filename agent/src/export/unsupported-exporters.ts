/**
 * Stands in the bundle for the exporters that it leaves out (OTLP/gRPC and Zipkin; 400 kB of grpc-js and
 * protobufjs). The agent names its own processors, so nothing constructs these; `config` tells the user
 * when a variable asks for one.
 */
function UnsupportedExporter(): never {
  throw new Error('this exporter is not part of @hodoscope/agent; it sends OTLP/JSON over HTTP')
}

export {
  UnsupportedExporter as OTLPLogExporter,
  UnsupportedExporter as OTLPMetricExporter,
  UnsupportedExporter as OTLPTraceExporter,
  UnsupportedExporter as ZipkinExporter,
}
