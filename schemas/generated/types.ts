// Generated from schemas/**/*.avsc by `npm run generate`; do not edit.
/** Who caused an event. */
export interface Actor {
  /** Kind of actor. */
  readonly kind: ActorKind
  /** Id within its kind. */
  readonly id: string
  /** Display name. Null for users, whose names are looked up by their ids; events of earlier releases have it. */
  readonly name: null | string
}

/** Who caused an event. */
export type ActorKind = 'UNKNOWN' | 'LOCAL' | 'USER' | 'AUTH_KEY' | 'AGENT' | 'SCHEDULE' | 'SYSTEM'

/** What one run printed. */
export interface AgedOutput {
  /** Task id. */
  readonly taskId: string
  /** Attempt, first is 1. */
  readonly attempt: number
  /** Bytes that were kept. */
  readonly byteCount: number
  /** Of these bytes, both streams in the order of their offsets; lower-case hex. */
  readonly sha256: string
}

/** What an agent tells of itself. */
export interface AgentFacts {
  /** Host name. */
  readonly name: string
  /** Version of the agent. */
  readonly version: string
  /** For example linux-x64. */
  readonly platform: string
  /** Free labels from the agent's configuration. */
  readonly labels: { readonly [key: string]: string }
  /** Installed apps. */
  readonly apps: readonly InstalledApp[]
}

/** What came of an agent's work on one of its apps. The program of the agent is told in steps: DOWNLOADED, SWITCHING, then INSTALLED or FAILED. */
export type AppOutcome = 'INSTALLED' | 'FAILED' | 'REMOVED' | 'DOWNLOADED' | 'SWITCHING'

/** How far the agent's journal has an attempt. */
export type AttemptPhase = 'UNKNOWN' | 'ACCEPTED' | 'STARTING' | 'ENDED'

/** Why an agent is not connected any more, as far as it said so. */
export type DisconnectReason = 'UNKNOWN' | 'GOODBYE' | 'REPLACED' | 'REVOKED'

/** A value encrypted with a key of its own task; deleting the key deletes the value. */
export interface EncryptedValue {
  /** Which key opens it. */
  readonly keyId: string
  /** For example AES-256-GCM. */
  readonly algorithm: string
  /** Nonce of the cipher. */
  readonly nonce: Uint8Array
  /** Cipher text with its tag. */
  readonly ciphertext: Uint8Array
}

/** Why a report changed nothing: DUPLICATE of one already recorded, STRAGGLER of a superseded attempt or after another end. */
export type IgnoredReason = 'UNKNOWN' | 'DUPLICATE' | 'STRAGGLER'

/** An app on an agent. */
export interface InstalledApp {
  /** App name. */
  readonly name: string
  /** Version, empty where the app tells none. */
  readonly version: string
  /** True: a folder that somebody put into the agent's app folder. False: the center sent it. */
  readonly isLocal: boolean
}

/** A key of the center says that another key is one of the center, too. */
export interface KeyEndorsement {
  /** The key that is vouched for, Ed25519, base64url. */
  readonly publicKey: string
  /** Name of the key that vouches, as signed instructions have it. */
  readonly keyId: string
  /** Signature of that key over what schemas/link/instruction-statement.ts says, base64url. */
  readonly signature: string
}

/** How sure the agent is that all of a killed run is gone: VERIFIED by its cgroup, BEST_EFFORT by scans. */
export type KillProof = 'UNKNOWN' | 'VERIFIED' | 'BEST_EFFORT'

/** What becomes of an instant of a schedule that is found due late. */
export type MisfirePolicy = 'UNKNOWN' | 'SKIP' | 'FIRE_ONCE' | 'FIRE_ALL'

/** What became of an instant of a schedule that made no task. */
export type NotFiredOutcome = 'UNKNOWN' | 'MISSED' | 'SKIPPED' | 'REFUSED'

/** An attempt in the agent's journal that still has something to report. */
export interface OpenAttempt {
  /** Task id. */
  readonly taskId: string
  /** Attempt, first is 1. */
  readonly attempt: number
  /** How far it got. */
  readonly phase: AttemptPhase
}

/** Why what a run printed is not kept from some byte on. LIMIT: it printed more than is kept of one attempt. AGENT_FULL: the agent had no room left for what the center has not confirmed. AGENT_GONE: the agent's process ended before it had sent it. CENTER: the center had no room left, or has given up what it had. */
export type OutputCut = 'UNKNOWN' | 'LIMIT' | 'AGENT_FULL' | 'AGENT_GONE' | 'CENTER'

/** What a worker printed on one stream, without anything on the other in between. */
export interface OutputPiece {
  /** Where it printed it. */
  readonly stream: OutputStream
  /** Text in UTF-8. */
  readonly bytes: Uint8Array
}

/** How far the center has the output of an attempt. */
export interface OutputReach {
  /** Task id. */
  readonly taskId: string
  /** Attempt. */
  readonly attempt: number
  /** It has all bytes before this one; the agent sends on from here. */
  readonly offset: number
  /** What came last began beyond the offset: something before it got lost, and the agent sends from the offset on. */
  readonly gap: boolean
  /** It knows that no more follows: the agent may forget the output. */
  readonly ended: boolean
  /** It keeps no more of this attempt: the agent sends only the end. */
  readonly refused: boolean
}

/** Where a worker printed it: standard output or standard error. */
export type OutputStream = 'UNKNOWN' | 'OUT' | 'ERR'

/** What becomes of an instant of a schedule while the task of an earlier one still runs. */
export type OverlapPolicy = 'UNKNOWN' | 'ALLOW' | 'SKIP' | 'QUEUE'

/** An entry of the cron.json of an agent. */
export interface OwnCron {
  /** Its key in the file. */
  readonly id: string
  /** For people; at most 256 characters are told. */
  readonly comment: string
  /** App name. */
  readonly app: string
  /** Function of the app. */
  readonly func: string
  /** Mode P: the result of a run goes to the app's processor. */
  readonly processor: boolean
  /** Its rule, as in the file. */
  readonly rule: string
  /** Whether its flag is true. */
  readonly isEnabled: boolean
  /** Why it does not run as the file says; null: nothing is wrong with it. */
  readonly error: null | string
}

/** An event that a handler could not deal with, as it was parked. */
export interface ParkedEventFacts {
  /** Number of the dead letter. */
  readonly letterId: string
  /** What could not deal with it. */
  readonly handler: string
  /** Position of the event. */
  readonly position: string
  /** Stream of the event; null: not known. */
  readonly stream: null | string
  /** The event's index in its stream; null: not known. */
  readonly version: null | number
  /** What happened; null: not known. */
  readonly type: null | string
  /** Code of the error. */
  readonly code: string
  /** The error, for people. */
  readonly message: string
  /** How often it was tried. */
  readonly attempts: number
  /** When it was parked first; ms since the epoch. */
  readonly parkedAt: number
}

/** How a worker's process ended: by a code, by a signal, or (neither) not before its agent gave up waiting for it. */
export interface ProcessExit {
  /** Exit code; null where a signal ended it. */
  readonly code: null | number
  /** The signal that ended it, SIGKILL say; null where it exited by itself. */
  readonly signal: null | string
  /** The beginning and the end of what it wrote to standard error; what is left out between is counted there. */
  readonly standardError: string
  /** Size of all that it wrote to standard error, in bytes of UTF-8. */
  readonly standardErrorBytes: number
}

/** How far the agent is with handing a result to the app's processor. */
export type ProcessingState = 'UNKNOWN' | 'PENDING' | 'DELIVERED' | 'FAILED'

/** How a queue ended. */
export type QueueOutcome = 'UNKNOWN' | 'SUCCEEDED' | 'FAILED' | 'STOPPED'

/** The place of a task in its queue. */
export interface QueuedTask {
  /** Id of the task; what it does is in its own stream. */
  readonly taskId: string
  /** Its name within the queue. */
  readonly key: null | string
  /** Ids of the tasks that have to succeed first. */
  readonly parents: readonly string[]
}

/** A value kept elsewhere, named by its content. */
export interface ReferenceValue {
  /** Lower-case hex of the content. */
  readonly sha256: string
  /** Size in bytes. */
  readonly byteCount: number
}

/** What a report says. */
export type ReportKind = 'UNKNOWN' | 'ACKNOWLEDGED' | 'STARTED' | 'ENDED' | 'PROCESSING'

/** How an attempt ended that another attempt may follow. */
export type RetriedEnd = 'UNKNOWN' | 'FAILED' | 'TIMED_OUT' | 'REJECTED' | 'LOST'

/** Whether and when a task gets another attempt. */
export interface RetryPolicy {
  /** Most attempts, the first one included: 1 to 100. */
  readonly attempts: number
  /** Delay before the second attempt, ms. */
  readonly delayMs: number
  /** Each further delay is this many times the one before. */
  readonly factor: number
  /** Longest delay, ms. */
  readonly maxDelayMs: number
  /** Ends of an attempt after which there is another. */
  readonly on: readonly RetriedEnd[]
}

/** Why a session ended. */
export type SessionEnd = 'UNKNOWN' | 'SIGNED_OUT' | 'ENDED' | 'IDLE' | 'EXPIRED' | 'PASSWORD_SET' | 'USER_DISABLED' | 'TOO_MANY' | 'USER_ERASED'

/** Why a sign-in failed. */
export type SignInFault = 'UNKNOWN' | 'NAME' | 'PASSWORD' | 'SECOND_FACTOR' | 'DISABLED' | 'LOCKED'

/** How a user proved who they are. */
export type SignInMethod = 'UNKNOWN' | 'PASSWORD' | 'PROXY' | 'OIDC'

/** Why a task did not succeed. */
export interface TaskFailure {
  /** Stable code, as docs/reference/codes.md lists them. */
  readonly code: string
  /** For people. */
  readonly message: string
}

/** What made the task. */
export type TaskKind = 'UNKNOWN' | 'INSTANT' | 'QUEUE' | 'SCHEDULE' | 'AGENT_CRON'

/** How the agent says that an attempt ended. */
export type TaskOutcome = 'UNKNOWN' | 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'CANCELLED' | 'REJECTED'

