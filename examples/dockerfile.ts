/**
 * A Dockerfile read as stages, as far as ours goes: what a stage inherits is written out.
 *
 * Source: https://docs.docker.com/reference/dockerfile/
 */
export interface Stage {
  /** COPY and RUN with their arguments, in order, those of the stages below it first. */
  readonly steps: readonly Step[]
  readonly environment: Readonly<Record<string, string>>
  readonly user: string
  readonly volumes: readonly string[]
  readonly command: readonly string[]
}

export type Step =
  | { readonly instruction: 'COPY'; readonly sources: readonly string[]; readonly destination: string }
  | { readonly instruction: 'RUN'; readonly script: string }

const NOTHING: Stage = { steps: [], environment: {}, user: 'root', volumes: [], command: [] }

/** @throws Error on an instruction that is not known here */
export function parseDockerfile(text: string): ReadonlyMap<string, Stage> {
  const stages = new Map<string, Stage>()
  let current = ''
  for (const line of text.split('\n').map(line => line.trim())) {
    if (line === '' || line.startsWith('#')) continue
    const [, instruction = '', rest = ''] = /^(\w+)\s+(.*)$/.exec(line) ?? []
    if (instruction === 'FROM') {
      const [base = '', , name = ''] = rest.split(/\s+/)
      current = name
      stages.set(current, stages.get(base) ?? NOTHING)
    } else {
      const stage = stages.get(current) ?? NOTHING
      stages.set(current, { ...stage, ...apply(stage, instruction, rest) })
    }
  }
  return stages
}

function apply(stage: Stage, instruction: string, rest: string): Partial<Stage> {
  const words = rest.split(/\s+/)
  switch (instruction) {
    case 'RUN':
      return { steps: [...stage.steps, { instruction, script: rest }] }
    case 'COPY': {
      const paths = words.filter(word => !word.startsWith('--'))
      const step: Step = { instruction, sources: paths.slice(0, -1), destination: paths.at(-1)! }
      return { steps: [...stage.steps, step] }
    }
    case 'ENV':
      return {
        environment: { ...stage.environment, ...Object.fromEntries(words.map(word => word.split('=', 2))) },
      }
    case 'USER':
      return { user: rest }
    case 'VOLUME':
      return { volumes: [...stage.volumes, rest] }
    case 'CMD':
      return { command: JSON.parse(rest) as string[] }
    case 'WORKDIR':
    case 'EXPOSE':
      return {}
    default:
      throw new Error(`the Dockerfile uses ${instruction}, which nobody has taught this reader`)
  }
}
