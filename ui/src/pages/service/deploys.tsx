/** The last deploys of a service, each a way to what came with it. */
import type { ServiceAnswer } from '../../../../collector/src/serve/api-types.ts'
import { exactInstant } from '../../lib/clock.ts'
import { deployPath } from '../../lib/routes.ts'
import { link } from '../../state/location.ts'
import { ago } from '../errors/words.ts'

const MOST = 6

export const Deploys = ({ service, deploys }: Pick<ServiceAnswer, 'service' | 'deploys'>) => (
  <section aria-labelledby="deploys-title">
    <h2 id="deploys-title">Deploys</h2>
    {deploys.length === 0 && <p class="muted">No version has replaced another.</p>}
    {deploys.length > 0 && (
      <table class="deploys">
        <tbody>
          {deploys
            .slice(-MOST)
            .toReversed()
            .map(({ version, timeUnixNano }) => (
              <tr key={version}>
                <td class="mono" title={version}>
                  <a class="link" href={link(deployPath(service, version))}>
                    {version}
                  </a>
                </td>
                <td class="number" title={exactInstant(timeUnixNano)}>
                  {ago(timeUnixNano)}
                </td>
              </tr>
            ))}
        </tbody>
      </table>
    )}
  </section>
)
