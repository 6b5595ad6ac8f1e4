import process from 'node:process'
import { findAgentProcess } from '@elves/agent/data-folder/claim.ts'

/**
 * Health check of a container: exit code 0 if an agent works on the data folder. The link does not count: an agent without
 * a link runs the tasks it has and keeps dialling the center.
 */
const found = await findAgentProcess(process.env['ELVES_AGENT_DATA_DIR'] ?? '.elves-agent')
if (found === null) process.stderr.write('no agent works on the data folder\n')
process.exit(found === null ? 1 : 0)
