/**
 * SQL lives in `.sql` files beside the module that runs it, one named statement after another:
 *
 *   -- name: insertRecord
 *   insert into record …
 *
 * `loadSql` fails at start on a statement that is missing, doubled, unnamed or not asked for.
 */
import { readFileSync } from 'node:fs'

export function loadSql<Name extends string>(
  file: URL,
  names: readonly Name[],
): Readonly<Record<Name, string>> {
  const [head, ...sections] = readFileSync(file, 'utf8').split(/^-- name: /m)
  const where = file.pathname.split('/').at(-1)!
  if (head!.replaceAll(/^--.*$/gm, '').trim() !== '') throw new Error(`${where}: SQL before the first name`)
  const found = new Map<string, string>()
  for (const section of sections) {
    const name = section.slice(0, section.indexOf('\n')).trim()
    if (found.has(name)) throw new Error(`${where}: statement ${name} stands twice`)
    found.set(name, section.slice(section.indexOf('\n') + 1).trim())
  }
  const asked: ReadonlySet<string> = new Set(names)
  for (const name of found.keys())
    if (!asked.has(name)) throw new Error(`${where}: nobody runs statement ${name}`)
  for (const name of names) if (!found.has(name)) throw new Error(`${where}: statement ${name} is missing`)
  return Object.fromEntries(found) as Record<Name, string>
}
