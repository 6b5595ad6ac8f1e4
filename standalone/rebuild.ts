import { rebuild } from '@elves/projection-service/rebuild.ts'
import { type ReadModelTool, readModelTool } from './read-model-tool.ts'

const tool: ReadModelTool = {
  name: 'rebuild',
  meaning: 'Replays the log into new read models beside the live ones, which go on serving, then swaps them in one transaction.',
  notes: 'Exit code: 0 done, 2 it failed and the live read models are as they were, 130 interrupted.',
  async run(parts) {
    const position = await rebuild(parts)
    process.stdout.write(`The read models are new, up to ${position}.\n`)
    return 0
  },
}

await readModelTool(tool, { args: process.argv.slice(2), env: process.env })
