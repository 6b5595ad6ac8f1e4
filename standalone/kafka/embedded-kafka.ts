import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { ElvesError } from '@elves/core/foundation/errors.ts'
import { makeFolder } from '@elves/core/foundation/folders.ts'
import type { Logger } from '@elves/core/foundation/log.ts'
import { diskFull, saysDiskFull } from '@elves/core/foundation/start-error.ts'
import { until } from '@elves/core/foundation/waiting.ts'
import { keptPorts } from '../kept-ports.ts'
import type { Instance } from '../kept-running.ts'
import { type BrokerProcess, brokerProcess, formatStorage, type JavaProgram } from './broker-process.ts'
import { requireJava } from './java.ts'
import { kafkaJars } from './kafka-jars.ts'
import { notePid, stopOrphanBroker } from './orphan.ts'
import { type ExtraListener, serverProperties } from './server-properties.ts'
import { warmUp } from './warm-up.ts'

/** A Kafka broker that we run (a cluster of one), and that answers. */
export interface EmbeddedKafka extends Instance {
  /** Resolves with the last lines of its stderr when it is gone, wanted or not. */
  readonly ended: Promise<string>
  readonly port: number
  readonly controllerPort: number
  /** Value for ELVES_KAFKA_BROKERS. */
  readonly brokers: string
}

export interface EmbeddedKafkaOptions {
  /** Folder of its data, its log and its configuration. */
  readonly dir: string
  /** Where the fetched jars are kept; '' means ~/.cache/elves. */
  readonly cacheDir: string
  /** Base URL of a Maven repository; '' takes it from Maven's settings. */
  readonly repository: string
  readonly logger: Logger
  /** Port to use again, so that clients which know it find the broker after a restart; default any free one. */
  readonly port?: number
  readonly extraListeners?: readonly ExtraListener[]
}

const attemptsToStart = 10

/**
 * Starts the broker on 127.0.0.1 and waits until it serves; first stops a broker that still runs from an earlier start.
 * Throws JAVA_MISSING, DOWNLOAD_FAILED, DATA_FOLDER_IN_USE, DATA_FOLDER_DAMAGED.
 */
export async function embeddedKafka(options: EmbeddedKafkaOptions): Promise<EmbeddedKafka> {
  const { cacheDir, repository, logger } = options
  const dir = resolve(options.dir)
  const cache = cacheDir === '' ? join(homedir(), '.cache', 'elves') : resolve(cacheDir)
  const [java, jars] = await Promise.all([requireJava(), kafkaJars({ cacheDir: cache, repository, logger })])
  makeFolder(join(dir, 'logs'))
  const { stoppedPid } = await stopOrphanBroker(dir)
  if (stoppedPid !== null) logger.warn({ pid: stoppedPid }, 'stopped a Kafka broker that was left from before')
  const program: JavaProgram = { java, jars, dir, logger }
  for (let attempt = 1; ; attempt++) {
    const kept = await keptPorts(dir, ['client', 'controller'])
    const { client: port = 0, controller: controllerPort = 0 } = { ...kept, ...(options.port !== undefined && { client: options.port }) }
    const plan = { dataDir: join(dir, 'data'), port, controllerPort, extraListeners: options.extraListeners ?? [] }
    await writeFile(join(dir, 'server.properties'), serverProperties(plan))
    await formatOnce(program)
    const broker = brokerProcess(program)
    await notePid(dir, broker.pid)
    if (await serves(broker, port)) return running(broker, port, controllerPort)
    // A killed broker's lock or port may need a moment to go; another process may have taken the port.
    const reason = await stopped(broker)
    if (attempt === attemptsToStart) throw damaged(dir, reason)
    logger.debug({ attempt, reason }, 'the Kafka broker did not start')
    await delay(300)
  }
}

function running(broker: BrokerProcess, port: number, controllerPort: number): EmbeddedKafka {
  const { pid, ended, stop } = broker
  return { pid, ended, stop, port, controllerPort, brokers: `127.0.0.1:${port}` }
}

/** Waits for the client port, which opens last, then warms the broker up, because the coordinators load lazily. */
async function serves(broker: BrokerProcess, port: number): Promise<boolean> {
  await until(async () => broker.isEnded() || (await accepts(port)), 60_000)
  if (broker.isEnded()) return false
  return warmUp(`127.0.0.1:${port}`, broker.isEnded)
}

/** If the broker was killed while its folder was made, makes the folder again; the cluster id stays. */
async function formatOnce(program: JavaProgram): Promise<void> {
  const idFile = join(program.dir, 'cluster-id')
  const doneFile = join(program.dir, 'formatted')
  if (existsSync(doneFile)) return
  if (!existsSync(idFile)) await writeFile(idFile, randomBytes(16).toString('base64url').replace(/^-/, 'A'))
  try {
    await formatStorage(program, await readFile(idFile, 'utf8'))
  } catch (error) {
    throw damaged(program.dir, String((error as { stderr?: string }).stderr ?? error), error)
  }
  await writeFile(doneFile, '')
}

async function stopped(broker: BrokerProcess): Promise<string> {
  await broker.stop()
  return broker.ended
}

function accepts(port: number): Promise<boolean> {
  return new Promise((done) => {
    const socket = connect(port, '127.0.0.1')
    const end = (isOpen: boolean) => {
      socket.destroy()
      done(isOpen)
    }
    socket.once('connect', () => end(true))
    socket.once('error', () => end(false))
  })
}

function damaged(dir: string, reason: string, cause?: unknown): ElvesError {
  if (saysDiskFull(reason)) return diskFull(dir, cause)
  return new ElvesError('DATA_FOLDER_DAMAGED', `The Kafka broker does not start on ${dir}:\n${reason}`, { cause, facts: { dir } })
}
