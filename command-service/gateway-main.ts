#!/usr/bin/env node
import { runProcess } from '@elves/core/foundation/process-entry.ts'
import { gatewayProcess } from './gateway-process.ts'

await runProcess({
  name: 'gateway',
  meaning: 'Holds the links of agents, at /gateway; any number of them, any agent at any of them. Needs Kafka.',
  needed: ['ELVES_DATABASE_URL', 'ELVES_KAFKA_BROKERS', 'ELVES_JOIN_TOKEN'],
  env: process.env,
  start: gatewayProcess,
})
