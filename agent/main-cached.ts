import process from 'node:process'
import { takenOver } from './hand-over.ts'
import { runAgent } from './run-agent.ts'

/** The second image of main.ts, which reads all its code from the compile cache. main.ts also imports this file, to fill the cache. */
if (import.meta.main) await runAgent(process.argv, { ...process.env, ...takenOver() })
