/**
 * Which names a request may call us by.
 *
 * A page anywhere in the web can point a name of its own at 127.0.0.1 and then talk to whatever
 * listens there as its own origin (DNS rebinding). It cannot choose what the browser writes in
 * `Host`: so only names of the loopback, the name listened on, and names that somebody configured
 * are answered. The port does not matter: forwarded ports differ, and a rebound page keeps its name.
 */
const LOOPBACK = ['localhost', '127.0.0.1', '::1']
const ANY = ['0.0.0.0', '::', '']

/** @returns whether a `Host` header is one of ours */
export function hostCheck(
  listenHost: string,
  allowed: readonly string[],
): (host: string | undefined) => boolean {
  const names = new Set([...LOOPBACK, ...allowed.map(name => name.toLowerCase())])
  if (!ANY.includes(listenHost)) names.add(listenHost.toLowerCase())
  return host => {
    const name = hostName(host ?? '')
    return name !== undefined && names.has(name)
  }
}

/** `[::1]:4318` → `::1`; undefined where the header is no host. */
function hostName(header: string): string | undefined {
  const match = /^(?:\[([\da-f:.]+)\]|([\w.-]+))(?::\d{1,5})?$/i.exec(header)
  return (match?.[1] ?? match?.[2])?.toLowerCase()
}

/** Whether anybody but this machine can reach what listens there. */
export const isLoopback = (listenHost: string): boolean =>
  LOOPBACK.includes(listenHost) || /^127(\.\d+){3}$/.test(listenHost)
