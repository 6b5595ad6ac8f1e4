import process from 'node:process'
import { findAgentProcess } from '@elves/agent/data-folder/claim.ts'

/**
 * Health check of a container: exit code 0 where an agent works on the data folder. Whether it is linked is not its
 * health: it runs what it has and looks for the center for as long as it takes.
 */
const found = await findAgentProcess(process.env['ELVES_AGENT_DATA_DIR'] ?? '.elves-agent')
if (found === null) process.stderr.write('no agent works on the data folder\n')
process.exit(found === null ? 1 : 0)
