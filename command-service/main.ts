#!/usr/bin/env node
import { commandProcess } from './command-process.ts'
import { runProcess, sharedSettings } from './process-entry.ts'

await runProcess({
  name: 'command-service',
  meaning: 'the write side of Elves. Without Kafka it has the gateway of its agents at /gateway.',
  ownSettings: ['ELVES_COMMAND_PORT', 'ELVES_SERVICE_SECRET', 'ELVES_START_ALLOWANCE_MS', ...sharedSettings],
  env: process.env,
  start: commandProcess,
})