/** What a worker answered. */
export interface TaskOutput {
  /** 1 the worker said true, 0 it said false, -1 it could not be run. */
  readonly workerFlag: number
  /** The result text, or why there is none. */
  readonly message: Value
  /** Milliseconds from spawn to end. */
  readonly costMs: number
  /** The text was longer than the limit and was cut. */
  readonly truncated: boolean
  /** Size of the whole text in bytes, UTF-8. */
  readonly byteCount: number
  /** Lower-case hex of the whole text, where it was cut. */
  readonly sha256: null | string
  /** The text has U+FFFD where the worker printed bytes that are no text in its app's encoding. */
  readonly altered: boolean
  /** What a run had printed when it was cancelled: the beginning and the end of both streams. Null elsewhere: the message of a failure has it. */
  readonly printed: null | string
  /** How the worker's process ended, and what it wrote to standard error; null where none was started, and where an agent up to 0.2 reports it. */
  readonly exit: null | ProcessExit
}

/** A secret that a task uses. */
export interface UsedSecret {
  /** Its name. */
  readonly name: string
  /** Number of the value that was sent. */
  readonly version: number
}

/** A parameter or result: exactly one of the fields is set. */
export interface Value {
  /** The text itself. */
  readonly inline: null | string
  /** The text, encrypted. */
  readonly encrypted: null | EncryptedValue
  /** Where the text is. */
  readonly reference: null | ReferenceValue
}

/** Why a task is not dispatched yet. */
export type WaitReason = 'UNKNOWN' | 'QUEUE' | 'AGENT' | 'RETRY' | 'APPROVAL' | 'LIMIT'

/** A version of an app that an agent shall have. */
export interface WantedApp {
  /** Name of the app. */
  readonly app: string
  /** The version. */
  readonly version: string
  /** SHA-256 of its package, 64 lower-case hex digits. */
  readonly sha256: string
  /** Size of its package. */
  readonly bytes: number
}

/** Which events a webhook delivers: those that match each field. An empty field is any. */
export interface WebhookFilter {
  /** Types of events. */
  readonly types: readonly string[]
  /** Apps that the event names. */
  readonly apps: readonly string[]
  /** States that a task gets into by the event. */
  readonly states: readonly string[]
  /** Ids of agents that the event names. */
  readonly agents: readonly string[]
}

/** The part of an event's record that its cause decides. */
export interface EventContext {
  /** Who caused it. */
  readonly actor: Actor
  /** Same for all that one request caused. */
  readonly correlationId: string
  /** Id of the event or request that caused it directly. */
  readonly causationId: null | string
  /** Open map; traceparent first. */
  readonly metadata: { readonly [key: string]: string }
}

/** An event as it is stored, on its way over Kafka. */
export interface EventRecord {
  /** Event id, a UUID. */
  readonly id: string
  /** Stream id. */
  readonly stream: string
  /** Index in the stream, first is 0. */
  readonly version: number
  /** Place in the order of the whole log. */
  readonly position: string
  /** Position of the event before it, or the point before the first: whoever is there has missed nothing. */
  readonly previousPosition: string
  /** ms since the epoch, on the store's clock. */
  readonly recordedAt: number
  /** EventContext, single-object encoded. */
  readonly context: Uint8Array
  /** The event itself, single-object encoded. */
  readonly data: Uint8Array
}

/** What runs printed goes, by a rule, from now on; a digest of it stays here. Stream ageing-output-<day>. */
export interface OutputAgedOut {
  /** Why: a setting and its value. */
  readonly rule: string
  /** Day on which the runs began, UTC, days since the epoch. */
  readonly day: number
  /** Runs of that day; further events of the stream have the others. */
  readonly runs: readonly AgedOutput[]
}

/** Large values of events become references by a rule, from now on. Stream ageing-values. */
export interface ValuesAgedOut {
  /** Why: a setting and its value. */
  readonly rule: string
  /** Sequence of the last event whose values are meant, in the log's order. */
  readonly through: number
  /** Empty: the values up to there of every task that has ended. Else those of these tasks, which were open when their turn came. */
  readonly tasks: readonly string[]
}

/** Somebody approved an agent that waited for it. */
export interface AgentApproved {
  /** Agent id. */
  readonly agentId: string
}

/** An agent dropped runs of its own crons before it could tell the center of them. Stream agent-<id>. */
export interface AgentCronRunsDropped {
  /** Agent id. */
  readonly agentId: string
  /** The journal that had them. */
  readonly journalId: string
  /** Number of this batch of dropped runs, counted in that journal from 1. */
  readonly batch: number
  /** How many runs. */
  readonly count: number
  /** The earliest instant of their rules; ms since the epoch. */
  readonly firstFireAt: number
  /** The latest instant of their rules; ms since the epoch. */
  readonly lastFireAt: number
}

/** An agent told something new of its own crons. Stream agent-<id>. */
export interface AgentCronsChanged {
  /** Agent id. */
  readonly agentId: string
  /** The time zone of the agent's host, in which its rules are meant. */
  readonly timeZone: string
  /** All entries of its cron.json. */
  readonly crons: readonly OwnCron[]
  /** Why the file could not be read; the entries are then those of the last file that could. */
  readonly fileError: null | string
}

/** The center knows the key of the agent from now on, and takes no other for this id. */
export interface AgentEnrolled {
  /** Agent id. */
  readonly agentId: string
  /** Ed25519 public key, base64url of its 32 bytes. */
  readonly publicKey: string
  /** SHA-256 of the public key, as people compare it. */
  readonly fingerprint: string
  /** The join token that let it in. */
  readonly joinTokenId: string
  /** Who made that token. */
  readonly enrolledBy: Actor
  /** Labels that the token gives. */
  readonly labels: { readonly [key: string]: string }
  /** Whether it may work at once; else it waits for AgentApproved. */
  readonly isApproved: boolean
  /** Where it came from. */
  readonly remoteAddress: string
}

/** An agent told something new of itself. */
export interface AgentFactsChanged {
  /** Agent id. */
  readonly agentId: string
  /** Declared alias, unique. */
  readonly ip: string
  /** What it told of itself. */
  readonly facts: AgentFacts
}

/** The agent refused something that came as an instruction of the center: it is not of the center, not for this agent, or too old. */
export interface AgentInstructionRefused {
  /** Agent id. */
  readonly agentId: string
  /** Stable code: why it was refused. */
  readonly code: string
  /** The key that it names; empty: it is not signed. */
  readonly keyId: string
  /** The task that it names; empty where that can not be read. */
  readonly taskId: string
  /** The attempt that it names; 0 where that can not be read. */
  readonly attempt: number
}

/** An inventory source set the labels that it gives the agent; they take the place of those that it gave before. */
export interface AgentInventoryLabelsSet {
  /** Agent id. */
  readonly agentId: string
  /** Name of the source. */
  readonly source: string
  /** All labels that the source gives it; none: it gives it none any more. */
  readonly labels: { readonly [key: string]: string }
}

/** A process said hello with the id of this agent and was refused: it has another key or none, or the agent was revoked. */
export interface AgentKeyRefused {
  /** Agent id. */
  readonly agentId: string
  /** The process that was refused. */
  readonly bootId: string
  /** Of the key that it has; null: none. */
  readonly fingerprint: null | string
  /** Where it came from. */
  readonly remoteAddress: string
  /** Stable code of the refusal. */
  readonly code: string
}

/** The agent has proven the key that the center knew and a new one, in one hello: from now on the center takes the new one only. */
export interface AgentKeyRotated {
  /** Agent id. */
  readonly agentId: string
  /** The new Ed25519 public key, base64url of its 32 bytes. */
  readonly publicKey: string
  /** SHA-256 of the new public key, as people compare it. */
  readonly fingerprint: string
  /** The same of the key that it had. */
  readonly earlierFingerprint: string
  /** Where it came from. */
  readonly remoteAddress: string
}

/** Somebody set the labels that people give the agent; they take the place of those that people gave it before. */
export interface AgentLabelsSet {
  /** Agent id. */
  readonly agentId: string
  /** All labels that people give it. */
  readonly labels: { readonly [key: string]: string }
}

/** An agent joined for the first time. */
export interface AgentRegistered {
  /** Chosen at random by the agent at its first start. */
  readonly agentId: string
  /** Declared alias, unique. */
  readonly ip: string
  /** What it told of itself. */
  readonly facts: AgentFacts
}

/** Somebody revoked the agent: its link is cut, and it is refused for good. */
export interface AgentRevoked {
  /** Agent id. */
  readonly agentId: string
  /** Why, for people. */
  readonly reason: null | string
  /** The client's key, where it sent one. */
  readonly idempotencyKey: null | string
}

/** An agent has the package of a new version of its own program, checked and unpacked. Stream agentapps-<agent>. */
export interface AgentAppDownloaded {
  /** The agent. */
  readonly agentId: string
  /** Name of the app. */
  readonly app: string
  /** The version. */
  readonly version: string
}

/** An agent could not get or install a version; it runs what it had. Stream agentapps-<agent>. */
export interface AgentAppFailed {
  /** The agent. */
  readonly agentId: string
  /** Name of the app. */
  readonly app: string
  /** The version. */
  readonly version: string
  /** Stable code. */
  readonly code: string
  /** For people. */
  readonly message: string
}

/** An agent runs a version of an app from now on. Stream agentapps-<agent>. */
export interface AgentAppInstalled {
  /** The agent. */
  readonly agentId: string
  /** Name of the app. */
  readonly app: string
  /** The version. */
  readonly version: string
}

/** An agent has removed an app. Stream agentapps-<agent>. */
export interface AgentAppRemoved {
  /** The agent. */
  readonly agentId: string
  /** Name of the app. */
  readonly app: string
}

/** An agent ends its runs and starts as another version of its program; it tells what came of it when it is back. Stream agentapps-<agent>. */
export interface AgentAppSwitching {
  /** The agent. */
  readonly agentId: string
  /** Name of the app. */
  readonly app: string
  /** The version. */
  readonly version: string
}

/** An agent shall not have an app any more. Stream agentapps-<agent>. */
export interface AgentAppUnwanted {
  /** The agent. */
  readonly agentId: string
  /** Name of the app. */
  readonly app: string
}

/** An agent shall have a version of an app. Stream agentapps-<agent>. */
export interface AgentAppWanted {
  /** The agent. */
  readonly agentId: string
  /** Name of the app. */
  readonly app: string
  /** The version. */
  readonly version: string
  /** SHA-256 of its package. */
  readonly sha256: string
  /** Size of its package. */
  readonly bytes: number
  /** The rollout that brings it. */
  readonly rolloutId: null | string
}

