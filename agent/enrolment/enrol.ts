import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { type Code, isCode } from '@elves/core/foundation/codes.ts'
import { keyFingerprint } from '@elves/core/foundation/ed25519.ts'
import { ElvesError } from '@elves/core/foundation/errors.ts'
import { makeFolder } from '@elves/core/foundation/folders.ts'
import { Stack } from '@elves/core/foundation/lifecycle.ts'
import type { Logger } from '@elves/core/foundation/log.ts'
import { release } from '@elves/core/foundation/release.ts'
import { within } from '@elves/core/foundation/waiting.ts'
import { CronBacklog } from '../crons/cron-backlog.ts'
import { storedCenterKeys } from '../data-folder/center-keys.ts'
import { claimDataFolder } from '../data-folder/claim.ts'
import { agentIdentity } from '../data-folder/identity.ts'
import { fileJournal } from '../journal/file-journal.ts'
import { agentLink } from '../link/agent-link.ts'
import { centerClock } from '../link/center-clock.ts'
import { InstructionGuard } from '../link/instruction-guard.ts'
import { type GatewayTls, socketDial } from '../link/socket-session.ts'

export interface EnrolOptions {
  /** Where the gateway is: ws:// or wss://, without a token. */
  readonly center: string
  readonly joinToken: string
  /** The agent's data folder; it must not be in use. */
  readonly dataFolder: string
  /** The alias that it declares; empty: the address from which the center sees it. */
  readonly ip: string
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
  readonly tls?: GatewayTls
  readonly logger: Logger
  /** How long to try to reach the center; default 30 s. */
  readonly timeoutMs?: number
}

export interface Enrolled {
  readonly agentId: string
  /** Of its key, for people to compare. */
  readonly fingerprint: string
  /** False: somebody has to approve it before it may work. */
  readonly isApproved: boolean
}

/** As long as an agent's journal remembers tasks by default, so that this forgets none. */
const taskMarginMs = 600_000

/**
 * Makes the agent's identity where there is none, and has the center take its key: by this an agent is known before its first start.
 * A second time it only asks whether the center still takes it. Throws with the center's code if it refuses the agent,
 * DATA_FOLDER_IN_USE, DATA_FOLDER_DAMAGED, or CENTER_UNREACHABLE.
 */
export async function enrol(options: EnrolOptions): Promise<Enrolled> {
  const running = new Stack(options.logger)
  try {
    return await asked(options, running)
  } finally {
    await running.stop()
  }
}

async function asked({ timeoutMs = 30_000, ...options }: EnrolOptions, running: Stack): Promise<Enrolled> {
  const { center, joinToken, dataFolder, ip, name, labels, tls, logger } = options
  makeFolder(dataFolder, 0o700)
  running.use('data folder', await claimDataFolder(dataFolder))
  const { agentId, signer, nextSigner, keepNext } = await agentIdentity(dataFolder)
  const centerKeys = await storedCenterKeys(dataFolder, logger)
  running.defer("the center's keys", () => centerKeys.written())
  const journal = await fileJournal({ path: join(dataFolder, 'journal'), taskMarginMs, logger })
  running.defer('journal', () => journal.close())
  // A folder that was in use before may have open tasks, and the center has to hear of them with each hello.
  const backlog = new CronBacklog({ journal, keptBytes: 0, logger, link: { report: () => undefined, reads: () => false, isUp: false } })
  const facts = { name, version: release, platform: `${process.platform}-${process.arch}`, labels, apps: [] }
  const bootId = randomBytes(16).toString('hex')
  const answered = Promise.withResolvers<Pick<Enrolled, 'isApproved'> | ElvesError>()
  let lastWhy = 'no answer'
  const clock = centerClock()
  const link = agentLink({
    dial: socketDial(center, tls),
    joinToken,
    signer,
    nextSigner,
    instructions: new InstructionGuard({ agentId, keys: centerKeys, clock }),
    clock,
    logger,
    hello: () => ({ agentId, ip, bootId, journalId: journal.journalId, facts, openAttempts: backlog.openAttempts() }),
    // It takes no task: the center sends again what is not acknowledged.
    onInstruction: () => undefined,
    onWelcome: () => answered.resolve({ isApproved: true }),
    onRefusal: ({ code, message }) => {
      if (code === 'AGENT_PENDING') answered.resolve({ isApproved: false })
      else answered.resolve(new ElvesError(codeOf(code), message))
    },
    onDown: (_wasUp, why) => {
      lastWhy = why
    },
  })
  running.defer('link', () => link.stop('enrolled'))
  const answer = await within(timeoutMs, answered.promise, null)
  if (answer === null) throw new ElvesError('CENTER_UNREACHABLE', `the center at ${center} does not answer: ${lastWhy}`, { canRetry: true })
  if (answer instanceof ElvesError) throw answer
  // A welcome says that the center knows the next key, where there is one.
  if (answer.isApproved) await keepNext()
  const key = answer.isApproved ? (nextSigner ?? signer) : signer
  return { agentId, fingerprint: keyFingerprint(key.publicKey), ...answer }
}

/** A center of a later release may refuse with a code that is unknown here. */
function codeOf(code: string): Code {
  return isCode(code) ? code : 'JOIN_TOKEN_INVALID'
}
