/** What tokens are good for. */

export const SCOPES = ['ingest', 'viewer', 'editor', 'admin'] as const
export type Scope = (typeof SCOPES)[number]

/** What a request wants to do. */
export type Deed = 'send' | 'read' | 'change'

const MAY: Readonly<Record<Scope, readonly Deed[]>> = {
  ingest: ['send'],
  viewer: ['read'],
  editor: ['read', 'change'],
  admin: ['send', 'read', 'change'],
}

export const may = (scope: Scope, deed: Deed): boolean => MAY[scope].includes(deed)

export const isScope = (text: string): text is Scope => (SCOPES as readonly string[]).includes(text)
