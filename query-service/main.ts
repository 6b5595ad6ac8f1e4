import { runProcess } from '@elves/core/foundation/process-entry.ts'
import { queryProcess } from './query-process.ts'

await runProcess({
  name: 'query-service',
  meaning: [
    'The public edge of Elves: GraphQL at /graphql, REST v2 at /api/v2.',
    'It is ready while it can read: what needs command-service is refused as long as no instance answers, and the metric elves_command_instances shows it.',
  ].join(' '),
  needed: ['ELVES_DATABASE_URL', 'ELVES_COMMAND_URL', 'ELVES_SERVICE_SECRET'],
  env: process.env,
  start: queryProcess,
})