/** An ip became an agent's alias. Stream agentip-<ip>. */
export interface AgentIpClaimed {
  /** The alias. */
  readonly ip: string
  /** Its new owner. */
  readonly agentId: string
  /** Its owner before, which was not connected. */
  readonly previousAgentId: null | string
}

/** An ip is nobody's alias any more. */
export interface AgentIpReleased {
  /** The alias. */
  readonly ip: string
  /** Its owner until now. */
  readonly agentId: string
}

/** A new process of an agent has a link. Stream agentlink-<id>. */
export interface AgentConnected {
  /** Agent id. */
  readonly agentId: string
  /** The session of the link. */
  readonly sessionId: string
  /** The agent process. */
  readonly bootId: string
  /** The agent's journal. */
  readonly journalId: string
  /** The gateway that holds the link. */
  readonly gatewayId: string
  /** Where the link comes from. */
  readonly remoteAddress: string
  /** Center's clock minus the agent's. */
  readonly clockOffsetMs: number
}

/** An agent said goodbye, or was put off. */
export interface AgentDisconnected {
  /** Agent id. */
  readonly agentId: string
  /** The session of the link. */
  readonly sessionId: string
  /** Why. */
  readonly reason: DisconnectReason
}

/** Another process with the same agent id asked for a link while the first one still answered. */
export interface AgentDuplicateRefused {
  /** Agent id. */
  readonly agentId: string
  /** The process that was refused. */
  readonly bootId: string
  /** Where it came from. */
  readonly remoteAddress: string
}

/** An agent has been silent for longer than the grace. */
export interface AgentLost {
  /** Agent id. */
  readonly agentId: string
  /** Its last session. */
  readonly sessionId: string
  /** ms since the epoch, center's clock. */
  readonly lastSeenAt: number
}

/** An agent that was lost is back. */
export interface AgentRecovered {
  /** Agent id. */
  readonly agentId: string
  /** The session of the link. */
  readonly sessionId: string
  /** The agent process. */
  readonly bootId: string
  /** The agent's journal. */
  readonly journalId: string
  /** The gateway that holds the link. */
  readonly gatewayId: string
  /** Where the link comes from. */
  readonly remoteAddress: string
  /** Center's clock minus the agent's. */
  readonly clockOffsetMs: number
}

/** Somebody took an agent that is not connected off the list: its history stays, its ip is free. It is back with its next AgentConnected. */
export interface AgentRemoved {
  /** Agent id. */
  readonly agentId: string
  /** Why, in the words of who asked. */
  readonly reason: null | string
  /** The client's key, where it sent one: the same removal, asked again, is recognised also after the agent has come back. */
  readonly idempotencyKey: null | string
}

/** No task of the app is taken any more, and agents remove it. Stream app-<name>. */
export interface AppBanned {
  /** Name of the app. */
  readonly app: string
  /** Why, for people. */
  readonly reason: null | string
}

/** The agents that a selector selects shall have the app. Stream app-<name>. */
export interface AppBound {
  /** Name of the app. */
  readonly app: string
  /** Which agents; empty: all. */
  readonly selector: string
}

/** Somebody changed what people read of an app. Stream app-<name>. */
export interface AppChanged {
  /** Name of the app. */
  readonly app: string
  /** For people; may be empty. */
  readonly displayName: string
  /** For people; may be empty. */
  readonly description: string
}

/** Somebody created an app. Stream app-<name>. */
export interface AppCreated {
  /** Name of the app. */
  readonly app: string
  /** For people; may be empty. */
  readonly displayName: string
  /** For people; may be empty. */
  readonly description: string
}

/** The app counts again. Stream app-<name>. */
export interface AppUnbanned {
  /** Name of the app. */
  readonly app: string
}

/** A binding does not count any more. Stream app-<name>. */
export interface AppUnbound {
  /** Name of the app. */
  readonly app: string
  /** The selector of the binding. */
  readonly selector: string
}

/** Agents shall get a version, in stages. Begins a rollout. Stream app-<name>. */
export interface AppVersionReleased {
  /** Name of the app. */
  readonly app: string
  /** The version. */
  readonly version: string
  /** The version that agents had before; null: none. */
  readonly from: null | string
  /** The rollout. */
  readonly rolloutId: string
  /** How many agents each batch reaches, with those before: `10%` or a number. */
  readonly batches: readonly string[]
  /** How long to wait after each batch. */
  readonly pauseMs: number
  /** Each batch after the first waits for somebody's resumeRollout. */
  readonly confirm: boolean
  /** With more failures than this it is rolled back: `2%` of the agents that the app is bound to, or a number. */
  readonly maxFailed: string
  /** The client's key of the request that made it. */
  readonly idempotencyKey: null | string
}

/** A package was uploaded and checked; its bytes are in the store of packages. Stream app-<name>. */
export interface AppVersionUploaded {
  /** Name of the app. */
  readonly app: string
  /** The version. */
  readonly version: string
  /** SHA-256 of the package, 64 lower-case hex digits. */
  readonly sha256: string
  /** Size of the package. */
  readonly bytes: number
  /** Size of its files together. */
  readonly unpackedBytes: number
  /** Number of its files. */
  readonly files: number
  /** Its elves.json as JSON text; null: it has none. */
  readonly manifest: null | string
}

/** A version may not be had any more. Stream app-<name>. */
export interface AppVersionWithdrawn {
  /** Name of the app. */
  readonly app: string
  /** The version. */
  readonly version: string
  /** Why, for people. */
  readonly reason: null | string
}

/** The agents of the next batch shall have the new version. Stream app-<name>. */
export interface RolloutBatchBegun {
  /** Name of the app. */
  readonly app: string
  /** The rollout. */
  readonly rolloutId: string
  /** Number of the batch, the first is 1. */
  readonly batch: number
  /** The batch, with those before it, has the agents whose place in this rollout is at most this (core/domain/app/place.ts). */
  readonly cut: number
  /** So many agents are in it now, with those before. */
  readonly agents: number
}

/** All agents of a batch that are connected have told what came of it. Stream app-<name>. */
export interface RolloutBatchEnded {
  /** Name of the app. */
  readonly app: string
  /** The rollout. */
  readonly rolloutId: string
  /** Number of the batch. */
  readonly batch: number
  /** Agents that have the new version. */
  readonly installed: number
  /** Agents on which it failed. */
  readonly failed: number
  /** Agents that have not told yet. */
  readonly waiting: number
}

/** A rollout has ended: all agents shall have the new version. Stream app-<name>. */
export interface RolloutDone {
  /** Name of the app. */
  readonly app: string
  /** The rollout. */
  readonly rolloutId: string
  /** The version that counts from now on. */
  readonly version: string
  /** Agents that have the new version. */
  readonly installed: number
  /** Agents on which it failed. */
  readonly failed: number
  /** Agents that have not told yet. */
  readonly waiting: number
}

/** Somebody paused a rollout: no further batch begins. Stream app-<name>. */
export interface RolloutPaused {
  /** Name of the app. */
  readonly app: string
  /** The rollout. */
  readonly rolloutId: string
}

/** Somebody resumed a rollout, or confirmed that its next batch may begin. Stream app-<name>. */
export interface RolloutResumed {
  /** Name of the app. */
  readonly app: string
  /** The rollout. */
  readonly rolloutId: string
}

/** A rollout has ended: agents go back to the version before. Stream app-<name>. */
export interface RolloutRolledBack {
  /** Name of the app. */
  readonly app: string
  /** The rollout. */
  readonly rolloutId: string
  /** FAILURES: more than it may have; PERSON: somebody asked for it; WITHDRAWN: its version was withdrawn. */
  readonly cause: string
  /** For people. */
  readonly reason: null | string
  /** Agents that have the new version. */
  readonly installed: number
  /** Agents on which it failed. */
  readonly failed: number
  /** Agents that have not told yet. */
  readonly waiting: number
}

/** A rollout has ended where it stood. Stream app-<name>. */
export interface RolloutStopped {
  /** Name of the app. */
  readonly app: string
  /** The rollout. */
  readonly rolloutId: string
  /** SUPERSEDED: another version was released; BANNED: the app was banned. */
  readonly cause: string
}

/** Somebody made a key that scripts sign requests of REST v2 with. Stream authkey-<id>; the id is the auth_id. */
export interface AuthKeyCreated {
  /** For people. */
  readonly name: string
  /** The app that /api/v2/info/app tells of; null: none. */
  readonly app: null | string
  /** Names the key that it signs with; the key itself is in no event. */
  readonly secretId: string
  /** The client's key, where it sent one. */
  readonly idempotencyKey: null | string
}

/** An auth key is refused for good. Stream authkey-<id>. */
export interface AuthKeyRevoked {
  /** Why, for people. */
  readonly reason: null | string
}

/** An auth key signs with another secret from now on. Stream authkey-<id>. */
export interface AuthKeyRotated {
  /** Names the new secret. */
  readonly secretId: string
  /** Until this instant, ms since the epoch, the secret before it is taken as well. */
  readonly earlierUntil: number
  /** The client's key, where it sent one. */
  readonly idempotencyKey: null | string
}

/** The handler could not deal with the event this time either: it stays parked. */
export interface DeadLetterRetryFailed {
  /** Code of the error. */
  readonly code: string
  /** The error, for people. */
  readonly message: string
}

/** Somebody asked that a parked event is tried once more. Stream dead-letter-<handler>-<position>. */
export interface DeadLetterRetryRequested {
  /** The dead letter. */
  readonly parked: ParkedEventFacts
  /** The client's key, where it sent one. */
  readonly idempotencyKey: null | string
}

/** Somebody has looked at a parked event and says that nobody needs to: it stays parked, and counts no longer as open. */
export interface DeadLetterSetAside {
  /** The dead letter. */
  readonly parked: ParkedEventFacts
  /** Why, for people. */
  readonly reason: null | string
  /** The client's key, where it sent one. */
  readonly idempotencyKey: null | string
}

/** The handler has dealt with the event: it is parked no longer. */
export interface DeadLetterSettled {
  /** The handler. */
  readonly handler: string
  /** Stream of the event; null: not known. */
  readonly stream: null | string
  /** What was done, for people. */
  readonly done: string
}

