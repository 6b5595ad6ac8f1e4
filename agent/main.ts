#!/usr/bin/env node
import { enableCompileCache } from 'node:module'
import { join } from 'node:path'

// Everything else is imported after this: only then the compiled form of our TypeScript is kept, which halves memory and start.
enableCompileCache(join(process.env['ELVES_AGENT_DATA_DIR'] || '.elves-agent', 'cache'))
const { runAgent } = await import('./run-agent.ts')
await runAgent(process.argv, process.env)
