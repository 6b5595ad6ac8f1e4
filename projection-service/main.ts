import { runProcess } from '@elves/core/foundation/process-entry.ts'
import { projectionProcess } from './projection-process.ts'

await runProcess({
  name: 'projection-service',
  meaning: [
    'Keeps the read models up to date with the log, and serves /healthz, /readyz and /metrics.',
    'The log comes from the event store, and over Kafka where brokers are set. Several may run at once; npm run rebuild and npm run verify work beside them.',
  ].join(' '),
  needed: ['ELVES_DATABASE_URL'],
  env: process.env,
  start: projectionProcess,
})
