/** Notes whatever a page should never do: break the content security policy, throw, ask another host. */
import type { Page } from 'playwright-core'

declare global {
  interface Window {
    policyViolations?: string[]
  }
}

/** Call before going anywhere. @returns a function that tells what was noted so far */
export async function watchPage(page: Page, origin: string): Promise<() => Promise<string[]>> {
  const noted: string[] = []
  page.on('pageerror', error => noted.push(`threw ${error.message}`))
  page.on('request', request => {
    if (!request.url().startsWith(`${origin}/`)) noted.push(`asked ${request.url()}`)
  })
  await page.addInitScript(() => {
    const violations: string[] = []
    window.policyViolations = violations
    document.addEventListener('securitypolicyviolation', event =>
      violations.push(`broke the policy: ${event.violatedDirective} ${event.blockedURI}`),
    )
  })
  return async () => [...noted, ...(await page.evaluate(() => window.policyViolations ?? []))]
}
