import { runProcess } from '@elves/core/foundation/process-entry.ts'

await runProcess({
  name: 'query-service',
  meaning: [
    'The public edge of Elves: GraphQL at /graphql, REST v2 at /api/v2.',
    'It is ready while it can read: what needs command-service is refused as long as no instance answers, and the metric elves_command_instances shows it.',
  ].join(' '),
  needed: ['ELVES_DATABASE_URL', 'ELVES_COMMAND_URL', 'ELVES_SERVICE_SECRET'],
  env: process.env,
  // Loaded last: `--help` and a setting that is missing need nothing of it.
  start: async (options) => (await import('./query-process.ts')).queryProcess(options),
})