/** Somebody asked for what he may not do. Repetitions within a minute are one event. Stream denial-<kind of the actor>-<hash of its id>. */
export interface AccessDenied {
  /** What was missing. */
  readonly permission: string
  /** What was asked for: the name of a command, or of a field or a path that reads. */
  readonly command: string
  /** The app, where it was about one. */
  readonly app: null | string
  /** The function, where it was about one. */
  readonly func: null | string
  /** The agent, where it was about one that is known. */
  readonly agentId: null | string
  /** What the asker was told. */
  readonly message: string
  /** So often. */
  readonly count: number
  /** The first time, ms since the epoch. */
  readonly firstAt: number
  /** The last time, ms since the epoch. */
  readonly lastAt: number
  /** Stable code of the refusal: FORBIDDEN, or the limit or guard that said no. */
  readonly code: string
}

/** Somebody allowed a user, a role or an auth key something. Stream grant-<id>. */
export interface GrantGiven {
  /** USER, ROLE or AUTH_KEY. */
  readonly subjectKind: string
  /** Id of the user or the auth key, or name of the role. */
  readonly subjectId: string
  /** What it allows. */
  readonly permission: string
  /** Names of apps; * is all. */
  readonly apps: readonly string[]
  /** Names of functions; * is all. */
  readonly funcs: readonly string[]
  /** A selector; empty is all agents. */
  readonly agents: string
  /** It allows nothing from this instant on, ms since the epoch; null: it does not expire. */
  readonly expiresAt: null | number
  /** The client's key, where it sent one. */
  readonly idempotencyKey: null | string
  /** Names of secrets; * is all. */
  readonly secrets: readonly string[]
}

/** A grant allows nothing any more. Stream grant-<id>. */
export interface GrantRevoked {
  /** Why, for people. */
  readonly reason: null | string
}

/** A guard does not hold any more. */
export interface GuardRemoved {
  /** Name of the app; * is every app. */
  readonly app: string
  /** Name of the guard. */
  readonly name: string
}

/** What happens to calls of an app that look like this, from now on. Stream guard-<hash of app and name>. */
export interface GuardSet {
  /** Name of the app; * is every app. */
  readonly app: string
  /** Name of the guard among those of the app. */
  readonly name: string
  /** Names of functions; * is every function. */
  readonly funcs: readonly string[]
  /** A pattern of RE2 that the text of the parameter has somewhere; null: whatever the parameter is. */
  readonly pattern: null | string
  /** WARN, REFUSE or APPROVE. */
  readonly outcome: string
  /** What the asker is told. */
  readonly message: string
  /** APPROVE: so long it waits for somebody's word. */
  readonly approvalMs: number
}

/** The watcher sees it no longer. */
export interface IncidentEnded {
  /** What it was. */
  readonly kind: string
  /** What it was about. */
  readonly subject: string
  /** What the watcher sees now, for people. */
  readonly message: string
}

/** The watcher sees something that somebody should look at. Stream incident-<kind>-<subject>. */
export interface IncidentOpened {
  /** What it is, for programs: INSTANCE_GONE, PROJECTOR_STOPPED, PROJECTOR_BEHIND, RELAY_STOPPED, DISK_FULL, CERTIFICATE_ENDS or DEAD_LETTERS. */
  readonly kind: string
  /** What it is about: an instance, a projector, a file. */
  readonly subject: string
  /** What the watcher saw, for people. */
  readonly message: string
}

/** A source gives labels to agents that it gave none before; recorded before the labels are. Stream inventory-sources. */
export interface InventoryAgentsAdded {
  /** Name of the source. */
  readonly source: string
  /** At most 1 000 agents. */
  readonly agentIds: readonly string[]
}

/** A source does not give labels to agents any more; recorded after their labels are gone. Stream inventory-sources. */
export interface InventoryAgentsDropped {
  /** Name of the source. */
  readonly source: string
  /** At most 1 000 agents. */
  readonly agentIds: readonly string[]
}

/** A source could not be read; the labels that it gave stay. Recorded once for each error. Stream inventory-sources. */
export interface InventoryFailed {
  /** Name of the source. */
  readonly source: string
  /** Why. */
  readonly error: string
}

/** The configuration does not have the source any more, and its labels are gone. Stream inventory-sources. */
export interface InventorySourceRemoved {
  /** Name of the source. */
  readonly source: string
}

/** The configuration has a source of labels, or has it otherwise than before. Stream inventory-sources. */
export interface InventorySourceSet {
  /** Name of the source. */
  readonly source: string
  /** HTTP or FILE. */
  readonly kind: string
  /** The file, or the URL without its query and credentials. */
  readonly location: string
  /** What of an agent an entry names: id or ip. */
  readonly matchBy: string
  /** How often it is read, in ms. */
  readonly everyMs: number
}

/** A source was read, and the labels of agents are what it says. Recorded where the numbers are others than the last time, and after a failure. Stream inventory-sources. */
export interface InventorySynced {
  /** Name of the source. */
  readonly source: string
  /** Entries that it has. */
  readonly entries: number
  /** Agents that they give labels to. */
  readonly agents: number
  /** Entries that can be no labels of an agent. */
  readonly skipped: number
}

/** Somebody made a token with which agents enrol. Stream jointoken-<id>. */
export interface JoinTokenCreated {
  /** For people. */
  readonly name: string
  /** SHA-256 of the token, hex. The token itself is in no event. */
  readonly secretHash: string
  /** It lets nobody in from this instant on, ms since the epoch; null: it does not expire. */
  readonly expiresAt: null | number
  /** So many agents may enrol with it; null: any number. */
  readonly maxUses: null | number
  /** Labels of the agents that enrol with it. */
  readonly labels: { readonly [key: string]: string }
  /** Whether its agents may work at once; else each waits for AgentApproved. */
  readonly approve: boolean
  /** Whether the platform made it from ELVES_JOIN_TOKEN; then it lets agents in while that is the setting's value. */
  readonly isOwn: boolean
  /** Who made it, as the record around this event says; the enrolments of agents repeat it. */
  readonly createdBy: Actor
  /** The client's key, where it sent one. */
  readonly idempotencyKey: null | string
}

/** An agent was refused: the token has expired, is used up or was revoked. */
export interface JoinTokenRefused {
  /** The agent. */
  readonly agentId: string
  /** The process that was refused. */
  readonly bootId: string
  /** Where it came from. */
  readonly remoteAddress: string
  /** Stable code of the refusal. */
  readonly code: string
}

/** Somebody revoked the token: it lets nobody in any more. Its agents stay. */
export interface JoinTokenRevoked {
  /** Why, for people. */
  readonly reason: null | string
}

/** An agent enrolled with the token. */
export interface JoinTokenUsed {
  /** The agent. */
  readonly agentId: string
  /** Of the key that it enrolled with. */
  readonly fingerprint: string
  /** The process that asked. */
  readonly bootId: string
  /** Where it came from. */
  readonly remoteAddress: string
}

/** A limit does not hold any more. */
export interface LimitRemoved {
  /** What was limited: USER, AUTH_KEY, APP or AGENT. */
  readonly kind: string
  /** Its id or name; *: each. */
  readonly of: string
}

/** How much somebody or something may have at once or in an hour, as it is from now on. Stream limit-<hash of what is limited>. */
export interface LimitSet {
  /** What is limited: USER, AUTH_KEY, APP or AGENT. */
  readonly kind: string
  /** Id of the user, the auth key or the agent, or name of the app; * is each that has no limit of its own. */
  readonly of: string
  /** Most tasks that have not ended; null: any number. */
  readonly openTasks: null | number
  /** Most tasks that are requested in an hour; null: any number. */
  readonly tasksPerHour: null | number
  /** Most tasks that are at agents at once; null: any number. */
  readonly runningTasks: null | number
}

/** A processor has dealt with the results of its app up to a point. Stream processor-<app>/<name>. */
export interface ProcessorAdvanced {
  /** App name. */
  readonly app: string
  /** Name of the processor, within its app. */
  readonly name: string
  /** Its new point in the log, as the sequence of a position: 0 is before the first event. */
  readonly sequence: number
  /** The client's key, where it sent one. */
  readonly idempotencyKey: null | string
}

/** Somebody moved a processor back: it gets the results after that point again. Stream processor-<app>/<name>. */
export interface ProcessorRewound {
  /** App name. */
  readonly app: string
  /** Name of the processor, within its app. */
  readonly name: string
  /** Its new point in the log, as the sequence of a position: 0 is before the first event. */
  readonly sequence: number
  /** The client's key, where it sent one. */
  readonly idempotencyKey: null | string
}

/** Somebody let a queue run: no task can be added any more. */
export interface QueueCommitted {
  /** The client's key, where it sent one. */
  readonly idempotencyKey: null | string
}

/** Somebody made a queue of tasks. Stream queue-<id>. */
export interface QueueCreated {
  /** For people. */
  readonly name: null | string
  /** The app that its tasks are of, where the client said one. */
  readonly app: null | string
  /** The client's key, where it sent one. */
  readonly idempotencyKey: null | string
  /** SHA-256 over the request, to tell a repeated request from a reused key. */
  readonly requestHash: null | string
}

/** Every task of a queue has ended. */
export interface QueueEnded {
  /** SUCCEEDED: every task did. STOPPED: somebody stopped it. */
  readonly outcome: QueueOutcome
}

/** Somebody stopped a queue: what waits is skipped. */
export interface QueueStopRequested {
  /** True: what runs is cancelled. */
  readonly cancelRunning: boolean
  /** Why, for people. */
  readonly reason: null | string
  /** The client's key, where it sent one. */
  readonly idempotencyKey: null | string
}

/** Tasks became part of a queue, at most 1 000. Their streams were written before. */
export interface QueueTasksAdded {
  /** The tasks. */
  readonly tasks: readonly QueuedTask[]
  /** The client's key, where it sent one. */
  readonly idempotencyKey: null | string
  /** SHA-256 over the request, to tell a repeated request from a reused key. */
  readonly requestHash: null | string
}

/** The read models could not be made anew; the old ones are as they were. */
export interface ReadModelsRebuildFailed {
  /** Code of the error. */
  readonly code: string
  /** The error, for people. */
  readonly message: string
}

/** Somebody asked that read models are made anew from the log. Stream rebuild-<id>. */
export interface ReadModelsRebuildRequested {
  /** Names of the read models. */
  readonly readModels: readonly string[]
  /** Why, for people. */
  readonly reason: null | string
  /** The client's key, where it sent one. */
  readonly idempotencyKey: null | string
}

