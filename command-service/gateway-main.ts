#!/usr/bin/env node
import { runProcess } from '@elves/core/foundation/process-entry.ts'

await runProcess({
  name: 'gateway',
  meaning: 'Holds the links of agents, at /gateway; any number of them, any agent at any of them. Needs Kafka.',
  needed: ['ELVES_DATABASE_URL', 'ELVES_KAFKA_BROKERS', 'ELVES_JOIN_TOKEN'],
  env: process.env,
  // Loaded last: `--help` and a setting that is missing need nothing of it.
  start: async (options) => (await import('./gateway-process.ts')).gatewayProcess(options),
})
