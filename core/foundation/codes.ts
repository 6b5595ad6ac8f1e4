/**
 * Every stable code of the platform, with its meaning. docs/reference/codes.md lists them all; a test checks this.
 * - refusal: an expected refusal by a decision. GraphQL shows it as `refusal`, REST v2 as the code in `rest` (default 410.1
 *   with the refusal's own text). `hasRestDetail`: REST v2 sends the text too, although the refusal has a code of its own.
 * - failure: why a task did not succeed.
 * - error: the request or the platform is at fault; GraphQL shows it in `errors[].extensions.code`.
 */
export const codes = {
  // refusals
  AGENT_UNKNOWN: { kind: 'refusal', meaning: 'No agent has this id or ip.', rest: '410.1' },
  AGENT_OFFLINE: { kind: 'refusal', meaning: 'The agent is not connected.', rest: '410.1' },
  AGENT_CONNECTED: { kind: 'refusal', meaning: 'The agent is connected, or was less than the grace ago: only one that has gone can be removed.' },
  AGENT_DUPLICATE: { kind: 'refusal', meaning: 'Another process with this agent id is connected and answers.' },
  LINK_SESSION_UNKNOWN: { kind: 'refusal', meaning: 'The center does not count this session of a Kafka link (any more); the agent makes a new one.' },
  AGENT_IP_TAKEN: { kind: 'refusal', meaning: 'The declared ip belongs to another agent that is connected.' },
  AGENT_ID_INVALID: { kind: 'refusal', meaning: 'The agent id is not of the form that agents make.' },
  AGENT_IP_INVALID: { kind: 'refusal', meaning: 'The declared ip is not an IPv4 address.' },
  JOIN_TOKEN_INVALID: { kind: 'refusal', meaning: 'The join token is not the one that this gateway wants.' },
  PROTOCOL_VERSION_UNSUPPORTED: { kind: 'refusal', meaning: 'The agent speaks a version of the link protocol that the center does not.' },
  APP_INVALID: { kind: 'refusal', meaning: 'The app name is blank, too long, or could leave the app folder.', rest: '403.3' },
  FUNC_INVALID: { kind: 'refusal', meaning: 'The function name is blank or too long.', rest: '403.7' },
  PROXY_INVALID: { kind: 'refusal', meaning: 'The proxy is blank, too long, or has control characters.' },
  PARAM_INVALID: { kind: 'refusal', meaning: 'The parameter is not JSON.', rest: '403.2' },
  PARAM_TOO_DEEP: { kind: 'refusal', meaning: 'The parameter nests arrays and objects more than 64 levels deep.', rest: '403.2' },
  PARAM_TOO_LARGE: { kind: 'refusal', meaning: 'The parameter is larger than 64 KiB.', rest: '403.2' },
  TEXT_INVALID: { kind: 'refusal', meaning: 'A text holds half a surrogate pair, which has no UTF-8 form: it was cut within a character.' },
  PROCESSOR_UNSUPPORTED: {
    kind: 'refusal',
    meaning: 'Mode P was asked for, and this release has no processors yet.',
    rest: '403.4',
    hasRestDetail: true,
  },
  TIMEOUT_INVALID: { kind: 'refusal', meaning: 'The timeout is negative, not whole, or longer than 2 147 483 s.', rest: '403.8' },
  IDEMPOTENCY_KEY_INVALID: { kind: 'refusal', meaning: 'The idempotency key is blank or longer than 256 characters.' },
  IDEMPOTENCY_KEY_REUSED: { kind: 'refusal', meaning: 'The idempotency key was used for another request.' },
  ID_UNKNOWN: { kind: 'refusal', meaning: 'Nothing of the kind that was asked for has this id. Tasks and agents have codes of their own.' },
  TASK_UNKNOWN: { kind: 'refusal', meaning: 'No task has this id.' },
  TASK_ENDED: { kind: 'refusal', meaning: 'The task has ended already.' },
  REASON_TOO_LONG: { kind: 'refusal', meaning: 'The reason is longer than 1 024 characters.' },
  RULE_INVALID: { kind: 'refusal', meaning: 'The rule of a schedule is not a Quartz rule; the message names the field.', rest: '403.5' },
  RULE_NEVER_FIRES: {
    kind: 'refusal',
    meaning: 'The rule has no instant from now on, or between startsAt and endsAt.',
    rest: '403.5',
  },
  TIME_ZONE_UNKNOWN: { kind: 'refusal', meaning: 'The time zone is none of IANA.' },
  SCHEDULE_UNKNOWN: { kind: 'refusal', meaning: 'No schedule has this id.', rest: '411.1' },
  SCHEDULE_DELETED: { kind: 'refusal', meaning: 'The schedule was deleted.', rest: '411.1' },
  SCHEDULE_INVALID: { kind: 'refusal', meaning: 'A setting of the schedule is not possible; the message and the field say which.' },
  // failures of tasks
  WORKER_SAID_NO: { kind: 'failure', meaning: 'The worker answered false.' },
  WORKER_EXIT: { kind: 'failure', meaning: 'The worker ended with an exit code other than 0, or by a signal.' },
  WORKER_NO_FLAG: { kind: 'failure', meaning: 'The worker printed no <ElvesWFlag>.' },
  WORKER_NO_RESULT: { kind: 'failure', meaning: 'The worker printed no <ElvesWResult>.' },
  WORKER_SPAWN: { kind: 'failure', meaning: 'The worker could not be started; it surely never ran.' },
  AGENT_RESOURCES_SHORT: {
    kind: 'failure',
    meaning: 'The agent had no file descriptor, process, memory or disk space left to start the worker with; it surely never ran. Try again later.',
  },
  INTERRUPTED: { kind: 'failure', meaning: 'The agent died under the run: it may have run wholly, partly or not at all.' },
  RUN_TIMEOUT: { kind: 'failure', meaning: 'The run reached its timeout and was killed.' },
  APP_NOT_INSTALLED: { kind: 'failure', meaning: 'The app is not on this agent.' },
  PROXY_REFUSED: { kind: 'failure', meaning: 'The proxy leaves the app folder or is not there.' },
  EXPIRED: { kind: 'failure', meaning: 'The agent got to it after its start deadline; it surely never ran.' },
  JOURNAL_CHANGED: { kind: 'failure', meaning: 'The instruction was for an earlier journal of the agent; it surely never ran under this one.' },
  JOURNAL_FAILED: { kind: 'failure', meaning: 'The agent could not write its journal (disk full, say); it surely never ran.' },
  AGENT_STOPPING: { kind: 'failure', meaning: 'The agent is shutting down; it surely never ran.' },
  AGENT_BUSY: { kind: 'failure', meaning: 'The agent has more tasks waiting than it may; it surely never ran.' },
  OUTCOME_UNKNOWN: { kind: 'failure', meaning: 'No word from the agent by the deadline; a late report settles it once.' },
  // errors
  BAD_REQUEST: { kind: 'error', meaning: 'The request is not well-formed.' },
  ENCODING_INVALID: { kind: 'error', meaning: 'A text of the request is not UTF-8.' },
  REQUEST_TOO_SLOW: { kind: 'error', meaning: 'The request did not arrive in its time.' },
  METHOD_NOT_ALLOWED: { kind: 'error', meaning: 'The request needs another HTTP method; the header `Allow` has it.' },
  PERSISTED_QUERY_NOT_SUPPORTED: { kind: 'error', meaning: 'The request has only the hash of a document; the document must come along.' },
  UNAUTHENTICATED: { kind: 'error', meaning: 'The request does not say who sends it, or not credibly.' },
  ORIGIN_FORBIDDEN: { kind: 'error', meaning: 'The request comes from a web page of another origin, or names another host.' },
  NOT_FOUND: { kind: 'error', meaning: 'Nothing is at this address.' },
  CURSOR_INVALID: { kind: 'error', meaning: 'The cursor is not one that this list gave.' },
  POSITION_INVALID: { kind: 'error', meaning: 'The position is not well-formed.' },
  POSITION_UNKNOWN: { kind: 'error', meaning: 'The position is of another log, or beyond this one.' },
  QUERY_TOO_COMPLEX: { kind: 'error', meaning: 'The request costs more than the limit.' },
  TOO_MANY_TASKS: { kind: 'error', meaning: 'More tasks at once than the 1 000 that one call may carry.' },
  PAGE_TOO_LARGE: { kind: 'error', meaning: 'The page asked for is larger than 500 or smaller than 1.' },
  ANSWER_TOO_LARGE: { kind: 'error', meaning: 'The answer would be larger than one may be; ask for less at once.' },
  ROW_UNREADABLE: { kind: 'error', meaning: 'A row of a read model can not be read; a rebuild makes it anew.' },
  READ_MODEL_BEHIND: { kind: 'error', meaning: 'The read model did not get to the asked position within 5 s.' },
  SUBSCRIBER_TOO_SLOW: { kind: 'error', meaning: 'The subscriber fell behind its buffer; resume after its last position.' },
  VERSION_CONFLICT: { kind: 'error', meaning: 'The stream was written by somebody else meanwhile, and again after each retry.' },
  STORE_UNAVAILABLE: { kind: 'error', meaning: 'The event store does not answer.' },
  COMMAND_SERVICE_UNAVAILABLE: { kind: 'error', meaning: 'The command service does not answer.' },
  CHECKPOINT_CONFLICT: { kind: 'error', meaning: 'Another instance moved this checkpoint meanwhile.' },
  LEASE_LOST: { kind: 'error', meaning: 'Another instance owns this work now.' },
  SCHEMA_TOO_NEW: { kind: 'error', meaning: 'The database was migrated by a newer release than this one.' },
  EVENT_UNREADABLE: { kind: 'error', meaning: 'A stored event has no schema that this release knows.' },
  FRAME_INVALID: { kind: 'error', meaning: 'A frame of an agent link is not well-formed, too large, or out of turn.' },
  CONFIG_INVALID: { kind: 'error', meaning: 'A setting has a value that it can not have.' },
  CONFIG_UNKNOWN: { kind: 'error', meaning: 'An ELVES_* variable is known to no part of the platform.' },
  PORT_IN_USE: { kind: 'error', meaning: 'Another process listens on this port.' },
  PORT_FORBIDDEN: { kind: 'error', meaning: 'This process may not listen on this port; those below 1024 take rights on most systems.' },
  ADDRESS_NOT_HERE: { kind: 'error', meaning: 'This machine does not have the address to listen on.' },
  DATA_FOLDER_IN_USE: { kind: 'error', meaning: 'Another process of ours works on this data folder.' },
  DATA_FOLDER_DAMAGED: { kind: 'error', meaning: 'The data folder lacks a part or holds one that can not be read.' },
  READ_MODELS_MISSING: { kind: 'error', meaning: 'The database has no read models yet; a start of the platform makes them, a rebuild too.' },
  BACKUP_INVALID: { kind: 'error', meaning: 'The file is no backup, is not whole, was altered, or has a format that this release does not know.' },
  FILE_EXISTS: { kind: 'error', meaning: 'A file is there already and is not overwritten.' },
  DATA_FOLDER_NOT_EMPTY: { kind: 'error', meaning: 'The data folder has a history, which a restore does not replace without being told to.' },
  DATABASE_REFUSED: { kind: 'error', meaning: 'The database server refuses us: sign-in, rights, or a database that is not there.' },
  DATABASE_NOT_STARTED: { kind: 'error', meaning: 'The embedded Postgres could not be made or started; the message has its own words.' },
  AGENT_NOT_STARTED: { kind: 'error', meaning: 'The process of a local agent ends before it has said who it is; the message has its last words.' },
  FILE_UNUSABLE: {
    kind: 'error',
    meaning: 'A file or folder can not be made, read or written: rights, something else in its place, a read-only file system.',
  },
  DISK_FULL: { kind: 'error', meaning: 'A file system has no room left, or a quota is used up; the message says which and how much is free.' },
  RESOURCES_SHORT: { kind: 'error', meaning: 'The machine, or a limit of this process, has no descriptors, processes or memory left.' },
  JAVA_MISSING: { kind: 'error', meaning: 'No java of version 17 or later is on the PATH; the Kafka broker needs it.' },
  DOWNLOAD_FAILED: { kind: 'error', meaning: 'A part could not be downloaded, or is not what its checksum says.' },
  KAFKA_UNAVAILABLE: { kind: 'error', meaning: 'The Kafka brokers do not answer.' },
  KAFKA_REFUSED: { kind: 'error', meaning: 'The Kafka brokers refuse us: sign-in, rights, or a topic that is not there.' },
  TOPIC_MISFIT: { kind: 'error', meaning: 'A Kafka topic has other partitions or another retention than the platform needs.' },
  PYTHON_MISSING: { kind: 'error', meaning: 'No Python is where it was looked for; classic Python workers can not run.' },
  SHUTTING_DOWN: { kind: 'error', meaning: 'The process is stopping; try again on another one or later.' },
  OVERLOADED: { kind: 'error', meaning: 'More work is waiting than the limit; try again later.' },
  INTERNAL: { kind: 'error', meaning: 'A fault of ours; the log has the details under the correlation id.' },
} as const satisfies Record<
  string,
  { kind: 'refusal'; meaning: string; rest?: string; hasRestDetail?: boolean } | { kind: 'failure' | 'error'; meaning: string }
>

export type Code = keyof typeof codes
type CodesOfKind<Kind> = { [C in Code]: (typeof codes)[C]['kind'] extends Kind ? C : never }[Code]
export type RefusalCode = CodesOfKind<'refusal'>
export type FailureCode = CodesOfKind<'failure'>
export type ErrorCode = CodesOfKind<'error'>

export function isCode(text: string): text is Code {
  return Object.hasOwn(codes, text)
}