/** The read models are new. */
export interface ReadModelsRebuilt {
  /** Position up to which they were made. */
  readonly upTo: string
  /** How long it took. */
  readonly durationMs: number
}

/** A request was refused at the door: its credentials are none (any more), a page of another origin sent it, or it asks for too much. Repetitions within a minute are one event. Stream refused-request-<reason>-<day>. */
export interface RequestRefused {
  /** FOREIGN_ORIGIN: a page of another origin, or for another host. COOKIE_ALONE: a cookie without the word of a browser which page sends it. TOKEN_ENDED: a token after its end. TOKEN_UNKNOWN: a token that nobody has. KEY_UNKNOWN: an auth key that nobody has, or that was revoked. SIGNATURE_WRONG, SIGNATURE_OLD: of REST v2. OVER_LIMITS: a GraphQL document, batch or body over the limits of the door, refused before anything of it ran; then the token proves whose it is. */
  readonly reason: string
  /** Method and path of the first such request. */
  readonly door: string
  /** The origin of the page, as its browser says, or the host that was named. */
  readonly origin: null | string
  /** Whose token it was. */
  readonly userId: null | string
  /** The session or the access token that it was. */
  readonly credentialId: null | string
  /** The auth id that the request names. */
  readonly authKeyId: null | string
  /** Where the first one came from; sealed under the key of the user whose token it was, if it was somebody's. */
  readonly remoteAddress: string
  /** From so many addresses. */
  readonly addresses: number
  /** So often. */
  readonly count: number
  /** The first time, ms since the epoch. */
  readonly firstAt: number
  /** The last time, ms since the epoch. */
  readonly lastAt: number
}

/** A role is another one from now on, for all who have it. Stream role-<name>. */
export interface RoleChanged {
  /** For people. */
  readonly description: string
  /** What who has the role may do. */
  readonly permissions: readonly string[]
  /** Names of apps; * is all. */
  readonly apps: readonly string[]
  /** Names of functions; * is all. */
  readonly funcs: readonly string[]
  /** A selector; empty is all agents. */
  readonly agents: string
  /** Names of secrets; * is all. */
  readonly secrets: readonly string[]
}

/** Somebody made a role. Stream role-<name>. */
export interface RoleCreated {
  /** For people. */
  readonly description: string
  /** What who has the role may do. */
  readonly permissions: readonly string[]
  /** Names of apps; * is all. */
  readonly apps: readonly string[]
  /** Names of functions; * is all. */
  readonly funcs: readonly string[]
  /** A selector; empty is all agents. */
  readonly agents: string
  /** Names of secrets; * is all. */
  readonly secrets: readonly string[]
}

/** A role is no more: who has it has nothing by it. Stream role-<name>. */
export interface RoleDeleted {
}

/** Somebody changed what a schedule does. All its settings from then on. */
export interface ScheduleChanged {
  /** For people. */
  readonly name: null | string
  /** Rule of Quartz, as it came. */
  readonly rule: string
  /** IANA time zone of the rule. */
  readonly timeZone: string
  /** No instant before it; ms since the epoch. */
  readonly startsAt: null | number
  /** No instant after it; ms since the epoch. */
  readonly endsAt: null | number
  /** What becomes of instants that are found due late. */
  readonly misfire: MisfirePolicy
  /** How late an instant may still fire, ms. */
  readonly misfireGraceMs: number
  /** What becomes of an instant while the task of an earlier one still runs. */
  readonly overlap: OverlapPolicy
  /** Id or ip of the agent, as it came: each task is for the agent that has it then. */
  readonly agent: string
  /** The agent that had it when this was decided. */
  readonly agentId: string
  /** App name. */
  readonly app: string
  /** Function of the app. */
  readonly func: string
  /** Parameter, JSON text. */
  readonly param: null | Value
  /** Custom worker entry. */
  readonly proxy: null | string
  /** Mode P: the result goes to the app's processor. */
  readonly processor: boolean
  /** Run timeout in ms; 0 is none. */
  readonly timeoutMs: number
  /** How long a task may wait for its agent to be connected, ms. */
  readonly startWithinMs: number
  /** Whether and when a task gets another attempt; null: never. */
  readonly retry: null | RetryPolicy
  /** Instants after it are those of this rule; ms since the epoch. */
  readonly since: number
  /** The client's key, where it sent one. */
  readonly idempotencyKey: null | string
}

/** Somebody made a schedule. Stream schedule-<id>. */
export interface ScheduleCreated {
  /** For people. */
  readonly name: null | string
  /** Rule of Quartz, as it came. */
  readonly rule: string
  /** IANA time zone of the rule. */
  readonly timeZone: string
  /** No instant before it; ms since the epoch. */
  readonly startsAt: null | number
  /** No instant after it; ms since the epoch. */
  readonly endsAt: null | number
  /** What becomes of instants that are found due late. */
  readonly misfire: MisfirePolicy
  /** How late an instant may still fire, ms. */
  readonly misfireGraceMs: number
  /** What becomes of an instant while the task of an earlier one still runs. */
  readonly overlap: OverlapPolicy
  /** Id or ip of the agent, as it came: each task is for the agent that has it then. */
  readonly agent: string
  /** The agent that had it when this was decided. */
  readonly agentId: string
  /** App name. */
  readonly app: string
  /** Function of the app. */
  readonly func: string
  /** Parameter, JSON text. */
  readonly param: null | Value
  /** Custom worker entry. */
  readonly proxy: null | string
  /** Mode P: the result goes to the app's processor. */
  readonly processor: boolean
  /** Run timeout in ms; 0 is none. */
  readonly timeoutMs: number
  /** How long a task may wait for its agent to be connected, ms. */
  readonly startWithinMs: number
  /** Whether and when a task gets another attempt; null: never. */
  readonly retry: null | RetryPolicy
  /** It fires nothing until it is resumed. */
  readonly isPaused: boolean
  /** Instants after it are those of this rule; ms since the epoch. */
  readonly since: number
  /** The client's key, where it sent one. */
  readonly idempotencyKey: null | string
  /** SHA-256 over the request, to tell a repeated request from a reused key. */
  readonly requestHash: null | string
}

/** Somebody deleted a schedule. */
export interface ScheduleDeleted {
  /** No instant after it fires; ms since the epoch. */
  readonly at: number
  /** The client's key, where it sent one. */
  readonly idempotencyKey: null | string
}

/** The rule of a schedule has no further instant. */
export interface ScheduleEnded {
  /** ms since the epoch, on the clock of the database. */
  readonly at: number
}

/** Instants of a schedule made no tasks: every one of the rule from `from` on and before `before`. */
export interface ScheduleInstantsNotFired {
  /** The rule that has the instants. */
  readonly rule: string
  /** IANA time zone of the rule. */
  readonly timeZone: string
  /** The first of them; ms since the epoch. */
  readonly from: number
  /** The end of the range, itself not in it; ms since the epoch. */
  readonly before: number
  /** What became of them. */
  readonly outcome: NotFiredOutcome
  /** Why, for people; begins with a code. */
  readonly reason: string
}

/** Somebody paused a schedule. */
export interface SchedulePaused {
  /** No instant after it fires; ms since the epoch. */
  readonly at: number
  /** The client's key, where it sent one. */
  readonly idempotencyKey: null | string
}

/** Somebody resumed a schedule. The instants of the pause are not made up for. */
export interface ScheduleResumed {
  /** Instants after it are those of this rule; ms since the epoch. */
  readonly since: number
  /** The client's key, where it sent one. */
  readonly idempotencyKey: null | string
}

/** Somebody changed which apps may use a secret. */
export interface SecretChanged {
  /** Apps whose tasks may use it; * is all. */
  readonly apps: readonly string[]
}

/** Somebody made a secret. Its value is in no event. Stream secret-<id>; the id follows from the name. */
export interface SecretCreated {
  /** What parameters and manifests refer to it by. It never changes. */
  readonly name: string
  /** Apps whose tasks may use it; * is all. */
  readonly apps: readonly string[]
  /** Number of its value; counts on where a secret of this name was deleted before. */
  readonly version: number
  /** Names its value. */
  readonly valueId: string
  /** The client's key, where it sent one. */
  readonly idempotencyKey: null | string
}

/** Somebody deleted a secret: its value is gone, and tasks that refer to it and were not sent yet fail. */
export interface SecretDeleted {
  /** Why, where somebody said. */
  readonly reason: null | string
}

/** Somebody gave a secret another value; the one before is gone. */
export interface SecretRotated {
  /** Number of its value. */
  readonly version: number
  /** Names its value. */
  readonly valueId: string
  /** The client's key, where it sent one. */
  readonly idempotencyKey: null | string
}

/** The value of a secret was sealed under another master key. Nothing else changed. */
export interface SecretSealedAnew {
  /** Number of its value. */
  readonly version: number
}

/** The agent received the instruction and has it in its journal. */
export interface TaskAcknowledged {
  /** The agent that the task is for. */
  readonly agentId: string
  /** App name. */
  readonly app: string
  /** Attempt, first is 1. */
  readonly attempt: number
  /** When, by the agent's clock corrected to the center's; ms since the epoch. */
  readonly happenedAt: number
}

/** Somebody refused to approve the task. */
export interface TaskApprovalRefused {
  /** The agent that the task is for. */
  readonly agentId: string
  /** App name. */
  readonly app: string
  /** Why, for people. */
  readonly reason: null | string
}

/** Somebody other than who asked for it approved the task. */
export interface TaskApproved {
  /** The agent that the task is for. */
  readonly agentId: string
  /** App name. */
  readonly app: string
  /** Why, for people. */
  readonly reason: null | string
}

/** An attempt ended without success, and the task goes on with another one: TaskWaiting follows in the same append. */
export interface TaskAttemptEnded {
  /** The agent that the task is for. */
  readonly agentId: string
  /** App name. */
  readonly app: string
  /** Attempt, first is 1. */
  readonly attempt: number
  /** When, by the agent's clock corrected to the center's; where it was given up as lost, by the center's; ms since the epoch. */
  readonly happenedAt: number
  /** How the attempt ended. */
  readonly outcome: RetriedEnd
  /** Why. */
  readonly failure: TaskFailure
  /** What is known of the worker's answer; null where the attempt was given up as lost. */
  readonly output: null | TaskOutput
  /** Set where something was left to kill. */
  readonly killed: null | KillProof
}

