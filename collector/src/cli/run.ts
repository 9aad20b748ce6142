/**
 * The command line. What is heavy is imported by the command that needs it, so that `--help` and
 * `--version` answer at once.
 */
import { Command } from 'commander'
import { didYouMean } from '../config/suggest.ts'
import { version } from './version.ts'

interface GlobalOptions {
  readonly config?: string
  readonly data?: string
  readonly listen?: string
}

const EXAMPLES = `
Examples:
  hodoscope                                     UI and OTLP on http://127.0.0.1:4318, data in ./.hodoscope
  hodoscope --data /var/lib/hodoscope --listen 0.0.0.0:4318
  hodoscope check --config hodoscope.yaml       tell every fault of a configuration
  hodoscope token add agents --scope ingest     make a token, where others can reach the collector
  hodoscope backup /backups/monday              copy the data folder, also while it is in use
  hodoscope restore /backups/monday --data new  make a data folder of a backup`

/** @param args  as in `process.argv.slice(2)` @returns when the command has begun its work */
export async function run(args: readonly string[]): Promise<void> {
  const program = new Command('hodoscope')
    .description('Traces and logs of Node services in one small process, acknowledged only when on disk.')
    .version(version())
    .addHelpText('after', EXAMPLES)
  withSources(
    program.command('serve', { isDefault: true }).description('collect, store, answer (the default)'),
  )
    .option('--listen <host:port>', 'where to listen (default: 127.0.0.1:4318)')
    .action(async (options: GlobalOptions) => {
      const { serve } = await import('../main.ts')
      await serve(await configOf(options), version())
    })
  withSources(program.command('check').description('read the configuration, tell every fault in it'))
    .option('--listen <host:port>', 'where to listen')
    .action(async (options: GlobalOptions) => {
      const { checkAlerts } = await import('../main.ts')
      await checkAlerts(await configOf(options))
      process.stdout.write('configuration: no faults\n')
    })
  withSources(
    program
      .command('backup')
      .description('copy the data folder into a new folder, while a collector works in it or not')
      .argument('<dir>', 'the folder to make'),
  ).action(async (dir: string, options: GlobalOptions) => {
    const { backUp } = await import('../main.ts')
    process.stdout.write(await backUp(await configOf(options), dir))
  })
  withSources(
    program
      .command('restore')
      .description('make the data folder of a backup; every checksum is verified first')
      .argument('<dir>', 'a folder that backup made'),
  ).action(async (dir: string, options: GlobalOptions) => {
    const { restoreFrom } = await import('../main.ts')
    process.stdout.write(await restoreFrom(await configOf(options), dir))
  })
  addTokenCommands(program)
  program
    .command('options')
    .description('list the options of the configuration')
    .action(async () => {
      const { optionsTable } = await import('./options-table.ts')
      process.stdout.write(optionsTable())
    })
  refuseUnknown(program, args[0] ?? '')
  await program.parseAsync(args, { from: 'user' })
}

function addTokenCommands(program: Command): void {
  const token = program.command('token').description('make, list and remove the tokens that let requests in')
  withSources(
    token
      .command('add')
      .description('make a token, and show it this once')
      .argument('<name>', 'who will use it')
      .requiredOption('--scope <scope>', 'ingest, viewer, editor or admin'),
  ).action(async (name: string, { scope, ...options }: GlobalOptions & { scope: string }) => {
    const { addToken } = await import('./tokens.ts')
    process.stdout.write(addToken(await configOf(options), name, scope))
  })
  withSources(token.command('list').description('tell which tokens there are')).action(
    async (options: GlobalOptions) => {
      const { listTokens } = await import('./tokens.ts')
      process.stdout.write(listTokens(await configOf(options)))
    },
  )
  withSources(
    token
      .command('remove')
      .description('end a token, and the sessions begun with it')
      .argument('<name>', 'of the token'),
  ).action(async (name: string, options: GlobalOptions) => {
    const { removeToken } = await import('./tokens.ts')
    process.stdout.write(removeToken(await configOf(options), name))
  })
}

/** A mistyped command would be taken for an argument of the default one. */
function refuseUnknown(program: Command, first: string): void {
  const names = [...program.commands.map(command => command.name()), 'help']
  if (first !== '' && !first.startsWith('-') && !names.includes(first))
    program.error(`hodoscope: unknown command ${JSON.stringify(first)}${didYouMean(first, names)}`)
}

const withSources = (command: Command): Command =>
  command
    .option('--data <dir>', 'the data folder (default: ./.hodoscope)')
    .option('--config <file>', 'a YAML file (default: hodoscope.yaml beside the data folder)')

async function configOf({ config, ...flags }: GlobalOptions) {
  const { readConfig } = await import('../config/load.ts')
  return readConfig({ environment: process.env, flags, cwd: process.cwd() }, config)
}
