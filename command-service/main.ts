#!/usr/bin/env node
import { runProcess } from '@elves/core/foundation/process-entry.ts'
import { commandProcess } from './command-process.ts'

await runProcess({
  name: 'command-service',
  meaning: 'The write side of Elves. Without Kafka it has the gateway of its agents at /gateway.',
  needed: ['ELVES_DATABASE_URL', 'ELVES_SERVICE_SECRET', 'ELVES_JOIN_TOKEN'],
  env: process.env,
  start: commandProcess,
})