/** Somebody asked to cancel it; written before the cancel leaves. */
export interface TaskCancelRequested {
  /** The agent that the task is for. */
  readonly agentId: string
  /** App name. */
  readonly app: string
  /** Why, in the words of who asked. */
  readonly reason: null | string
  /** The client's key, where it sent one: the same cancel, asked again, is recognised also after the end. */
  readonly idempotencyKey: null | string
}

/** The run was killed on request, or never started. */
export interface TaskCancelled {
  /** The agent that the task is for. */
  readonly agentId: string
  /** App name. */
  readonly app: string
  /** Attempt, first is 1. */
  readonly attempt: number
  /** When, by the agent's clock corrected to the center's; ms since the epoch. */
  readonly happenedAt: number
  /** Why, in the words of who asked. */
  readonly reason: null | string
  /** Null where it never started. */
  readonly output: null | TaskOutput
  /** Null where nothing ran. */
  readonly killed: null | KillProof
  /** It came after the task had been given up as lost, and settled it. */
  readonly isLate: boolean
}

/** The center committed itself to send the task to its agent. */
export interface TaskDispatched {
  /** The agent that the task is for. */
  readonly agentId: string
  /** App name. */
  readonly app: string
  /** Attempt, first is 1. */
  readonly attempt: number
  /** The agent's journal that the instruction is for. */
  readonly journalId: string
  /** The agent must not start it later; ms since the epoch, center's clock. */
  readonly notAfter: number
  /** From then on the center may call it lost; ms since the epoch; null where only the start has a deadline. */
  readonly deadlineAt: null | number
}

/** The worker said false, broke, or was interrupted. */
export interface TaskFailed {
  /** The agent that the task is for. */
  readonly agentId: string
  /** App name. */
  readonly app: string
  /** Attempt, first is 1. */
  readonly attempt: number
  /** When, by the agent's clock corrected to the center's; ms since the epoch. */
  readonly happenedAt: number
  /** Why. */
  readonly failure: TaskFailure
  /** What is known of the worker's answer. */
  readonly output: TaskOutput
  /** Set where something was left to kill. */
  readonly killed: null | KillProof
  /** It came after the task had been given up as lost, and settled it. */
  readonly isLate: boolean
}

/** A guard of the app looks out for such a call: people are warned, or somebody else has to approve it. */
export interface TaskGuarded {
  /** The agent that the task is for. */
  readonly agentId: string
  /** App name. */
  readonly app: string
  /** Name of the guard. */
  readonly guard: string
  /** WARN, or APPROVE: it is not dispatched before somebody approved it. */
  readonly outcome: string
  /** What the guard says. */
  readonly message: string
  /** APPROVE: so long it waits for somebody's word once nothing else keeps it. */
  readonly approvalMs: null | number
}

/** The outcome is unknown; a later report of the same attempt settles it once. */
export interface TaskLost {
  /** The agent that the task is for. */
  readonly agentId: string
  /** App name. */
  readonly app: string
  /** Attempt, first is 1. */
  readonly attempt: number
  /** Why. */
  readonly failure: TaskFailure
}

/** The app's processor has the result. */
export interface TaskProcessed {
  /** Agent id. */
  readonly agentId: string
  /** App name. */
  readonly app: string
  /** Attempt. */
  readonly attempt: number
  /** When, by the agent's clock corrected to the center's; ms since the epoch. */
  readonly happenedAt: number
  /** Calls of the processor for this result so far. */
  readonly calls: number
  /** What the processor answered, cut to 1 024 characters. */
  readonly answer: string
}

/** A call of the processor failed; the agent calls again later. Recorded after the calls 1, 2, 4, 8 and so on. */
export interface TaskProcessingDelayed {
  /** Agent id. */
  readonly agentId: string
  /** App name. */
  readonly app: string
  /** Attempt. */
  readonly attempt: number
  /** When, by the agent's clock corrected to the center's; ms since the epoch. */
  readonly happenedAt: number
  /** Calls of the processor for this result so far. */
  readonly calls: number
  /** Why the last call failed. */
  readonly error: string
}

/** The result will not be handed to the app's processor any more: the agent gave up, or (outcomeUnknown) nobody can tell whether it was. */
export interface TaskProcessingFailed {
  /** Agent id. */
  readonly agentId: string
  /** App name. */
  readonly app: string
  /** Attempt. */
  readonly attempt: number
  /** When, by the agent's clock corrected to the center's; ms since the epoch. */
  readonly happenedAt: number
  /** Calls of the processor for this result so far. */
  readonly calls: number
  /** Why. */
  readonly error: string
  /** True: the center says so, because the agent's journal with the result is gone, or the agent was removed or revoked. A report of the agent settles it once, should one come nevertheless. */
  readonly outcomeUnknown: boolean
}

/** The agent keeps the result of the attempt and hands it to the app's processor. */
export interface TaskProcessingStarted {
  /** Agent id. */
  readonly agentId: string
  /** App name. */
  readonly app: string
  /** Attempt. */
  readonly attempt: number
  /** The agent's journal that has the result; empty where it is not known. */
  readonly journalId: string
}

/** The agent refused it: the worker surely never started. */
export interface TaskRejected {
  /** The agent that the task is for. */
  readonly agentId: string
  /** App name. */
  readonly app: string
  /** Attempt, first is 1. */
  readonly attempt: number
  /** When, by the agent's clock corrected to the center's; ms since the epoch. */
  readonly happenedAt: number
  /** Why. */
  readonly failure: TaskFailure
  /** Worker flag -1 and the contract's text. */
  readonly output: TaskOutput
  /** It came after the task had been given up as lost, and settled it. */
  readonly isLate: boolean
}

/** A report came that changes nothing. */
export interface TaskReportIgnored {
  /** The agent that the task is for. */
  readonly agentId: string
  /** App name. */
  readonly app: string
  /** Attempt, first is 1. */
  readonly attempt: number
  /** What it said. */
  readonly report: ReportKind
  /** Of a report of an end. */
  readonly outcome: null | TaskOutcome
  /** Why it is ignored. */
  readonly reason: IgnoredReason
}

/** Somebody asked for a task. */
export interface TaskRequested {
  /** What made it. */
  readonly kind: TaskKind
  /** The agent that the task is for. */
  readonly agentId: string
  /** App name. */
  readonly app: string
  /** The agent's ip at that time. */
  readonly agentIp: string
  /** Function of the app. */
  readonly func: string
  /** Parameter, JSON text. */
  readonly param: null | Value
  /** Custom worker entry. */
  readonly proxy: null | string
  /** Mode P: the result goes to the app's processor. */
  readonly processor: boolean
  /** Run timeout in ms; 0 is none. */
  readonly timeoutMs: number
  /** The client's key, where it sent one. */
  readonly idempotencyKey: null | string
  /** SHA-256 over the request, to tell a repeated request from a reused key. */
  readonly requestHash: null | string
  /** The queue that it belongs to. */
  readonly queueId: null | string
  /** The schedule that made it. */
  readonly scheduleId: null | string
  /** The cron of the agent's own cron.json that made it. */
  readonly cronId: null | string
  /** The instant of the rule that it was made for; ms since the epoch. */
  readonly fireAt: null | number
  /** Ids of the tasks that have to succeed first. */
  readonly parents: readonly string[]
  /** How long it may wait for its agent to be connected, ms. */
  readonly startWithinMs: number
  /** Whether and when there is another attempt; null: never. */
  readonly retry: null | RetryPolicy
}

/** The values of secrets are sent to the agent with the instruction of an attempt, encrypted for the agent's key. */
export interface TaskSecretsUsed {
  /** The agent that gets them. */
  readonly agentId: string
  /** App name. */
  readonly app: string
  /** Attempt, first is 1. */
  readonly attempt: number
  /** Which secrets, and which of their values. */
  readonly secrets: readonly UsedSecret[]
  /** The agent's key that they are encrypted for, as people compare keys. */
  readonly fingerprint: string
}

/** The task ended while it waited: it will never be dispatched (again). */
export interface TaskSkipped {
  /** The agent that the task is for. */
  readonly agentId: string
  /** App name. */
  readonly app: string
  /** Why. */
  readonly failure: TaskFailure
}

/** The agent is spawning the worker. */
export interface TaskStarted {
  /** The agent that the task is for. */
  readonly agentId: string
  /** App name. */
  readonly app: string
  /** Attempt, first is 1. */
  readonly attempt: number
  /** When, by the agent's clock corrected to the center's; ms since the epoch. */
  readonly happenedAt: number
}

/** The worker said true. */
export interface TaskSucceeded {
  /** The agent that the task is for. */
  readonly agentId: string
  /** App name. */
  readonly app: string
  /** Attempt, first is 1. */
  readonly attempt: number
  /** When, by the agent's clock corrected to the center's; ms since the epoch. */
  readonly happenedAt: number
  /** The worker's answer. */
  readonly output: TaskOutput
  /** It came after the task had been given up as lost, and settled it. */
  readonly isLate: boolean
}

/** The agent killed the run at its timeout. */
export interface TaskTimedOut {
  /** The agent that the task is for. */
  readonly agentId: string
  /** App name. */
  readonly app: string
  /** Attempt, first is 1. */
  readonly attempt: number
  /** When, by the agent's clock corrected to the center's; ms since the epoch. */
  readonly happenedAt: number
  /** Why. */
  readonly failure: TaskFailure
  /** Worker flag -1 and the contract's text. */
  readonly output: TaskOutput
  /** How sure the kill is. */
  readonly killed: null | KillProof
  /** It came after the task had been given up as lost, and settled it. */
  readonly isLate: boolean
}

/** The task is not dispatched yet: it waits for its queue, its agent, the time of its next attempt, somebody's approval, or its turn. */
export interface TaskWaiting {
  /** The agent that the task is for. */
  readonly agentId: string
  /** App name. */
  readonly app: string
  /** The attempt that it waits for, first is 1. */
  readonly attempt: number
  /** What it waits for. */
  readonly reason: WaitReason
  /** RETRY: when the attempt is due; ms since the epoch, center's clock. */
  readonly notBefore: null | number
  /** If the agent is not connected by then, the task is skipped; ms since the epoch, center's clock; null: it waits without end. */
  readonly startBefore: null | number
}

