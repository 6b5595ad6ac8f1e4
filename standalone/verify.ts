import { verify } from '@elves/projection-service/verification.ts'
import { verifyReport } from '@elves/projection-service/verify-report.ts'
import { type ReadModelTool, readModelTool } from './read-model-tool.ts'

const tool: ReadModelTool = {
  name: 'verify',
  meaning: 'Replays the log into a scratch schema and compares it row by row with the live read models, up to where those are, also while tasks run.',
  notes: 'Exit code: 0 nothing differs, 1 something does, 2 it could not be verified, 130 interrupted.',
  async run({ onProgress, ...parts }) {
    const onComparing = (table: string) => process.stderr.write(`verify: comparing ${table}\n`)
    const verification = await verify({ ...parts, onReplayed: onProgress, onComparing })
    process.stdout.write(verifyReport(verification))
    return verification.isSame ? 0 : 1
  },
}

await readModelTool(tool, { args: process.argv.slice(2), env: process.env })
