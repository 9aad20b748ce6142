/** What a test file shows, for the support table: `support-table.ts` reads the calls out of the files. */
export interface Declaration {
  /** As `src/libraries/index.ts` names it. */
  readonly library: string
  /** What the agent does with it, for a person. */
  readonly seen: string
  /** The server behind it in the test; `the wire` where the answers are scripted because Debian has none. */
  readonly against?: 'PostgreSQL' | 'MariaDB' | 'Redis' | 'RabbitMQ' | 'the wire'
}

/** One to a line of its own, as a literal. */
export function declares(declaration: Declaration): void {
  if (declaration.library === '') throw new Error('a declaration names no library')
}