/** A user has a token for programs. The token is in no event. */
export interface AccessTokenCreated {
  /** Id of the token. */
  readonly tokenId: string
  /** For people. Sealed under the user's own key; plain in events of earlier releases. */
  readonly name: string
  /** Names of the permissions that it is good for, of those that the user has; null: all of them. */
  readonly scopes: null | readonly string[]
  /** It proves nothing from this instant on, ms since the epoch; null: it does not expire. */
  readonly expiresAt: null | number
}

/** A token of a user proves nothing any more. */
export interface AccessTokenRevoked {
  /** Id of the token. */
  readonly tokenId: string
  /** Why, for people. */
  readonly reason: null | string
}

/** Somebody changed what a user is called or which roles the user has. Has all of it as it is afterwards. */
export interface UserChanged {
  /** For people. Sealed under the user's own key; plain in events of earlier releases. */
  readonly displayName: string
  /** Names of the user's roles. */
  readonly roles: readonly string[]
}

/** Somebody made a user. Stream user-<id>; the id follows from the name. */
export interface UserCreated {
  /** What the user signs in with. It never changes. Sealed under the user's own key; plain in events of earlier releases. */
  readonly name: string
  /** For people. Sealed under the user's own key; plain in events of earlier releases. */
  readonly displayName: string
  /** Names of the user's roles. */
  readonly roles: readonly string[]
}

/** A user may do nothing any more, until enabled again. The ends of the user's sessions follow. */
export interface UserDisabled {
  /** Why, for people. */
  readonly reason: null | string
}

/** A user who was disabled may sign in again. */
export interface UserEnabled {
}

/** What says who a user is was erased: the key that opens the user's name, display name, addresses and texts of this stream was deleted, or is about to be. The user may do nothing any more, for ever. */
export interface UserErased {
  /** Why, for people. It stays, so it names nobody. */
  readonly reason: null | string
}

/** A user is who an identity provider says: from now on a sign-in by it is this user's. */
export interface UserIdentityLinked {
  /** Which provider, by its issuer. */
  readonly issuer: string
  /** The id that the provider has for the user; it never changes there. Sealed under the user's own key; plain in events of earlier releases. */
  readonly subject: string
}

/** A user has another password. Neither it nor its hash is in any event. */
export interface UserPasswordSet {
  /** True: somebody else knows it, so the user must change it before doing anything else. */
  readonly isOneTime: boolean
}

/** A user signed in with a recovery code, which is good for nothing any more. */
export interface UserRecoveryCodeUsed {
  /** So many are left. */
  readonly left: number
}

/** A user has other recovery codes; those before are good for nothing. */
export interface UserRecoveryCodesMade {
  /** So many. */
  readonly count: number
}

/** A user has no second factor any more: a password is enough. */
export interface UserSecondFactorRemoved {
}

/** A user has a second factor: each sign-in with a password wants one of its codes, too. Neither its secret nor a recovery code is in any event. */
export interface UserSecondFactorSet {
  /** So many recovery codes were made. */
  readonly recoveryCodes: number
}

/** A session ended: its token proves nothing any more. */
export interface UserSessionEnded {
  /** Id of the session. */
  readonly sessionId: string
  /** Why. */
  readonly cause: SessionEnd
}

/** Sign-ins failed. Many that come together are one event. Those with names that no user has are in stream user-0000000000000000, without the names: people mistake the fields and type passwords. */
export interface UserSignInFailed {
  /** Why. */
  readonly fault: SignInFault
  /** From which address; of several, the last one. Of a user it is sealed under the user's own key; plain in events of earlier releases, and of names that no user has. */
  readonly remoteAddress: string
  /** From so many addresses. */
  readonly addresses: number
  /** So many sign-ins. */
  readonly count: number
  /** When the first of them was, ms since the epoch. */
  readonly firstAt: number
  /** When the last of them was, ms since the epoch. */
  readonly lastAt: number
  /** No sign-in of this user is tried before this instant, ms since the epoch; null: the next may come at once. */
  readonly lockedUntil: null | number
}

/** A user signed in; a session began. */
export interface UserSignedIn {
  /** Id of the session. The token that proves it is in no event. */
  readonly sessionId: string
  /** How the user proved who they are. */
  readonly method: SignInMethod
  /** Whether a second factor was asked for and was right. */
  readonly hasSecondFactor: boolean
  /** From which address. Sealed under the user's own key; plain in events of earlier releases. */
  readonly remoteAddress: string
  /** The header User-Agent of the request, cut. Sealed under the user's own key; plain in events of earlier releases. */
  readonly program: string
  /** The session ends then at the latest, ms since the epoch. */
  readonly expiresAt: number
}

/** Somebody changed a webhook. All its settings from then on. */
export interface WebhookChanged {
  /** For people. */
  readonly name: null | string
  /** Where its deliveries go. */
  readonly url: string
  /** The events that it delivers. */
  readonly filter: WebhookFilter
  /** Names the secret that signs its deliveries; the secret itself is in no event. */
  readonly secretId: string
  /** It begins anew after this event: its secret had been lost, with a restored log. */
  readonly isRestarted: boolean
  /** The client's key, where it sent one. */
  readonly idempotencyKey: null | string
}

/** Somebody made a webhook. Stream webhook-<id>. */
export interface WebhookCreated {
  /** For people. */
  readonly name: null | string
  /** Where its deliveries go. */
  readonly url: string
  /** The events that it delivers. */
  readonly filter: WebhookFilter
  /** Names the secret that signs its deliveries; the secret itself is in no event. */
  readonly secretId: string
  /** The position after which it begins; null: after this event. */
  readonly after: null | string
  /** It delivers nothing until it is resumed. */
  readonly isPaused: boolean
  /** The client's key, where it sent one. */
  readonly idempotencyKey: null | string
  /** Keyed hash of the request, to tell a repeated request from a reused key. */
  readonly requestHash: null | string
}

/** Somebody deleted a webhook, and with it its secret. */
export interface WebhookDeleted {
  /** The client's key, where it sent one. */
  readonly idempotencyKey: null | string
}

/** A delivery has failed for good: it is not tried again unless somebody asks for it. */
export interface WebhookDeliveryFailed {
  /** The delivery. */
  readonly deliveryId: string
  /** The event that was not delivered. */
  readonly eventId: string
  /** How often it was tried. */
  readonly attempts: number
  /** Why the last attempt failed. */
  readonly error: string
}

/** For a while each attempt of a webhook has failed. */
export interface WebhookFailing {
  /** The first of these failures; ms since the epoch. */
  readonly since: number
  /** Why the last attempt failed. */
  readonly error: string
}

/** Somebody paused a webhook: it delivers nothing until it is resumed. */
export interface WebhookPaused {
  /** The client's key, where it sent one. */
  readonly idempotencyKey: null | string
}

/** A webhook that was failing has delivered again. */
export interface WebhookRecovered {
  /** Since when its attempts had failed; ms since the epoch. */
  readonly since: number
}

/** Somebody asked that a delivery is made again, or at once. */
export interface WebhookRedeliveryRequested {
  /** The delivery. */
  readonly deliveryId: string
  /** The client's key, where it sent one. */
  readonly idempotencyKey: null | string
}

/** Somebody resumed a webhook: it goes on where it was. */
export interface WebhookResumed {
  /** The client's key, where it sent one. */
  readonly idempotencyKey: null | string
}

/** Kill an attempt, or never start it. */
export interface CancelTask {
  /** Task id. */
  readonly taskId: string
  /** Attempt. */
  readonly attempt: number
  /** Why. */
  readonly reason: null | string
  /** For the agent's log. */
  readonly correlationId: string
}

/** Run an attempt of a task. */
export interface RunTask {
  /** Task id. */
  readonly taskId: string
  /** Attempt, first is 1. */
  readonly attempt: number
  /** The journal that it is for; another one refuses it. */
  readonly journalId: string
  /** What made it. */
  readonly kind: TaskKind
  /** App name. */
  readonly app: string
  /** Function. */
  readonly func: string
  /** Parameter, JSON text. */
  readonly param: null | Value
  /** Custom worker entry. */
  readonly proxy: null | string
  /** Mode P. */
  readonly processor: boolean
  /** Run timeout in ms from the spawn; 0 is none. */
  readonly timeoutMs: number
  /** Do not start later; ms since the epoch, center's clock. */
  readonly notAfter: number
  /** For the agent's log. */
  readonly correlationId: string
  /** Open map; traceparent first. */
  readonly metadata: { readonly [key: string]: string }
  /** Ends of this attempt that another attempt follows; told in mode P, because their results do not go to the processor. */
  readonly retriedOn: readonly RetriedEnd[]
  /** Secrets whose values come along. */
  readonly secretNames: readonly string[]
  /** A JSON object with the value of each, sealed for the agent's key as schemas/link/secret-statement.ts says; empty: none. */
  readonly sealedSecrets: Uint8Array
}

/** What came of an app that an agent shall have, or shall have no more. */
export interface AgentAppReport {
  /** The agent chooses it, unique within one of its processes; the receipt names it. */
  readonly reportId: number
  /** Name of the app. */
  readonly app: string
  /** The version; empty where it was removed. */
  readonly version: string
  /** What came of it. */
  readonly outcome: AppOutcome
  /** Why it failed, a stable code. */
  readonly code: null | string
  /** Why it failed, for people. */
  readonly message: null | string
}

/** The agent dropped runs of its own crons that the center had not heard of: its journal keeps only so many. */
export interface AgentCronDropsReport {
  /** The agent chooses it, unique within one of its processes; the receipt names it. */
  readonly reportId: number
  /** The journal that had them. */
  readonly journalId: string
  /** Number of this batch of dropped runs, counted in that journal from 1. */
  readonly batch: number
  /** How many runs. */
  readonly count: number
  /** The earliest instant of their rules; ms since the epoch. */
  readonly firstFireAt: number
  /** The latest instant of their rules; ms since the epoch. */
  readonly lastFireAt: number
}

