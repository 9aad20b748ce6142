/** A service: its dot, and its name beside it. */
import { serviceColor } from '../lib/hue.ts'

export const Dot = ({ service }: { service: string }) => (
  <i class="dot" style={{ background: serviceColor(service) }} aria-hidden="true" />
)

export const Service = ({ name }: { name: string }) => (
  <span class="service" title={name}>
    <Dot service={name} />
    <span class="clip">{name}</span>
  </span>
)
