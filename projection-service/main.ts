import { runProcess } from '@elves/core/foundation/process-entry.ts'

await runProcess({
  name: 'projection-service',
  meaning: [
    'Keeps the read models up to date with the log, and serves /healthz, /readyz and /metrics.',
    'The log comes from the event store, and over Kafka where brokers are set. Several may run at once; npm run rebuild and npm run verify work beside them.',
  ].join(' '),
  needed: ['ELVES_DATABASE_URL'],
  env: process.env,
  // Loaded last: `--help` and a setting that is missing need nothing of it.
  start: async (options) => (await import('./projection-process.ts')).projectionProcess(options),
})