/** A run of an agent's own cron, journaled. It is attempt 1 of a task that the agent makes. */
export interface AgentCronRun {
  /** The agent chooses it, unique within one of its processes; the receipt names it. */
  readonly reportId: number
  /** Follows from agent, cron and instant. */
  readonly taskId: string
  /** Key of the cron in the agent's cron.json. */
  readonly cronId: string
  /** The instant of the rule, by the clock of the agent's host; ms since the epoch. */
  readonly fireAt: number
  /** When it was journaled, by the agent's clock corrected to the center's; ms since the epoch. */
  readonly happenedAt: number
  /** The agent's journal. */
  readonly journalId: string
  /** App name. */
  readonly app: string
  /** Function of the app. */
  readonly func: string
  /** Parameter, JSON text. */
  readonly param: null | Value
  /** Custom worker entry. */
  readonly proxy: null | string
  /** Mode P. */
  readonly processor: boolean
  /** Run timeout in ms; 0 is none. */
  readonly timeoutMs: number
}

/** What the agent has in its own cron.json, as it is now. */
export interface AgentCronsReport {
  /** The agent chooses it, unique within one of its processes; the receipt names it. */
  readonly reportId: number
  /** The time zone of the agent's host, in which its rules are meant. */
  readonly timeZone: string
  /** All entries of its cron.json. */
  readonly crons: readonly OwnCron[]
  /** Why the file could not be read; the entries are then those of the last file that could. */
  readonly fileError: null | string
}

/** The agent's facts have changed. */
export interface AgentFactsReport {
  /** The agent chooses it, unique within one of its processes; the receipt names it. */
  readonly reportId: number
  /** All facts, as they are now. */
  readonly facts: AgentFacts
}

/** The agent refused something that came as an instruction of the center. */
export interface AgentInstructionReport {
  /** The agent chooses it, unique within one of its processes; the receipt names it. */
  readonly reportId: number
  /** Stable code: why it was refused. */
  readonly code: string
  /** The key that it names; empty: it is not signed. */
  readonly keyId: string
  /** The task that it names; empty where that can not be read. */
  readonly namedTaskId: string
  /** The attempt that it names; 0 where that can not be read. */
  readonly namedAttempt: number
}

/** Received and journaled. */
export interface AttemptAcknowledged {
  /** The agent chooses it, unique within one of its processes; the receipt names it. */
  readonly reportId: number
  /** Task id. */
  readonly taskId: string
  /** Attempt. */
  readonly attempt: number
  /** When, by the agent's clock corrected to the center's; ms since the epoch. */
  readonly happenedAt: number
}

/** How an attempt ended, journaled. */
export interface AttemptEnded {
  /** The agent chooses it, unique within one of its processes; the receipt names it. */
  readonly reportId: number
  /** Task id. */
  readonly taskId: string
  /** Attempt. */
  readonly attempt: number
  /** When, by the agent's clock corrected to the center's; ms since the epoch. */
  readonly happenedAt: number
  /** How. */
  readonly outcome: TaskOutcome
  /** Why, where it did not succeed and was not cancelled. */
  readonly failure: null | TaskFailure
  /** The worker's answer, or the contract's text; null where cancelled before its start. */
  readonly output: null | TaskOutput
  /** Set where something was killed. */
  readonly killed: null | KillProof
  /** True: the agent hands this result to the app's processor, and reports what becomes of it. */
  readonly processing: boolean
}

/** How far the agent is with handing the result of an attempt to the app's processor. DELIVERED and FAILED are journaled and come once. */
export interface AttemptProcessing {
  /** The agent chooses it, unique within one of its processes; the receipt names it. */
  readonly reportId: number
  /** Task id. */
  readonly taskId: string
  /** Attempt. */
  readonly attempt: number
  /** When, by the agent's clock corrected to the center's; ms since the epoch. */
  readonly happenedAt: number
  /** How far. */
  readonly state: ProcessingState
  /** Calls of the processor for this result so far. */
  readonly calls: number
  /** Why the last call failed. */
  readonly error: null | string
  /** What the processor answered, cut to 1 024 characters. */
  readonly answer: null | string
}

/** About to be spawned, and journaled. */
export interface AttemptStarted {
  /** The agent chooses it, unique within one of its processes; the receipt names it. */
  readonly reportId: number
  /** Task id. */
  readonly taskId: string
  /** Attempt. */
  readonly attempt: number
  /** When, by the agent's clock corrected to the center's; ms since the epoch. */
  readonly happenedAt: number
}

/** The agent stops on purpose. */
export interface AgentGoodbye {
  /** For people. */
  readonly reason: string
}

/** First message of an agent on a new socket. */
export interface AgentHello {
  /** Version of the link protocol. */
  readonly protocolVersion: number
  /** What lets an agent enrol; needed until the center knows its key. */
  readonly joinToken: string
  /** Random, made at the agent's first start. */
  readonly agentId: string
  /** Declared alias, IPv4. */
  readonly ip: string
  /** Random, one for each start of the process. */
  readonly bootId: string
  /** Random, made with the journal; new where the journal is. */
  readonly journalId: string
  /** The agent's clock, ms since the epoch. */
  readonly clockMs: number
  /** What it can do beyond the protocol version. */
  readonly capabilities: readonly string[]
  /** Schemas that it reads, 16 hex digits each. */
  readonly fingerprints: readonly string[]
  /** What it tells of itself. */
  readonly facts: AgentFacts
  /** What its journal has open. */
  readonly openAttempts: readonly OpenAttempt[]
  /** Ed25519 public key of the agent, base64url of its 32 bytes; empty: an agent of a release without keys. */
  readonly publicKey: string
  /** Signature by that key over what schemas/link/hello-statement.ts says, base64url. */
  readonly proof: string
  /** The key that the agent wants to have from now on, where it changes its key; empty: it does not. */
  readonly nextPublicKey: string
  /** Signature by that key over the same, base64url. */
  readonly nextProof: string
}

/** What a run printed, from an offset on. It is no report: it may be lost on the way, and is sent again until an OutputReceipt covers it. */
export interface AgentOutput {
  /** Task id. */
  readonly taskId: string
  /** Attempt. */
  readonly attempt: number
  /** The agent process that runs it; another one has nothing of it. */
  readonly bootId: string
  /** When the run began, by the agent's clock corrected to the center's, the same in all messages of the attempt; ms since the epoch. */
  readonly startedAt: number
  /** Of the first byte, counted over both streams in the order in which the agent read them; the first is 0. */
  readonly offset: number
  /** At most 64 KiB in 256 pieces; none where only what follows has changed. */
  readonly pieces: readonly OutputPiece[]
  /** What the run has printed so far, kept or not. */
  readonly printedBytes: number
  /** Why nothing is kept after the last byte of these pieces; null: more may follow. */
  readonly cut: null | OutputCut
  /** Bytes that are no text in the app's encoding became U+FFFD. */
  readonly altered: boolean
  /** The run has ended, and these pieces are the last. */
  readonly ended: boolean
}

/** Heartbeat, and question for the time. */
export interface AgentPing {
  /** The agent's clock, ms since the epoch. */
  readonly clockMs: number
}

/** Answer to a ping. */
export interface CenterPong {
  /** As the ping said. */
  readonly agentClockMs: number
  /** The center's clock, ms since the epoch. */
  readonly clockMs: number
}

/** Answer to a hello: no. The socket is closed after it. */
export interface CenterRefusal {
  /** Stable code. */
  readonly code: string
  /** For people. */
  readonly message: string
  /** Whether trying again later makes sense. */
  readonly canRetry: boolean
}

/** Answer to a hello: the link is up. */
export interface CenterWelcome {
  /** Version that is spoken from here on. */
  readonly protocolVersion: number
  /** This session's id. */
  readonly sessionId: string
  /** The center's clock, ms since the epoch. */
  readonly clockMs: number
  /** What the center can do. */
  readonly capabilities: readonly string[]
  /** Schemas that it reads, 16 hex digits each. */
  readonly fingerprints: readonly string[]
  /** The agent pings this often. */
  readonly pingIntervalMs: number
  /** The agent sends no more reports than this ahead of their receipts. */
  readonly maxUnreceipted: number
  /** The agent's alias: what it declared, or else the address from which the center sees it. */
  readonly ip: string
  /** Public keys that may sign instructions, Ed25519, base64url; the first one signs now. None: instructions are not signed. */
  readonly instructionKeys: readonly string[]
  /** By which of the keys that sign instructions the others are vouched for: an agent that knows one of them learns the others by it. */
  readonly keyEndorsements: readonly KeyEndorsement[]
}

/** One WebSocket message: messages in order, each single-object encoded. */
export interface Frame {
  /** Each one begins with C3 01 and its schema's fingerprint. */
  readonly messages: readonly Uint8Array[]
}

/** How far the output log has what an agent sent. Only agents that send AgentOutput get it. */
export interface OutputReceipt {
  /** One for each attempt. */
  readonly outputs: readonly OutputReach[]
}

/** The reports are durable at the center; the agent may forget them. */
export interface Receipt {
  /** Of this session. */
  readonly reportIds: readonly number[]
}

/** The apps of the center that an agent shall have; it removes others that it had from the center. */
export interface SetApps {
  /** Grows with each change for this agent: it does not go back to a lower one of the same log. */
  readonly revision: number
  /** All of them. */
  readonly apps: readonly WantedApp[]
  /** Apps that it shall not have any more, and of which it has not told that they are gone. */
  readonly removed: readonly string[]
  /** For the agent's log. */
  readonly correlationId: string
  /** Names the center's log. A log that was restored is another one, and its revisions begin where they were. */
  readonly logId: string
}

/** An instruction as the center signed it, with others that left at the same time: the signature is over the root of a tree of their hashes. Only agents that read this get it; others get what is in it. */
export interface SignedInstruction {
  /** Names the key: the first 16 characters of the public key. */
  readonly keyId: string
  /** The agent that it is for; no other does it. */
  readonly agentId: string
  /** It counts no more after this; ms since the epoch, center's clock. Of a run it is the one of the instruction. */
  readonly notAfter: number
  /** Ed25519, base64url, over the root, as schemas/link/instruction-statement.ts says. All instructions of the tree have the same. */
  readonly signature: string
  /** `RunTask` or `CancelTask`, single-object encoded. It names the task and the attempt. */
  readonly instruction: Uint8Array
  /** 16 random bytes, hashed with the instruction: who gets another one of the tree can't guess this one. */
  readonly salt: Uint8Array
  /** The way from the hash of this instruction to the root, 33 bytes a step: the side of the other hash (0: left, 1: right), and the hash. Empty where it left alone. */
  readonly path: Uint8Array
}
