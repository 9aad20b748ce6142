/**
 * Builds `dist/register.cjs`: the agent and everything it stands on in one tree-shaken CommonJS file.
 *
 * The count of modules is what start-up costs, not their size: one file loads in a quarter of the time of
 * sdk-node's several hundred. Left outside are the two hook packages, whose files are imported by URL.
 * `OTLP/gRPC` and Zipkin exporters, which sdk-node's barrel pulls in, are replaced by a stub.
 */
import { build } from 'esbuild'
import { readFileSync, readdirSync, renameSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const folder = dirname(fileURLToPath(import.meta.url))
const out = join(folder, 'dist', 'register.cjs')
const stub = join(folder, 'src', 'export', 'unsupported-exporters.ts')
const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { version: string }

/**
 * Node's thread for asynchronous loader hooks runs `--require` as well, and cannot load what the bundle requires
 * first. A CommonJS module is a function, which may return.
 */
const NOT_IN_LOADER_THREADS = 'if(require("node:worker_threads").isInternalThread)return;'

/** @returns the bundled packages, as `node_modules` folders */
export async function buildAgent(): Promise<string[]> {
  const temporary = `${out}.${process.pid}`
  const result = await build({
    entryPoints: [join(folder, 'src', 'register.ts')],
    outfile: temporary,
    bundle: true,
    platform: 'node',
    target: 'node22',
    format: 'cjs',
    minify: true,
    keepNames: false,
    metafile: true,
    conditions: ['import'],
    legalComments: 'none',
    banner: {
      js: NOT_IN_LOADER_THREADS + 'const __bundleUrl=require("node:url").pathToFileURL(__filename).href;',
    },
    define: { 'import.meta.url': '__bundleUrl', HODOSCOPE_VERSION: JSON.stringify(manifest.version) },
    inject: [join(folder, 'src', 'export', 'unref-timers.ts')],
    alias: {
      '@opentelemetry/exporter-trace-otlp-grpc': stub,
      '@opentelemetry/exporter-metrics-otlp-grpc': stub,
      '@opentelemetry/exporter-logs-otlp-grpc': stub,
      '@opentelemetry/exporter-zipkin': stub,
    },
    external: ['import-in-the-middle', 'import-in-the-middle/*', 'require-in-the-middle'],
    logLevel: 'warning',
  })
  renameSync(temporary, out)
  const packages = bundledPackages(Object.keys(result.metafile.inputs))
  writeFileSync(join(folder, 'dist', 'THIRD-PARTY.txt'), notices(packages))
  return packages
}

function bundledPackages(inputs: string[]): string[] {
  const folders = new Set<string>()
  for (const input of inputs) {
    const match = /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(input)
    if (match?.[1]) folders.add(match[1])
  }
  return [...folders].sort()
}

/** What the licences of the bundled packages ask for: each text once, below the packages that it covers. */
function notices(packages: readonly string[]): string {
  const covered = new Map<string, string[]>()
  for (const path of packages) {
    const { name, version, license } = JSON.parse(readFileSync(join(path, 'package.json'), 'utf8')) as Record<
      string,
      string
    >
    const file = readdirSync(path).find(entry => /^licen[cs]e/i.test(entry))
    const text = file ? readFileSync(join(path, file), 'utf8').trim() : ''
    covered.set(text, [...(covered.get(text) ?? []), `${name} ${version} (${license})`])
  }
  return [...covered]
    .map(([text, names]) => `${'='.repeat(100)}\n${names.join('\n')}\n\n${text}\n`)
    .join('\n')
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await buildAgent()
