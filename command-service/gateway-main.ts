#!/usr/bin/env node
import { gatewayProcess } from './gateway-process.ts'
import { runProcess, sharedSettings } from './process-entry.ts'

await runProcess({
  name: 'gateway',
  meaning: 'holds the links of agents, at /gateway; any number of them, any agent at any of them. Needs Kafka.',
  ownSettings: ['ELVES_GATEWAY_PORT', ...sharedSettings],
  env: process.env,
  start: gatewayProcess,
})
