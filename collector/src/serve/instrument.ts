/** The one shell line that instruments a service against a collector. */

/** Where agents send unless told otherwise. */
const DEFAULT_URLS = ['http://127.0.0.1:4318', 'http://localhost:4318', 'http://[::1]:4318']

/** @param url  where the collector listens, e.g. `http://127.0.0.1:4318` */
export function instrumentLine(url: string): string {
  const reachable = url.replace('//0.0.0.0', '//127.0.0.1').replace('//[::]', '//[::1]')
  const endpoint = DEFAULT_URLS.includes(reachable) ? '' : `HODOSCOPE_URL=${reachable} `
  return `${endpoint}node --require @hodoscope/agent app.js`
}
