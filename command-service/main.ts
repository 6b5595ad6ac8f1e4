#!/usr/bin/env node
import { runProcess } from '@elves/core/foundation/process-entry.ts'

await runProcess({
  name: 'command-service',
  meaning: 'The write side of Elves. Without Kafka it has the gateway of its agents at /gateway.',
  needed: ['ELVES_DATABASE_URL', 'ELVES_SERVICE_SECRET', 'ELVES_JOIN_TOKEN'],
  env: process.env,
  // Loaded last: `--help` and a setting that is missing need nothing of it.
  start: async (options) => (await import('./command-process.ts')).commandProcess(options),
})
