/** A request as it goes to another thread: nothing but data. */
export interface LastRequest {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly tls: { readonly ca?: Buffer; readonly cert?: Buffer; readonly key?: Buffer }
  readonly body: string
}
