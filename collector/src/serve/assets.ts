/**
 * The UI's files, read into memory once and served from there by exact path: no request path ever
 * reaches the file system, so there is nothing to traverse.
 */
import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { extname, join, relative, sep } from 'node:path'
import { accepts } from './encoding.ts'

export interface Asset {
  readonly type: string
  readonly body: Buffer<ArrayBuffer>
  readonly etag: string
  readonly cacheControl: string
  readonly packed: ReadonlyMap<'br' | 'gzip', Buffer<ArrayBuffer>>
}

/** By URL path: `/index.html`, `/assets/app-D3adB33f.js`. */
export type Assets = ReadonlyMap<string, Asset>

const TYPES = new Map([
  ['.html', 'text/html; charset=utf-8'],
  ['.js', 'text/javascript; charset=utf-8'],
  ['.css', 'text/css; charset=utf-8'],
  ['.svg', 'image/svg+xml'],
  ['.png', 'image/png'],
  ['.ico', 'image/x-icon'],
  ['.json', 'application/json; charset=utf-8'],
  ['.webmanifest', 'application/manifest+json'],
  ['.woff2', 'font/woff2'],
  ['.txt', 'text/plain; charset=utf-8'],
])
/** Paths that end so mean a file: absent, they are not found rather than a page. */
const FILE_TYPES = new Set([...TYPES.keys(), '.map', '.php', '.xml'])

const PACKED = [
  ['br', '.br'],
  ['gzip', '.gz'],
] as const

/** Reads a folder; an absent one is no assets. Only plain files of known types; links are not followed. */
export async function loadAssets(folder: string): Promise<Assets> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return []
      throw error
    },
  )
  const files = new Set(
    entries.filter(e => e.isFile()).map(e => relative(folder, join(e.parentPath, e.name))),
  )
  const assets = new Map<string, Asset>()
  for (const file of files) {
    const type = TYPES.get(extname(file))
    if (type !== undefined)
      assets.set(`/${file.split(sep).join('/')}`, await readAsset(folder, file, type, files))
  }
  return assets
}

async function readAsset(
  folder: string,
  file: string,
  type: string,
  files: ReadonlySet<string>,
): Promise<Asset> {
  const body = await readFile(join(folder, file))
  const packed = new Map<'br' | 'gzip', Buffer<ArrayBuffer>>()
  for (const [encoding, suffix] of PACKED)
    if (files.has(file + suffix)) packed.set(encoding, await readFile(join(folder, file + suffix)))
  return {
    type,
    body,
    etag: `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`,
    cacheControl: hashed(file) ? 'public, max-age=31536000, immutable' : 'no-cache',
    packed,
  }
}

/** A name that changes with the content, as the build gives: `app-D3adB33f.js`. */
const hashed = (file: string): boolean => /-[\w-]{8}\.\w+$/.test(file)

export function assetResponse(asset: Asset, request: Headers): Response {
  const headers = {
    'Cache-Control': asset.cacheControl,
    ETag: asset.etag,
    Vary: 'Accept-Encoding',
  }
  if (request.get('if-none-match')?.includes(asset.etag)) return new Response(null, { status: 304, headers })
  const typed = { ...headers, 'Content-Type': asset.type }
  for (const [encoding, body] of asset.packed)
    if (accepts(request.get('accept-encoding'), encoding))
      return new Response(body, { headers: { ...typed, 'Content-Encoding': encoding } })
  return new Response(asset.body, { headers: typed })
}

/** A page that shows what carries an id; the id may hold anything. */
const ID_PAGE = /^\/ids\/[^/]+$/
const TRICKS = /%2e|%2f|%5c|%00|\/\/|\/\.|\\|;/i

/** Whether a path (as it was sent) that is no asset may be a page of the UI; a file or a trick is not. */
export const isPagePath = (path: string): boolean =>
  ID_PAGE.test(path) || (!TRICKS.test(path) && !FILE_TYPES.has(extname(path)))
