// Generated from dashboard/operations and schemas/graphql by `npm run generate`; do not edit.
/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
import type { DocumentTypeDecoration } from '@graphql-typed-document-node/core';
/** What somebody can be allowed to do. */
export type Permission =
  /** See tasks and agents. */
  | 'VIEW'
  /** Run tasks, also in queues. */
  | 'RUN'
  /** Approve tasks of others that a guard keeps, or refuse them. */
  | 'APPROVE'
  /** Cancel tasks and stop queues. */
  | 'CANCEL'
  /** Make and change schedules, which then run tasks. */
  | 'SCHEDULE'
  /** Manage apps, their versions, bindings and rollouts, and webhooks. */
  | 'MANAGE_APPS'
  /** Approve, label, revoke and remove agents, and make join tokens. */
  | 'MANAGE_AGENTS'
  /** Manage users, roles, grants and auth keys. */
  | 'MANAGE_ACCESS'
  /** Read the audit log, and who may do what. */
  | 'AUDIT'
  /** Refer to secrets in the parameters of tasks, and release versions of apps whose manifest does. */
  | 'USE_SECRETS'
  /** Make, rotate, change and delete secrets. */
  | 'MANAGE_SECRETS';

/** Who can be allowed something. */
export type SubjectKind =
  /** A user. */
  | 'USER'
  /** A role: all who have it. */
  | 'ROLE'
  /** An auth key of REST v2. */
  | 'AUTH_KEY';

/** In which language a sentence is. */
export type Language =
  /** English. */
  | 'EN'
  /** Chinese. */
  | 'ZH';

/** A user, a role or an auth key. */
export type SubjectInput = {
  /** Which kind. */
  readonly kind: SubjectKind;
  /** Id of the user or the auth key, or name of the role. A user may be named by name, too. */
  readonly id: string;
};

/** To whom, what, over what. */
export type GrantInput = {
  /** Who gets it. */
  readonly subject: SubjectInput;
  /** What is allowed. */
  readonly permission: Permission;
  /** Names of apps; `*` is all. */
  readonly apps?: ReadonlyArray<string> | null | undefined;
  /** Names of functions; `*` is all. */
  readonly funcs?: ReadonlyArray<string> | null | undefined;
  /** A selector; empty is all agents. */
  readonly agents?: string | null | undefined;
  /** Names of secrets, for USE_SECRETS and MANAGE_SECRETS; `*` is all. */
  readonly secrets?: ReadonlyArray<string> | null | undefined;
  /** It allows nothing from this instant on; absent: it does not expire. */
  readonly expiresAt?: string | null | undefined;
  /** The same key with the same input is the same grant, also after a lost answer; with another input it is refused. */
  readonly idempotencyKey?: string | null | undefined;
};

/** Which grant to revoke, and why. */
export type RevokeGrantInput = {
  /** The grant's id. */
  readonly grant: string;
  /** For people; at most 1 024 characters. */
  readonly reason?: string | null | undefined;
  /** Taken as everywhere: to revoke again changes nothing, with or without it. */
  readonly idempotencyKey?: string | null | undefined;
};

/** A role, and what it allows. */
export type CreateRoleInput = {
  /** 1 to 64 letters of ASCII, digits, `_`, `.` and `-`. */
  readonly name: string;
  /** For people; at most 1 000 characters. */
  readonly description?: string | null | undefined;
  /** What who has it may do; at least one. */
  readonly permissions: ReadonlyArray<Permission>;
  /** Names of apps; `*` is all. */
  readonly apps?: ReadonlyArray<string> | null | undefined;
  /** Names of functions; `*` is all. */
  readonly funcs?: ReadonlyArray<string> | null | undefined;
  /** A selector; empty is all agents. */
  readonly agents?: string | null | undefined;
  /** Names of secrets, for USE_SECRETS and MANAGE_SECRETS; `*` is all. */
  readonly secrets?: ReadonlyArray<string> | null | undefined;
  /** Taken as everywhere: to make the same role again changes nothing, with or without it. */
  readonly idempotencyKey?: string | null | undefined;
};

/** How a role shall be; what is absent stays as it is. */
export type UpdateRoleInput = {
  /** The role's name. */
  readonly name: string;
  /** For people; at most 1 000 characters. */
  readonly description?: string | null | undefined;
  /** What who has it may do; at least one. */
  readonly permissions?: ReadonlyArray<Permission> | null | undefined;
  /** Names of apps; `*` is all. */
  readonly apps?: ReadonlyArray<string> | null | undefined;
  /** Names of functions; `*` is all. */
  readonly funcs?: ReadonlyArray<string> | null | undefined;
  /** A selector; empty is all agents. */
  readonly agents?: string | null | undefined;
  /** Names of secrets, for USE_SECRETS and MANAGE_SECRETS; `*` is all. */
  readonly secrets?: ReadonlyArray<string> | null | undefined;
  /** Taken as everywhere: to change it so again changes nothing, with or without it. */
  readonly idempotencyKey?: string | null | undefined;
};

/** Which role to delete. */
export type DeleteRoleInput = {
  /** The role's name. */
  readonly name: string;
  /** Taken as everywhere: to delete again changes nothing, with or without it. */
  readonly idempotencyKey?: string | null | undefined;
};

/** Whether the result of a run goes to the app's processor. */
export type AgentCronMode =
  /** To the app's processor. */
  | 'P'
  /** No processor. */
  | 'NP';

/** Whether an agent is connected. */
export type AgentState =
  /** Known, but never connected: it may wait for `approveAgent`. */
  | 'PENDING'
  /** It has a link, or lost it less than the grace ago. */
  | 'CONNECTED'
  /** It said goodbye, or was approved a moment ago. */
  | 'OFFLINE'
  /** It has been silent for longer than the grace. */
  | 'LOST'
  /** Somebody revoked it: it is refused for good. */
  | 'REVOKED'
  /** Somebody removed it after it had gone: lists leave it out unless they ask for this state. It is back when it connects again. */
  | 'REMOVED';

/** Which agent to remove, and why. */
export type RemoveAgentInput = {
  /** Agent id, or its ip. It must not be connected. */
  readonly agent: string;
  /** For people; at most 1 024 characters. */
  readonly reason?: string | null | undefined;
  /** The same key is the same removal, also where the agent has come back meanwhile. */
  readonly idempotencyKey?: string | null | undefined;
};

/** Which agent to approve. */
export type ApproveAgentInput = {
  /** Agent id. One that waits has no ip yet. */
  readonly agent: string;
  /** Taken as everywhere: to approve again changes nothing, with or without it. */
  readonly idempotencyKey?: string | null | undefined;
};

/** Which agent to revoke, and why. */
export type RevokeAgentInput = {
  /** Agent id, or its ip. */
  readonly agent: string;
  /** For people; at most 1 024 characters. */
  readonly reason?: string | null | undefined;
  /** Taken as everywhere: to revoke again changes nothing, with or without it. */
  readonly idempotencyKey?: string | null | undefined;
};

/** Labels for an agent. */
export type SetAgentLabelsInput = {
  /** Agent id, or its ip. */
  readonly agent: string;
  /** All labels that people give it: an object of texts, at most 64. They take the place of those that people gave it before. */
  readonly labels: unknown;
  /** Taken as everywhere: the same labels again change nothing, with or without it. */
  readonly idempotencyKey?: string | null | undefined;
};

/** Which agents: lists are any-of, several fields are and; an absent field is any. */
export type AgentFilter = {
  /** Agent ids. */
  readonly ids?: ReadonlyArray<string> | null | undefined;
  /** Ips. */
  readonly ips?: ReadonlyArray<string> | null | undefined;
  /** States. */
  readonly states?: ReadonlyArray<AgentState> | null | undefined;
  /** Names of apps that it has. */
  readonly apps?: ReadonlyArray<string> | null | undefined;
  /**
   * A label selector with the syntax of Kubernetes, over labels and the keys `id`, `ip`, `name`, `platform`, `version` and `app` (true
   * if one of its apps is the value): `env=prod,region in (eu,us),!canary`. A text with spaces or signs stands in double quotes. Empty
   * selects all; SELECTOR_INVALID names the place.
   */
  readonly selector?: string | null | undefined;
};

/** How far an agent is with an app. */
export type AppOnAgentState =
  /** It runs the wanted version. */
  | 'INSTALLED'
  /** It has not told yet. */
  | 'PENDING'
  /** It could not get or install the wanted version; it runs what it had. */
  | 'FAILED'
  /** It has removed the app. */
  | 'REMOVED';

/** An app to create. */
export type CreateAppInput = {
  /** 1 to 128 letters, digits, _ . and -, the first no . or -. */
  readonly name: string;
  /** For people, at most 128 characters. */
  readonly displayName?: string | null | undefined;
  /** For people, at most 4 096 characters. */
  readonly description?: string | null | undefined;
  /** Taken as everywhere: to create an app again with the same texts changes nothing, with or without it. */
  readonly idempotencyKey?: string | null | undefined;
};

/** Which version to release, and how. */
export type ReleaseAppVersionInput = {
  /** Name of the app. */
  readonly app: string;
  /** A version that was uploaded. */
  readonly version: string;
  /** In which stages; absent: to all agents at once, and back if one fails. */
  readonly rollout?: RolloutInput | null | undefined;
  /** The same key with the same version is the same release; with another version it is refused. */
  readonly idempotencyKey?: string | null | undefined;
};

/** Which app, for which agents. */
export type BindAppInput = {
  /** Name of the app. */
  readonly app: string;
  /** A selector, as `env=prod,region in (eu,us),!canary`; empty: all agents. */
  readonly agents: string;
  /** Taken as everywhere: a binding that is there is not made again. */
  readonly idempotencyKey?: string | null | undefined;
};

/** Whether an app may be used. */
export type AppState =
  /** It may. */
  | 'ACTIVE'
  /** Its tasks are refused, and agents remove it. */
  | 'BANNED';

/** What became of a version. */
export type AppVersionState =
  /** It was not released yet. */
  | 'UPLOADED'
  /** It was released, now or earlier. */
  | 'RELEASED'
  /** Nobody gets it any more. */
  | 'WITHDRAWN';

/** For whom an auth key is. */
export type CreateAuthKeyInput = {
  /** For people, 1 to 128 characters. */
  readonly name: string;
  /** The app that `/api/v2/info/app` tells of; absent: none. What it may run follows from grants only. */
  readonly app?: string | null | undefined;
  /** The same key with the same input is the same auth key, also after a lost answer; with another input it is refused. */
  readonly idempotencyKey?: string | null | undefined;
};

/** Which auth key gets another secret. */
export type RotateAuthKeyInput = {
  /** The auth key's id. */
  readonly id: string;
  /** For so long the secret that it has is taken as well; at most 30 days. */
  readonly overlapMs?: number | null | undefined;
  /** The same key is the same rotation, also after a lost answer. */
  readonly idempotencyKey?: string | null | undefined;
};

/** Which auth key to revoke, and why. */
export type RevokeAuthKeyInput = {
  /** The auth key's id. */
  readonly id: string;
  /** For people; at most 1 024 characters. */
  readonly reason?: string | null | undefined;
  /** Taken as everywhere: to revoke again changes nothing, with or without it. */
  readonly idempotencyKey?: string | null | undefined;
};

/** Whether the signatures of an auth key are taken. */
export type AuthKeyState =
  /** They are. */
  | 'USABLE'
  /** Somebody revoked it. */
  | 'REVOKED';

/** Kinds of actors. */
export type ActorKind =
  /** Whoever reaches the platform on its own machine. */
  | 'LOCAL'
  /** A person with an account. */
  | 'USER'
  /** A key of REST v2. */
  | 'AUTH_KEY'
  /** An agent. */
  | 'AGENT'
  /** A schedule. */
  | 'SCHEDULE'
  /** The platform itself. */
  | 'SYSTEM'
  /** A newer release wrote a kind that this one does not know. */
  | 'UNKNOWN';

/** Which events: lists are any-of, several fields are and; an absent field is any. */
export type EventFilter = {
  /** Streams. */
  readonly streams?: ReadonlyArray<string> | null | undefined;
  /** Event types. */
  readonly types?: ReadonlyArray<string> | null | undefined;
  /** Actor ids. */
  readonly actors?: ReadonlyArray<string> | null | undefined;
  /** Agent ids or ips that they are about. */
  readonly agents?: ReadonlyArray<string> | null | undefined;
  /** App names that they are about. */
  readonly apps?: ReadonlyArray<string> | null | undefined;
  /** Caused by this request. */
  readonly correlationId?: string | null | undefined;
  /** One of the texts in `data` contains this, upper and lower case as here; 1 to 256 characters. A page looks into at most 20 000 events that the other fields match, so it may be short, even empty, with more behind it: see `hasNextPage`. */
  readonly text?: string | null | undefined;
  /** Recorded at this instant or later. */
  readonly from?: string | null | undefined;
  /** Recorded before this instant. */
  readonly to?: string | null | undefined;
};

/** What an inventory source is. */
export type InventorySourceKind =
  /** A JSON document that is asked for by HTTP. */
  | 'HTTP'
  /** A JSON or CSV file on the host of the center. */
  | 'FILE';

/** Whether an inventory source could be read. */
export type InventorySourceState =
  /** It was not read yet. */
  | 'WAITING'
  /** The labels of agents are what it said when it was last read. */
  | 'SYNCED'
  /** It could not be read; the labels that it gave stay. */
  | 'FAILING'
  /** The configuration does not have it any more, and its labels are gone. Only subscriptions show this. */
  | 'REMOVED';

/** Who may enrol with a join token, and how. */
export type CreateJoinTokenInput = {
  /** For people, 1 to 128 characters. */
  readonly name: string;
  /** It lets nobody in from this instant on; absent: it does not expire. */
  readonly expiresAt?: string | null | undefined;
  /** So many agents may enrol with it, at most 10 000; absent: any number. */
  readonly maxUses?: number | null | undefined;
  /** Labels of the agents that enrol with it: an object of texts, at most 64. */
  readonly labels?: unknown;
  /** Whether its agents may work at once; false: each waits for `approveAgent`. */
  readonly approve?: boolean | null | undefined;
  /** The same key with the same input is the same join token, also after a lost answer; with another input it is refused. */
  readonly idempotencyKey?: string | null | undefined;
};

/** What can be limited. */
export type LimitedKind =
  /** A user, with all that he asks for, also by his schedules. */
  | 'USER'
  /** An auth key of REST v2. */
  | 'AUTH_KEY'
  /** An app. */
  | 'APP'
  /** An agent. */
  | 'AGENT';

/** What happens to a call that a guard looks out for. */
export type GuardOutcome =
  /** It is done, and the task says so. */
  | 'WARN'
  /** It is refused with CALL_GUARDED. */
  | 'REFUSE'
  /** Its task waits until somebody else approves it. */
  | 'APPROVE';

/** Of what, and how much. At least one number; an absent one is not limited. */
export type SetLimitInput = {
  /** What is limited. */
  readonly kind: LimitedKind;
  /** Id of the user, key or agent (a user may be named by name, an agent by ip), name of the app, or `*`: each that has no limit of its own. */
  readonly of: string;
  /** Most tasks that have not ended. */
  readonly openTasks?: number | null | undefined;
  /** Most tasks that are requested in an hour. */
  readonly tasksPerHour?: number | null | undefined;
  /** Most tasks that are at agents at once: a task that may wait (startWithinMs) waits for its turn, another one is refused with CONCURRENCY_REACHED. */
  readonly runningTasks?: number | null | undefined;
  /** Taken as everywhere: to set the same limit again changes nothing, with or without it. */
  readonly idempotencyKey?: string | null | undefined;
};

/** Which limit. */
export type RemoveLimitInput = {
  /** What is limited. */
  readonly kind: LimitedKind;
  /** Id or name, as in `setLimit`. */
  readonly of: string;
  /** Taken for uniformity. */
  readonly idempotencyKey?: string | null | undefined;
};

/** For which calls, and what happens to them. */
export type SetGuardInput = {
  /** Name of the app; `*` is every app. */
  readonly app: string;
  /** Its name among the guards of the app: 1 to 64 letters of ASCII, digits, `_`, `.` and `-`. */
  readonly name: string;
  /** Names of functions; `*` is every function. */
  readonly funcs?: ReadonlyArray<string> | null | undefined;
  /** A pattern of RE2 that the text of the parameter has somewhere; absent: whatever the parameter is. */
  readonly pattern?: string | null | undefined;
  /** What happens to such a call. */
  readonly outcome: GuardOutcome;
  /** What the asker is told; at most 1 000 characters. */
  readonly message?: string | null | undefined;
  /** APPROVE: so long it waits for somebody's word, in ms, at most 7 days. */
  readonly approvalMs?: number | null | undefined;
  /** Taken as everywhere: to set the same guard again changes nothing, with or without it. */
  readonly idempotencyKey?: string | null | undefined;
};

/** Which guard. */
export type RemoveGuardInput = {
  /** Name of the app; `*` is every app. */
  readonly app: string;
  /** Its name. */
  readonly name: string;
  /** Taken for uniformity. */
  readonly idempotencyKey?: string | null | undefined;
};

/** Which task, and why. */
export type DecideTaskInput = {
  /** The task. */
  readonly task: string;
  /** For people; at most 1 024 characters. */
  readonly reason?: string | null | undefined;
  /** Taken for uniformity: to say the same again changes nothing. */
  readonly idempotencyKey?: string | null | undefined;
};

/** What a task waits for. */
export type WaitReason =
  /** Its queue: it has not been committed, or a parent has not succeeded yet. */
  | 'QUEUE'
  /** Its agent is not connected, or its app is on its way to the agent. */
  | 'AGENT'
  /** The delay before its next attempt, then its agent. */
  | 'RETRY'
  /** A newer release wrote a reason that this one does not know. */
  | 'UNKNOWN'
  /** Somebody's approval: a guard of the app keeps it. */
  | 'APPROVAL'
  /** Its turn: as many tasks run as may. */
  | 'LIMIT';

/** Which tasks: lists are any-of, several fields are and; an absent field is any. */
export type TaskFilter = {
  /** True: those that wait for somebody's approval; false: the others. */
  readonly needsApproval?: boolean | null | undefined;
  /** True: those that are late now: a run that is over its time limit, or a task that should have started by now; false: the others. */
  readonly isLate?: boolean | null | undefined;
  /** Task ids. */
  readonly ids?: ReadonlyArray<string> | null | undefined;
  /** Agent ids or ips. */
  readonly agents?: ReadonlyArray<string> | null | undefined;
  /** App names. */
  readonly apps?: ReadonlyArray<string> | null | undefined;
  /** States. */
  readonly states?: ReadonlyArray<TaskState> | null | undefined;
  /** Kinds. */
  readonly kinds?: ReadonlyArray<TaskKind> | null | undefined;
  /** Requested at this instant or later. */
  readonly requestedFrom?: string | null | undefined;
  /** Requested before this instant. */
  readonly requestedTo?: string | null | undefined;
  /** Caused by this request. */
  readonly correlationId?: string | null | undefined;
  /** Of these queues. */
  readonly queues?: ReadonlyArray<string> | null | undefined;
};

/** Which dead letter to try again. */
export type RetryDeadLetterInput = {
  /** The dead letter. */
  readonly deadLetter: string;
  /** The same key again is the same try, as long as the dead letter is there. */
  readonly idempotencyKey?: string | null | undefined;
};

/** Which dead letter to set aside, and why. */
export type SetAsideDeadLetterInput = {
  /** The dead letter. */
  readonly deadLetter: string;
  /** For people; at most 1 024 characters. */
  readonly reason?: string | null | undefined;
  /** The same key again changes nothing. */
  readonly idempotencyKey?: string | null | undefined;
};

/** Which dead letters; an absent field is any. */
export type DeadLetterFilter = {
  /** Any of these states. SETTLED finds nothing. */
  readonly states?: ReadonlyArray<DeadLetterState> | null | undefined;
  /** Any of these handlers. */
  readonly handlers?: ReadonlyArray<string> | null | undefined;
};

/** Whether somebody has to look at a dead letter. */
export type DeadLetterState =
  /** Its handler could not deal with the event. */
  | 'PARKED'
  /** Somebody said that nobody needs to look at it. Its event is still parked. */
  | 'SET_ASIDE'
  /** Its handler has dealt with the event. */
  | 'SETTLED';

/** Which read models to make anew, and why. */
export type RebuildReadModelsInput = {
  /** Names of read models, as `projectors` has them; empty: all. */
  readonly readModels: ReadonlyArray<string>;
  /** For people; at most 1 024 characters. */
  readonly reason?: string | null | undefined;
  /** The same key with the same names is the same rebuild. */
  readonly idempotencyKey?: string | null | undefined;
};

/** How far a rebuild is. */
export type RebuildState =
  /** It is waited for, or being done. The live read models go on. */
  | 'REQUESTED'
  /** The read models are new. */
  | 'DONE'
  /** It failed; the read models are as they were. */
  | 'FAILED';

/** What a projector does. */
export type ProjectorState =
  /** It replays what happened before. */
  | 'CATCHING_UP'
  /** It has reached the end and follows. */
  | 'LIVE'
  /** It stopped on an error. */
  | 'STOPPED';

/** How far the handing on of a result is. */
export type ProcessingState =
  /** The agent has the result in its journal, and calls the processor until it answers or the time is over. */
  | 'PENDING'
  /** The processor has answered. */
  | 'DELIVERED'
  /**
   * The agent has given up: the processor may have had the result nevertheless, without a good answer. Or, where lastError begins with
   * OUTCOME_UNKNOWN, no agent can tell any more: its journal is gone, or it was removed or revoked. Then a report that comes
   * nevertheless changes it once more.
   */
  | 'FAILED';

/** What queue to make. */
export type CreateQueueInput = {
  /** The app of tasks that name none. */
  readonly app?: string | null | undefined;
  /** For people, at most 256 characters. */
  readonly name?: string | null | undefined;
  /** Its first tasks, at most 1 000. */
  readonly tasks?: ReadonlyArray<QueueTaskInput> | null | undefined;
  /** True: it runs at once, and no task can be added any more. */
  readonly commit?: boolean | null | undefined;
  /** The same key with the same input is the same queue, also after a lost answer; with another input it is refused. */
  readonly idempotencyKey?: string | null | undefined;
};

/** Tasks for a queue. */
export type AddQueueTasksInput = {
  /** The queue. */
  readonly queue: string;
  /** At most 1 000. */
  readonly tasks: ReadonlyArray<QueueTaskInput>;
  /** The same key with the same input adds the tasks once, also after a lost answer; with another input it is refused. */
  readonly idempotencyKey?: string | null | undefined;
};

/** A task of a queue. */
export type QueueTaskInput = {
  /** A name within the queue, at most 256 characters, that other tasks can depend on. */
  readonly key?: string | null | undefined;
  /** Keys or ids of tasks of this queue, at most 1 000: this one starts when all of them have SUCCEEDED, and is SKIPPED when one of them has not. */
  readonly dependsOn?: ReadonlyArray<string> | null | undefined;
  /** Agent id, or its ip. */
  readonly agent: string;
  /** App name; absent: the app of the queue. */
  readonly app?: string | null | undefined;
  /** Function of the app. */
  readonly func: string;
  /** Any JSON value, at most 64 KiB and 64 levels deep; its text reaches the worker as it is sent. Absent or null: no parameter. */
  readonly param?: unknown;
  /** Custom worker entry below the app's folder, as the worker protocol says. */
  readonly proxy?: string | null | undefined;
  /** Mode P: the result goes to the app's processor, and to those who follow `processorResults`. */
  readonly processor?: boolean | null | undefined;
  /** Run timeout in ms, counted from the spawn; 0 is none. */
  readonly timeoutMs?: number | null | undefined;
  /** How long it may wait for its agent to be connected when its turn has come, in ms, at most 7 days; 0: it is skipped if the agent is not connected then. */
  readonly startWithinMs?: number | null | undefined;
  /** Whether and when there is another attempt; absent: never. */
  readonly retry?: RetryInput | null | undefined;
};

/** Which queue to commit. */
export type CommitQueueInput = {
  /** The queue. */
  readonly queue: string;
  /** With the same key, to commit it again is no error. */
  readonly idempotencyKey?: string | null | undefined;
};

/** Which queue to stop, and how. */
export type StopQueueInput = {
  /** The queue. */
  readonly queue: string;
  /** True: what runs is cancelled; false: it goes on. */
  readonly cancelRunning?: boolean | null | undefined;
  /** For people; at most 1 024 characters. */
  readonly reason?: string | null | undefined;
  /** With the same key, to stop it again is no error, also when it has ended. */
  readonly idempotencyKey?: string | null | undefined;
};

/** How far a queue is. */
export type QueueState =
  /** Tasks can be added; none runs. */
  | 'OPEN'
  /** It was committed, and not all of its tasks have ended. */
  | 'RUNNING'
  /** Every task SUCCEEDED. */
  | 'SUCCEEDED'
  /** Every task has ended, and not every one SUCCEEDED. */
  | 'FAILED'
  /** Somebody stopped it. Tasks may still run until `endedAt` is set. */
  | 'STOPPED';

/** Which queues; an absent field is any. */
export type QueueFilter = {
  /** Ids of queues. */
  readonly ids?: ReadonlyArray<string> | null | undefined;
  /** Any of these apps. */
  readonly apps?: ReadonlyArray<string> | null | undefined;
  /** Any of these states. */
  readonly states?: ReadonlyArray<QueueState> | null | undefined;
  /** Made at this instant or later. */
  readonly createdFrom?: string | null | undefined;
  /** Made before this instant. */
  readonly createdTo?: string | null | undefined;
};

/** Stages of a rollout. */
export type RolloutInput = {
  /** How many agents each batch reaches, with those before it: a share of the agents that the app is bound to, `10%`, or a number. After the last one all get it. */
  readonly batches?: ReadonlyArray<string> | null | undefined;
  /** How long to wait after each batch, at most 30 days. */
  readonly pauseMs?: number | null | undefined;
  /** Whether each batch but the first waits for `resumeRollout`. */
  readonly confirm?: boolean | null | undefined;
  /** With more failures than this, a share of the agents that the app is bound to or a number, it stops and rolls back. */
  readonly maxFailed?: string | null | undefined;
};

/** Which rollout. */
export type RolloutOnlyInput = {
  /** Its id. */
  readonly rollout: string;
  /** Taken as everywhere: what is so already is not done again. */
  readonly idempotencyKey?: string | null | undefined;
};

/** How far a rollout is. */
export type RolloutState =
  /** A batch is on its way, or the pause after it. */
  | 'RUNNING'
  /** Somebody paused it. */
  | 'PAUSED'
  /** It waits until somebody says by `resumeRollout` that the next batch may begin. */
  | 'CONFIRMING'
  /** All agents shall have the version. */
  | 'DONE'
  /** Its agents went back to the version before. */
  | 'ROLLED_BACK'
  /** Another release, or a ban, ended it where it stood. */
  | 'STOPPED';

/** What to run, where, and when. */
export type CreateScheduleInput = {
  /** For people, at most 256 characters. */
  readonly name?: string | null | undefined;
  /** Rule of Quartz: seconds minutes hours day-of-month month day-of-week and, if wanted, year. */
  readonly rule: string;
  /** IANA time zone of the rule, such as Europe/Berlin. */
  readonly timeZone: string;
  /** No instant before it. */
  readonly startsAt?: string | null | undefined;
  /** No instant after it. */
  readonly endsAt?: string | null | undefined;
  /** What becomes of instants that are found due late. */
  readonly misfire?: MisfirePolicy | null | undefined;
  /** How late an instant may still fire, in ms, at most one day. */
  readonly misfireGraceMs?: number | null | undefined;
  /** What becomes of an instant while the task of the one before has not ended. */
  readonly overlap?: OverlapPolicy | null | undefined;
  /** It fires nothing until it is resumed. */
  readonly paused?: boolean | null | undefined;
  /** Agent id, or its ip: each task is for the agent that has it then. */
  readonly agent: string;
  /** App name. */
  readonly app: string;
  /** Function of the app. */
  readonly func: string;
  /** Any JSON value, at most 64 KiB and 64 levels deep; its text reaches the worker as it is sent. Absent or null: no parameter. */
  readonly param?: unknown;
  /** Custom worker entry below the app's folder, as the worker protocol says. */
  readonly proxy?: string | null | undefined;
  /** Mode P: the result goes to the app's processor, and to those who follow `processorResults`. */
  readonly processor?: boolean | null | undefined;
  /** Run timeout in ms, counted from the spawn; 0 is none. */
  readonly timeoutMs?: number | null | undefined;
  /** How long a task may wait for its agent to be connected, in ms, at most 7 days; 0: the fire is refused with AGENT_OFFLINE. */
  readonly startWithinMs?: number | null | undefined;
  /** Whether and when a task gets another attempt; absent: never. */
  readonly retry?: RetryInput | null | undefined;
  /** The same key with the same input is the same schedule, also after a lost answer; with another input it is refused. */
  readonly idempotencyKey?: string | null | undefined;
};

/** What to change of a schedule: what is absent stays as it is. */
export type UpdateScheduleInput = {
  /** The schedule. */
  readonly schedule: string;
  /** For people, at most 256 characters; null: none. */
  readonly name?: string | null | undefined;
  /** Rule of Quartz. */
  readonly rule?: string | null | undefined;
  /** IANA time zone of the rule. */
  readonly timeZone?: string | null | undefined;
  /** No instant before it; null: no such bound. */
  readonly startsAt?: string | null | undefined;
  /** No instant after it; null: no such bound. */
  readonly endsAt?: string | null | undefined;
  /** What becomes of instants that are found due late. */
  readonly misfire?: MisfirePolicy | null | undefined;
  /** How late an instant may still fire, in ms, at most one day. */
  readonly misfireGraceMs?: number | null | undefined;
  /** What becomes of an instant while the task of the one before has not ended. */
  readonly overlap?: OverlapPolicy | null | undefined;
  /** Agent id, or its ip. */
  readonly agent?: string | null | undefined;
  /** App name. */
  readonly app?: string | null | undefined;
  /** Function of the app. */
  readonly func?: string | null | undefined;
  /** Any JSON value; null: no parameter. */
  readonly param?: unknown;
  /** Custom worker entry; null: none. */
  readonly proxy?: string | null | undefined;
  /** Mode P. */
  readonly processor?: boolean | null | undefined;
  /** Run timeout in ms; 0 is none. */
  readonly timeoutMs?: number | null | undefined;
  /** How long a task may wait for its agent to be connected, in ms. */
  readonly startWithinMs?: number | null | undefined;
  /** Whether and when a task gets another attempt; null: never. */
  readonly retry?: RetryInput | null | undefined;
  /** Taken as everywhere: to change to the same settings again changes nothing, with or without it. */
  readonly idempotencyKey?: string | null | undefined;
};

/** Which schedule. */
export type ScheduleInput = {
  /** The schedule. */
  readonly schedule: string;
  /** The same key is the same request. */
  readonly idempotencyKey?: string | null | undefined;
};

/** What became of an instant of a schedule. */
export type FireOutcome =
  /** It made a task. */
  | 'FIRED'
  /** It was found due too late for the schedule's misfire policy. */
  | 'MISSED'
  /** The schedule was paused, or the task of the instant before had not ended. */
  | 'SKIPPED'
  /** The task was refused. */
  | 'REFUSED';

/** Whether a schedule fires. */
export type ScheduleState =
  /** It fires. */
  | 'RUNNING'
  /** Somebody paused it. */
  | 'PAUSED'
  /** Its rule has no further instant. */
  | 'ENDED'
  /** Somebody deleted it. */
  | 'DELETED';

/** What becomes of an instant that is found due more than a second late, because the platform was down or behind. */
export type MisfirePolicy =
  /** It is MISSED. */
  | 'SKIP'
  /** The latest one fires unless it is older than the grace; the others are MISSED. */
  | 'FIRE_ONCE'
  /** All fire that are not older than the grace, in order; the others are MISSED. */
  | 'FIRE_ALL';

/** What becomes of an instant while the task of the one before has not ended. */
export type OverlapPolicy =
  /** It fires. */
  | 'ALLOW'
  /** It is SKIPPED. */
  | 'SKIP'
  /** It fires when that task has ended. */
  | 'QUEUE';

/** Which schedules; an absent field is any. */
export type ScheduleFilter = {
  /** Any of these schedules. */
  readonly ids?: ReadonlyArray<string> | null | undefined;
  /** For any of these agents: ids, or ips as they were given. */
  readonly agents?: ReadonlyArray<string> | null | undefined;
  /** Any of these apps. */
  readonly apps?: ReadonlyArray<string> | null | undefined;
  /** Any of these states. */
  readonly states?: ReadonlyArray<ScheduleState> | null | undefined;
  /** Of which an instant at or after this one was missed: the platform was down, or too late. Changes that are followed are of every schedule. */
  readonly missedSince?: string | null | undefined;
};

/** A code of the secret that was begun. */
export type ConfirmSecondFactorInput = {
  /** Six digits. */
  readonly code: string;
  /** Taken as everywhere. */
  readonly idempotencyKey?: string | null | undefined;
};

/** A code of the second factor. */
export type MakeRecoveryCodesInput = {
  /** Six digits, or a recovery code. */
  readonly code: string;
  /** Taken as everywhere. */
  readonly idempotencyKey?: string | null | undefined;
};

/** Whose second factor to take away. */
export type DisableSecondFactorInput = {
  /** Whose; absent: of the user who asks. */
  readonly user?: string | null | undefined;
  /** Six digits, or a recovery code; needed where it is of the user who asks. */
  readonly code?: string | null | undefined;
  /** Taken as everywhere: to do so again changes nothing. */
  readonly idempotencyKey?: string | null | undefined;
};

/** A new secret. */
export type CreateSecretInput = {
  /** 1 to 128 letters of ASCII, digits, `_`, `.` and `-`, the first no `.` or `-`. It never changes. */
  readonly name: string;
  /** 4 to 16 384 bytes of text, without NUL. */
  readonly value: string;
  /** Apps whose tasks may use it; `*` is all. */
  readonly apps?: ReadonlyArray<string> | null | undefined;
  /** The same key with the same input is the same secret, also after a lost answer; with another input it is refused. */
  readonly idempotencyKey?: string | null | undefined;
};

/** Which secret gets another value. */
export type RotateSecretInput = {
  /** The secret's name. */
  readonly name: string;
  /** 4 to 16 384 bytes of text, without NUL. */
  readonly value: string;
  /** The same key is the same rotation, also after a lost answer. */
  readonly idempotencyKey?: string | null | undefined;
};

/** Which apps may use a secret. */
export type UpdateSecretInput = {
  /** The secret's name. */
  readonly name: string;
  /** Apps whose tasks may use it; `*` is all. */
  readonly apps: ReadonlyArray<string>;
  /** Taken as everywhere: to change it so again changes nothing, with or without it. */
  readonly idempotencyKey?: string | null | undefined;
};

/** Which secret to delete, and why. */
export type DeleteSecretInput = {
  /** The secret's name. */
  readonly name: string;
  /** For people; at most 1 024 characters. */
  readonly reason?: string | null | undefined;
  /** Taken as everywhere: to delete again changes nothing, with or without it. */
  readonly idempotencyKey?: string | null | undefined;
};

/** Where a worker printed something. */
export type OutputStream =
  /** Standard output. */
  | 'OUT'
  /** Standard error. */
  | 'ERR';

/** Why output is not kept from some byte on. */
export type OutputCut =
  /** It is more than is kept of one attempt (`ELVES_AGENT_OUTPUT_KEPT_BYTES`). */
  | 'LIMIT'
  /** The agent had no room left for what the center had not taken (`ELVES_AGENT_OUTPUT_SPOOL_BYTES`). */
  | 'AGENT_FULL'
  /** The agent's process ended before it had sent the rest. */
  | 'AGENT_GONE'
  /** The center had no room left (`ELVES_OUTPUT_KEPT_BYTES`), or lost what it had. */
  | 'CENTER'
  /** It was kept for as long as the retention says, and is gone. */
  | 'EXPIRED';

/** What to run, and where. */
export type RunTaskInput = {
  /** Agent id, or its ip. An input has either this or `selector`. */
  readonly agent?: string | null | undefined;
  /**
   * One task for each agent that this selects, as `AgentFilter.selector` does, as of all that had happened when the call came. Agents that
   * can not have it are left out, each with its reason. Empty selects all.
   */
  readonly selector?: string | null | undefined;
  /** App name. */
  readonly app: string;
  /** Function of the app. */
  readonly func: string;
  /** Any JSON value, at most 64 KiB and 64 levels deep; its text reaches the worker as it is sent. Absent or null: no parameter. */
  readonly param?: unknown;
  /** Custom worker entry below the app's folder, as the worker protocol says. */
  readonly proxy?: string | null | undefined;
  /** Mode P: the result goes to the app's processor, and to those who follow `processorResults`. */
  readonly processor?: boolean | null | undefined;
  /** Run timeout in ms, counted from the spawn; 0 is none. */
  readonly timeoutMs?: number | null | undefined;
  /** How long it may wait for its agent to be connected, in ms, at most 7 days; 0: it is refused with AGENT_OFFLINE. */
  readonly startWithinMs?: number | null | undefined;
  /** Whether and when there is another attempt; absent: never. */
  readonly retry?: RetryInput | null | undefined;
  /** Answer when the task has ended, after all its attempts, else when it is durably requested. */
  readonly wait?: boolean | null | undefined;
  /**
   * The same key with the same input is the same task, also after a lost answer; with another input it is refused. With a selector each
   * agent has its own task of the key: the same call again finds those tasks, and runs new ones only on agents that it selects newly.
   */
  readonly idempotencyKey?: string | null | undefined;
};

/** Whether and when a task gets another attempt. */
export type RetryInput = {
  /** Most attempts, the first one included: 1 to 100. */
  readonly attempts: number;
  /** Delay after the first attempt in ms, at most 7 days. */
  readonly delayMs?: number | null | undefined;
  /** Each further delay is this many times the one before: 1 to 1 000. */
  readonly factor?: number | null | undefined;
  /** Longest delay in ms, at most 7 days. */
  readonly maxDelayMs?: number | null | undefined;
  /** Ends of an attempt after which there is another: FAILED, TIMED_OUT, REJECTED, LOST. After LOST it may run twice. */
  readonly on?: ReadonlyArray<TaskState> | null | undefined;
};

/** Which task to cancel, and why. */
export type CancelTaskInput = {
  /** The task. */
  readonly id: string;
  /** For people; at most 1 024 characters. */
  readonly reason?: string | null | undefined;
  /** Taken for uniformity: cancelling a task again changes nothing. */
  readonly idempotencyKey?: string | null | undefined;
};

/** How far a task has got. SUCCEEDED and those after it are ends; only LOST can still change, once. */
export type TaskState =
  /** Durably requested. */
  | 'REQUESTED'
  /** It is not dispatched yet: it waits for its queue, its agent or the time of its next attempt. */
  | 'WAITING'
  /** The center committed itself to send it to its agent. */
  | 'DISPATCHED'
  /** The agent has received and journaled it. */
  | 'ACKNOWLEDGED'
  /** The agent is running the worker. */
  | 'RUNNING'
  /** The worker said true. */
  | 'SUCCEEDED'
  /** The worker said false, broke, or was interrupted. */
  | 'FAILED'
  /** The run reached its timeout and was killed. */
  | 'TIMED_OUT'
  /** It was killed, or never started, because somebody asked for it. */
  | 'CANCELLED'
  /** The agent refused it: the worker surely never started. */
  | 'REJECTED'
  /** The outcome is unknown; a late report settles it once. */
  | 'LOST'
  /** It ended while it waited: it will never be dispatched. Its failure says why. */
  | 'SKIPPED';

/** What made a task. */
export type TaskKind =
  /** Somebody ran it at once. */
  | 'INSTANT'
  /** A queue. */
  | 'QUEUE'
  /** A schedule of the center. */
  | 'SCHEDULE'
  /** The agent's own cron. */
  | 'AGENT_CRON'
  /** A newer release wrote a kind that this one does not know. */
  | 'UNKNOWN';

/** Who signs in. */
export type SignInInput = {
  /** The name of the user. */
  readonly name: string;
  /** The password. */
  readonly password: string;
  /** A code of the second factor, or a recovery code, where the user has one; without it the error is SECOND_FACTOR_NEEDED. Each is good once. */
  readonly otp?: string | null | undefined;
  /** Taken as everywhere; each sign-in is a session of its own. */
  readonly idempotencyKey?: string | null | undefined;
};

/** Whom to make. */
export type CreateUserInput = {
  /** 1 to 64 characters: letters, digits, _ . @ and -, the first a letter or digit. It never changes. */
  readonly name: string;
  /** For people; at most 128 characters. */
  readonly displayName?: string | null | undefined;
  /** Names of roles. */
  readonly roles: ReadonlyArray<string>;
  /** At least 12 characters; absent: one is made, and shown once. */
  readonly password?: string | null | undefined;
  /** Taken as everywhere: the same user again is done already. */
  readonly idempotencyKey?: string | null | undefined;
};

/** What to change of a user. */
export type UpdateUserInput = {
  /** The user's id. */
  readonly user: string;
  /** For people; absent: as it is. */
  readonly displayName?: string | null | undefined;
  /** Names of roles; absent: as they are. */
  readonly roles?: ReadonlyArray<string> | null | undefined;
  /** Taken as everywhere: the same change again changes nothing. */
  readonly idempotencyKey?: string | null | undefined;
};

/** Whom to disable, and why. */
export type DisableUserInput = {
  /** The user's id. */
  readonly user: string;
  /** For people; at most 1 024 characters. */
  readonly reason?: string | null | undefined;
  /** Taken as everywhere: to disable again changes nothing. */
  readonly idempotencyKey?: string | null | undefined;
};

/** Whom to erase, and why. */
export type EraseUserInput = {
  /** The user's id. */
  readonly user: string;
  /** For people, at most 1 024 characters. It stays: name nobody in it. */
  readonly reason?: string | null | undefined;
  /** Taken as everywhere: to erase again changes nothing. */
  readonly idempotencyKey?: string | null | undefined;
};

/** Whom to enable. */
export type EnableUserInput = {
  /** The user's id. */
  readonly user: string;
  /** Taken as everywhere: to enable again changes nothing. */
  readonly idempotencyKey?: string | null | undefined;
};

/** Whose password to set. */
export type ResetPasswordInput = {
  /** The user's id. */
  readonly user: string;
  /** At least 12 characters; absent: one is made, and shown once. */
  readonly password?: string | null | undefined;
  /** Taken as everywhere; a password that is set again is another change. */
  readonly idempotencyKey?: string | null | undefined;
};

/** The password that holds, and the next. */
export type ChangePasswordInput = {
  /** The password that holds. */
  readonly oldPassword: string;
  /** At least 12 characters, at least 5 of them different, without the user's name. */
  readonly newPassword: string;
  /** Taken as everywhere. */
  readonly idempotencyKey?: string | null | undefined;
};

/** A token to make. */
export type CreateAccessTokenInput = {
  /** For people, 1 to 128 characters. */
  readonly name: string;
  /** It proves nothing from this instant on; absent: it does not expire. */
  readonly expiresAt?: string | null | undefined;
  /** Names of the permissions that it is good for, of those that the user has; absent: all of them. */
  readonly scopes?: ReadonlyArray<string> | null | undefined;
  /** The same key with the same input is the same token, also after a lost answer. */
  readonly idempotencyKey?: string | null | undefined;
};

/** Which token to revoke. */
export type RevokeAccessTokenInput = {
  /** The token's id. */
  readonly accessToken: string;
  /** Whose it is; absent: of the user who asks. */
  readonly user?: string | null | undefined;
  /** For people; at most 1 024 characters. */
  readonly reason?: string | null | undefined;
  /** Taken as everywhere: to revoke again changes nothing. */
  readonly idempotencyKey?: string | null | undefined;
};

/** Which sessions to end. */
export type EndSessionsInput = {
  /** Whose; absent: of the user who asks. */
  readonly user?: string | null | undefined;
  /** Their ids; absent: all. */
  readonly sessions?: ReadonlyArray<string> | null | undefined;
  /** Taken as everywhere: a session ends once. */
  readonly idempotencyKey?: string | null | undefined;
};

/** Whether a user may do anything. */
export type UserState =
  /** May sign in. */
  | 'ACTIVE'
  /** May do nothing. */
  | 'DISABLED'
  /** Nobody knows any more who it was: what says so reads `erased`. */
  | 'ERASED';

/** How a user proved who they are. */
export type SignInMethod =
  /** By name and password. */
  | 'PASSWORD'
  /** By a sign-in proxy. */
  | 'PROXY'
  /** By an OpenID Connect provider. */
  | 'OIDC'
  /** A newer release wrote a method that this one does not know. */
  | 'UNKNOWN';

/** How an instance is. */
export type ComponentState =
  /** It works. */
  | 'READY'
  /** It is there, and can't work now: it catches up, or something that it needs is away. */
  | 'NOT_READY'
  /** It ended as it was told to. */
  | 'STOPPED'
  /** It has said nothing for 15 s, and no goodbye. */
  | 'GONE';

/** Whether a webhook delivers. */
export type WebhookState =
  /** It delivers. */
  | 'ACTIVE'
  /** Somebody paused it. */
  | 'PAUSED'
  /** For a minute (ELVES_WEBHOOK_FAILING_AFTER_MS) all attempts have failed. It tries on, one delivery at a time. */
  | 'FAILING'
  /** Somebody deleted it. */
  | 'DELETED';

export type AccessStateQueryVariables = Exact<{
  language: Language;
  notBefore?: string | null | undefined;
}>;


export type AccessStateQuery = { readonly roles: ReadonlyArray<{ readonly name: string, readonly description: string, readonly permissions: ReadonlyArray<Permission>, readonly apps: ReadonlyArray<string>, readonly funcs: ReadonlyArray<string>, readonly agents: string, readonly secrets: ReadonlyArray<string>, readonly isBuiltIn: boolean }>, readonly grants: { readonly nodes: ReadonlyArray<{ readonly id: string, readonly permission: Permission, readonly expiresAt: string | null, readonly sentence: string, readonly subject: { readonly kind: SubjectKind, readonly id: string, readonly name: string | null } }>, readonly pageInfo: { readonly hasNextPage: boolean } }, readonly authKeys: { readonly nodes: ReadonlyArray<{ readonly id: string, readonly name: string, readonly app: string | null, readonly state: AuthKeyState, readonly createdAt: string }> } };

export type GrantChangesSubscriptionVariables = Exact<{
  after?: string | null | undefined;
}>;


export type GrantChangesSubscription = { readonly grantChanged: { readonly position: string } };

export type RoleChangesSubscriptionVariables = Exact<{
  after?: string | null | undefined;
}>;


export type RoleChangesSubscription = { readonly roleChanged: { readonly position: string } };

export type AuthKeyChangesSubscriptionVariables = Exact<{
  after?: string | null | undefined;
}>;


export type AuthKeyChangesSubscription = { readonly authKeyChanged: { readonly position: string } };

export type WhoCanQueryVariables = Exact<{
  permission: Permission;
  app?: string | null | undefined;
  func?: string | null | undefined;
  agent?: string | null | undefined;
  at?: string | null | undefined;
  language: Language;
}>;


export type WhoCanQuery = { readonly whoCan: ReadonlyArray<{ readonly sentence: string, readonly subject: { readonly kind: SubjectKind, readonly id: string, readonly name: string | null } }> };

export type GivePermissionMutationVariables = Exact<{
  input: GrantInput;
}>;


export type GivePermissionMutation = { readonly grant: { readonly position: string | null, readonly refusal: { readonly code: string, readonly message: string } | null } };

export type RevokeGrantMutationVariables = Exact<{
  input: RevokeGrantInput;
}>;


export type RevokeGrantMutation = { readonly revokeGrant: { readonly position: string | null, readonly refusal: { readonly code: string, readonly message: string } | null } };

export type CreateRoleMutationVariables = Exact<{
  input: CreateRoleInput;
}>;


export type CreateRoleMutation = { readonly createRole: { readonly position: string | null, readonly refusal: { readonly code: string, readonly message: string } | null } };

export type UpdateRoleMutationVariables = Exact<{
  input: UpdateRoleInput;
}>;


export type UpdateRoleMutation = { readonly updateRole: { readonly position: string | null, readonly refusal: { readonly code: string, readonly message: string } | null } };

export type DeleteRoleMutationVariables = Exact<{
  input: DeleteRoleInput;
}>;


export type DeleteRoleMutation = { readonly deleteRole: { readonly position: string | null, readonly refusal: { readonly code: string, readonly message: string } | null } };

export type CreateAuthKeyMutationVariables = Exact<{
  input: CreateAuthKeyInput;
}>;


export type CreateAuthKeyMutation = { readonly createAuthKey: { readonly secret: string | null, readonly position: string | null, readonly authKey: { readonly id: string } | null, readonly refusal: { readonly code: string, readonly message: string } | null } };

export type RotateAuthKeyMutationVariables = Exact<{
  input: RotateAuthKeyInput;
}>;


export type RotateAuthKeyMutation = { readonly rotateAuthKey: { readonly secret: string | null, readonly position: string | null, readonly refusal: { readonly code: string, readonly message: string } | null } };

export type RevokeAuthKeyMutationVariables = Exact<{
  input: RevokeAuthKeyInput;
}>;


export type RevokeAuthKeyMutation = { readonly revokeAuthKey: { readonly position: string | null, readonly refusal: { readonly code: string, readonly message: string } | null } };

export type AgentDetailQueryVariables = Exact<{
  id: string;
  notBefore?: string | null | undefined;
}>;


export type AgentDetailQuery = { readonly agent: { readonly fingerprint: string, readonly labelSources: unknown, readonly cronFileError: string | null, readonly id: string, readonly ip: string, readonly name: string, readonly state: AgentState, readonly version: string, readonly platform: string, readonly connectedAt: string | null, readonly lastSeenAt: string | null, readonly labels: unknown, readonly position: string, readonly enrolledBy: { readonly kind: ActorKind, readonly id: string, readonly name: string | null } | null, readonly installedApps: ReadonlyArray<{ readonly app: string, readonly wanted: string | null, readonly installed: string | null, readonly state: AppOnAgentState, readonly updatedAt: string, readonly error: { readonly code: string, readonly message: string } | null }>, readonly crons: ReadonlyArray<{ readonly id: string, readonly comment: string, readonly app: string, readonly func: string, readonly mode: AgentCronMode, readonly rule: string, readonly timeZone: string, readonly isEnabled: boolean, readonly lastRunAt: string | null, readonly error: string | null, readonly nextFires: ReadonlyArray<string> }>, readonly history: { readonly nodes: ReadonlyArray<{ readonly id: string, readonly position: string, readonly stream: string, readonly version: number, readonly type: string, readonly recordedAt: string, readonly correlationId: string, readonly causationId: string | null, readonly data: unknown, readonly actor: { readonly kind: ActorKind, readonly id: string, readonly name: string | null } }> }, readonly apps: ReadonlyArray<{ readonly name: string, readonly version: string, readonly isLocal: boolean }> } | null };

export type ApproveAgentMutationVariables = Exact<{
  input: ApproveAgentInput;
}>;


export type ApproveAgentMutation = { readonly approveAgent: { readonly position: string | null, readonly refusal: { readonly code: string, readonly message: string } | null } };

export type RevokeAgentMutationVariables = Exact<{
  input: RevokeAgentInput;
}>;


export type RevokeAgentMutation = { readonly revokeAgent: { readonly position: string | null, readonly refusal: { readonly code: string, readonly message: string } | null } };

export type RemoveAgentMutationVariables = Exact<{
  input: RemoveAgentInput;
}>;


export type RemoveAgentMutation = { readonly removeAgent: { readonly position: string | null, readonly refusal: { readonly code: string, readonly message: string } | null } };

export type SetAgentLabelsMutationVariables = Exact<{
  input: SetAgentLabelsInput;
}>;


export type SetAgentLabelsMutation = { readonly setAgentLabels: { readonly position: string | null, readonly refusal: { readonly code: string, readonly message: string } | null } };

export type CreateJoinTokenMutationVariables = Exact<{
  input: CreateJoinTokenInput;
}>;


export type CreateJoinTokenMutation = { readonly createJoinToken: { readonly secret: string | null, readonly installLine: string | null, readonly position: string | null, readonly refusal: { readonly code: string, readonly message: string } | null } };

export type AgentRowFragment = { readonly id: string, readonly ip: string, readonly name: string, readonly state: AgentState, readonly version: string, readonly platform: string, readonly connectedAt: string | null, readonly lastSeenAt: string | null, readonly labels: unknown, readonly position: string, readonly apps: ReadonlyArray<{ readonly name: string, readonly version: string, readonly isLocal: boolean }> };

export type AgentListQueryVariables = Exact<{
  filter?: AgentFilter | null | undefined;
  first: number;
  after?: string | null | undefined;
}>;


export type AgentListQuery = { readonly agents: { readonly nodes: ReadonlyArray<{ readonly id: string, readonly ip: string, readonly name: string, readonly state: AgentState, readonly version: string, readonly platform: string, readonly connectedAt: string | null, readonly lastSeenAt: string | null, readonly labels: unknown, readonly position: string, readonly apps: ReadonlyArray<{ readonly name: string, readonly version: string, readonly isLocal: boolean }> }>, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null } } };

export type AgentChangesSubscriptionVariables = Exact<{
  filter?: AgentFilter | null | undefined;
  after?: string | null | undefined;
}>;


export type AgentChangesSubscription = { readonly agentChanged: { readonly position: string, readonly agent: { readonly id: string, readonly ip: string, readonly name: string, readonly state: AgentState, readonly version: string, readonly platform: string, readonly connectedAt: string | null, readonly lastSeenAt: string | null, readonly labels: unknown, readonly position: string, readonly apps: ReadonlyArray<{ readonly name: string, readonly version: string, readonly isLocal: boolean }> } } };

export type AgentChoiceFragment = { readonly id: string, readonly ip: string, readonly name: string, readonly state: AgentState, readonly apps: ReadonlyArray<{ readonly name: string }> };

export type AgentChoicesQueryVariables = Exact<{
  filter?: AgentFilter | null | undefined;
  first: number;
}>;


export type AgentChoicesQuery = { readonly agents: { readonly nodes: ReadonlyArray<{ readonly id: string, readonly ip: string, readonly name: string, readonly state: AgentState, readonly apps: ReadonlyArray<{ readonly name: string }> }>, readonly pageInfo: { readonly hasNextPage: boolean } } };

export type AgentGroupsQueryVariables = Exact<{
  label: string;
  selector: string;
}>;


export type AgentGroupsQuery = { readonly agentGroups: ReadonlyArray<{ readonly value: string, readonly agents: number, readonly byState: ReadonlyArray<{ readonly state: AgentState, readonly count: number }> }> };

export type AppRowFragment = { readonly name: string, readonly displayName: string, readonly description: string, readonly state: AppState, readonly banReason: string | null, readonly position: string, readonly released: { readonly version: string } | null, readonly rollout: { readonly id: string, readonly app: string, readonly from: string | null, readonly to: string, readonly state: RolloutState, readonly batch: number, readonly batches: ReadonlyArray<string>, readonly cause: string | null, readonly reason: string | null, readonly position: string, readonly counts: { readonly waiting: number, readonly installed: number, readonly failed: number } } | null, readonly bindings: ReadonlyArray<{ readonly agents: string }>, readonly functions: ReadonlyArray<{ readonly name: string, readonly description: string, readonly isIdempotent: boolean }>, readonly versions: { readonly nodes: ReadonlyArray<{ readonly version: string, readonly state: AppVersionState, readonly bytes: number, readonly files: number, readonly sha256: string, readonly uploadedAt: string }> } };

export type RolloutRowFragment = { readonly id: string, readonly app: string, readonly from: string | null, readonly to: string, readonly state: RolloutState, readonly batch: number, readonly batches: ReadonlyArray<string>, readonly cause: string | null, readonly reason: string | null, readonly position: string, readonly counts: { readonly waiting: number, readonly installed: number, readonly failed: number } };

export type AppListQueryVariables = Exact<{
  first: number;
  after?: string | null | undefined;
  notBefore?: string | null | undefined;
}>;


export type AppListQuery = { readonly apps: { readonly nodes: ReadonlyArray<{ readonly name: string, readonly displayName: string, readonly description: string, readonly state: AppState, readonly banReason: string | null, readonly position: string, readonly released: { readonly version: string } | null, readonly rollout: { readonly id: string, readonly app: string, readonly from: string | null, readonly to: string, readonly state: RolloutState, readonly batch: number, readonly batches: ReadonlyArray<string>, readonly cause: string | null, readonly reason: string | null, readonly position: string, readonly counts: { readonly waiting: number, readonly installed: number, readonly failed: number } } | null, readonly bindings: ReadonlyArray<{ readonly agents: string }>, readonly functions: ReadonlyArray<{ readonly name: string, readonly description: string, readonly isIdempotent: boolean }>, readonly versions: { readonly nodes: ReadonlyArray<{ readonly version: string, readonly state: AppVersionState, readonly bytes: number, readonly files: number, readonly sha256: string, readonly uploadedAt: string }> } }>, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null } } };

export type RolloutListQueryVariables = Exact<{
  notBefore?: string | null | undefined;
}>;


export type RolloutListQuery = { readonly rollouts: { readonly nodes: ReadonlyArray<{ readonly id: string, readonly app: string, readonly from: string | null, readonly to: string, readonly state: RolloutState, readonly batch: number, readonly batches: ReadonlyArray<string>, readonly cause: string | null, readonly reason: string | null, readonly position: string, readonly counts: { readonly waiting: number, readonly installed: number, readonly failed: number } }> } };

export type AppChangesSubscriptionVariables = Exact<{
  after?: string | null | undefined;
}>;


export type AppChangesSubscription = { readonly appChanged: { readonly position: string, readonly app: { readonly name: string } } };

export type RolloutChangesSubscriptionVariables = Exact<{
  after?: string | null | undefined;
}>;


export type RolloutChangesSubscription = { readonly rolloutChanged: { readonly position: string, readonly rollout: { readonly id: string, readonly app: string, readonly from: string | null, readonly to: string, readonly state: RolloutState, readonly batch: number, readonly batches: ReadonlyArray<string>, readonly cause: string | null, readonly reason: string | null, readonly position: string, readonly counts: { readonly waiting: number, readonly installed: number, readonly failed: number } } } };

export type CreateAppMutationVariables = Exact<{
  input: CreateAppInput;
}>;


export type CreateAppMutation = { readonly createApp: { readonly position: string | null, readonly refusal: { readonly code: string, readonly message: string } | null } };

export type BindAppMutationVariables = Exact<{
  input: BindAppInput;
}>;


export type BindAppMutation = { readonly bindApp: { readonly position: string | null, readonly refusal: { readonly code: string, readonly message: string } | null } };

export type ReleaseAppVersionMutationVariables = Exact<{
  input: ReleaseAppVersionInput;
}>;


export type ReleaseAppVersionMutation = { readonly releaseAppVersion: { readonly position: string | null, readonly refusal: { readonly code: string, readonly message: string } | null } };

export type PauseRolloutMutationVariables = Exact<{
  input: RolloutOnlyInput;
}>;


export type PauseRolloutMutation = { readonly pauseRollout: { readonly position: string | null, readonly refusal: { readonly code: string, readonly message: string } | null } };

export type ResumeRolloutMutationVariables = Exact<{
  input: RolloutOnlyInput;
}>;


export type ResumeRolloutMutation = { readonly resumeRollout: { readonly position: string | null, readonly refusal: { readonly code: string, readonly message: string } | null } };

export type RollBackRolloutMutationVariables = Exact<{
  input: RolloutOnlyInput;
}>;


export type RollBackRolloutMutation = { readonly rollBackRollout: { readonly position: string | null, readonly refusal: { readonly code: string, readonly message: string } | null } };

export type AppFunctionsQueryVariables = Exact<{
  first: number;
}>;


export type AppFunctionsQuery = { readonly apps: { readonly nodes: ReadonlyArray<{ readonly name: string, readonly displayName: string, readonly state: AppState, readonly functions: ReadonlyArray<{ readonly name: string, readonly description: string, readonly param: unknown, readonly timeoutMs: number | null, readonly isIdempotent: boolean }> }> } };

export type EventListQueryVariables = Exact<{
  filter?: EventFilter | null | undefined;
  first: number;
  after?: string | null | undefined;
}>;


export type EventListQuery = { readonly events: { readonly nodes: ReadonlyArray<{ readonly id: string, readonly position: string, readonly stream: string, readonly version: number, readonly type: string, readonly recordedAt: string, readonly correlationId: string, readonly causationId: string | null, readonly data: unknown, readonly actor: { readonly kind: ActorKind, readonly id: string, readonly name: string | null } }>, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null } } };

export type CorrelationTreeQueryVariables = Exact<{
  id: string;
}>;


export type CorrelationTreeQuery = { readonly correlation: { readonly id: string, readonly startedAt: string, readonly endedAt: string, readonly hasMore: boolean, readonly events: ReadonlyArray<{ readonly depth: number, readonly afterMs: number, readonly sinceStartMs: number, readonly event: { readonly id: string, readonly position: string, readonly stream: string, readonly version: number, readonly type: string, readonly recordedAt: string, readonly correlationId: string, readonly causationId: string | null, readonly data: unknown, readonly actor: { readonly kind: ActorKind, readonly id: string, readonly name: string | null } } }> } | null };

export type EventProofQueryVariables = Exact<{
  event: string;
}>;


export type EventProofQuery = { readonly proof: { readonly event: string, readonly index: number, readonly leaf: string, readonly leafHash: string, readonly path: ReadonlyArray<string>, readonly size: number, readonly rootHash: string, readonly signedHead: { readonly logId: string, readonly size: number, readonly rootHash: string, readonly signedAt: string, readonly keyId: string, readonly publicKey: string, readonly signature: string } } };

export type LogGrowthQueryVariables = Exact<{
  fromSize: number;
  toSize: number;
}>;


export type LogGrowthQuery = { readonly consistency: { readonly fromSize: number, readonly toSize: number, readonly fromRootHash: string, readonly toRootHash: string, readonly path: ReadonlyArray<string> } };

export type SignedLogQueryVariables = Exact<{ [key: string]: never; }>;


export type SignedLogQuery = { readonly log: { readonly size: number, readonly signedHead: { readonly logId: string, readonly size: number, readonly rootHash: string, readonly signedAt: string, readonly keyId: string, readonly publicKey: string, readonly signature: string } } };

export type LogHeadQueryVariables = Exact<{ [key: string]: never; }>;


export type LogHeadQuery = { readonly log: { readonly logId: string, readonly size: number, readonly rootHash: string, readonly signedHead: { readonly size: number, readonly rootHash: string, readonly signedAt: string, readonly keyId: string, readonly signature: string } } };

export type EventsOfPeopleQueryVariables = Exact<{
  actors: ReadonlyArray<string> | string;
  from: string;
  to: string;
  after?: string | null | undefined;
}>;


export type EventsOfPeopleQuery = { readonly events: { readonly nodes: ReadonlyArray<{ readonly id: string, readonly type: string, readonly stream: string, readonly recordedAt: string, readonly correlationId: string, readonly actor: { readonly kind: ActorKind, readonly id: string, readonly name: string | null } }>, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null } } };

export type ReportedPeopleQueryVariables = Exact<{ [key: string]: never; }>;


export type ReportedPeopleQuery = { readonly users: { readonly nodes: ReadonlyArray<{ readonly id: string, readonly name: string }>, readonly pageInfo: { readonly hasNextPage: boolean } }, readonly authKeys: { readonly nodes: ReadonlyArray<{ readonly id: string, readonly name: string }>, readonly pageInfo: { readonly hasNextPage: boolean } } };

export type WhoCouldAllQueryVariables = Exact<{
  at: string;
  language: Language;
}>;


export type WhoCouldAllQuery = { readonly VIEW: ReadonlyArray<{ readonly sentence: string, readonly subject: { readonly kind: SubjectKind, readonly id: string } }>, readonly RUN: ReadonlyArray<{ readonly sentence: string, readonly subject: { readonly kind: SubjectKind, readonly id: string } }>, readonly CANCEL: ReadonlyArray<{ readonly sentence: string, readonly subject: { readonly kind: SubjectKind, readonly id: string } }>, readonly SCHEDULE: ReadonlyArray<{ readonly sentence: string, readonly subject: { readonly kind: SubjectKind, readonly id: string } }>, readonly MANAGE_APPS: ReadonlyArray<{ readonly sentence: string, readonly subject: { readonly kind: SubjectKind, readonly id: string } }>, readonly MANAGE_AGENTS: ReadonlyArray<{ readonly sentence: string, readonly subject: { readonly kind: SubjectKind, readonly id: string } }>, readonly MANAGE_ACCESS: ReadonlyArray<{ readonly sentence: string, readonly subject: { readonly kind: SubjectKind, readonly id: string } }>, readonly AUDIT: ReadonlyArray<{ readonly sentence: string, readonly subject: { readonly kind: SubjectKind, readonly id: string } }> };

export type WhoCouldFragment = { readonly sentence: string, readonly subject: { readonly kind: SubjectKind, readonly id: string } };

export type LimitsAndGuardsQueryVariables = Exact<{
  notBefore?: string | null | undefined;
}>;


export type LimitsAndGuardsQuery = { readonly limits: { readonly nodes: ReadonlyArray<{ readonly id: string, readonly kind: LimitedKind, readonly of: string, readonly name: string | null, readonly openTasks: number | null, readonly tasksPerHour: number | null, readonly runningTasks: number | null }> }, readonly guards: { readonly nodes: ReadonlyArray<{ readonly id: string, readonly app: string, readonly name: string, readonly funcs: ReadonlyArray<string>, readonly pattern: string | null, readonly outcome: GuardOutcome, readonly message: string, readonly approvalMs: number }> } };

export type LimitChangesSubscriptionVariables = Exact<{
  after?: string | null | undefined;
}>;


export type LimitChangesSubscription = { readonly limitChanged: { readonly position: string } };

export type GuardChangesSubscriptionVariables = Exact<{
  after?: string | null | undefined;
}>;


export type GuardChangesSubscription = { readonly guardChanged: { readonly position: string } };

export type SetLimitMutationVariables = Exact<{
  input: SetLimitInput;
}>;


export type SetLimitMutation = { readonly setLimit: { readonly position: string | null, readonly refusal: { readonly code: string, readonly message: string } | null } };

export type RemoveLimitMutationVariables = Exact<{
  input: RemoveLimitInput;
}>;


export type RemoveLimitMutation = { readonly removeLimit: { readonly position: string | null, readonly refusal: { readonly code: string, readonly message: string } | null } };

export type SetGuardMutationVariables = Exact<{
  input: SetGuardInput;
}>;


export type SetGuardMutation = { readonly setGuard: { readonly position: string | null, readonly refusal: { readonly code: string, readonly message: string } | null } };

export type RemoveGuardMutationVariables = Exact<{
  input: RemoveGuardInput;
}>;


export type RemoveGuardMutation = { readonly removeGuard: { readonly position: string | null, readonly refusal: { readonly code: string, readonly message: string } | null } };

export type TasksToApproveQueryVariables = Exact<{
  notBefore?: string | null | undefined;
}>;


export type TasksToApproveQuery = { readonly tasks: { readonly nodes: ReadonlyArray<{ readonly id: string, readonly app: string, readonly func: string, readonly agentId: string, readonly agentIp: string, readonly param: unknown, readonly requestedAt: string, readonly requestedBy: { readonly kind: ActorKind, readonly id: string, readonly name: string | null }, readonly guards: ReadonlyArray<{ readonly name: string, readonly outcome: GuardOutcome, readonly message: string }>, readonly approval: { readonly expiresAt: string | null } | null }> } };

export type ApproveTaskMutationVariables = Exact<{
  input: DecideTaskInput;
}>;


export type ApproveTaskMutation = { readonly approveTask: { readonly position: string | null, readonly refusal: { readonly code: string, readonly message: string } | null } };

export type RefuseTaskMutationVariables = Exact<{
  input: DecideTaskInput;
}>;


export type RefuseTaskMutation = { readonly refuseTask: { readonly position: string | null, readonly refusal: { readonly code: string, readonly message: string } | null } };

export type TaskRatesQueryVariables = Exact<{ [key: string]: never; }>;


export type TaskRatesQuery = { readonly platform: { readonly taskMinutes: ReadonlyArray<{ readonly at: string, readonly requested: number, readonly ended: ReadonlyArray<{ readonly state: TaskState, readonly count: number }> }>, readonly slowestApps: ReadonlyArray<{ readonly app: string, readonly runs: number, readonly failed: number, readonly meanMs: number, readonly p95Ms: number, readonly longestMs: number }>, readonly newFailures: ReadonlyArray<{ readonly app: string, readonly code: string, readonly since: string, readonly lastAt: string, readonly tasks: number, readonly lastTask: string }> } };

export type LateQueryVariables = Exact<{
  missedSince: string;
}>;


export type LateQuery = { readonly tasks: { readonly nodes: ReadonlyArray<{ readonly id: string, readonly kind: TaskKind, readonly state: TaskState, readonly agentId: string, readonly agentIp: string, readonly app: string, readonly func: string, readonly attempt: number, readonly requestedAt: string, readonly startedAt: string | null, readonly endedAt: string | null, readonly position: string, readonly failure: { readonly code: string, readonly message: string } | null, readonly result: { readonly workerFlag: number, readonly costMs: number } | null }>, readonly pageInfo: { readonly hasNextPage: boolean } }, readonly schedules: { readonly nodes: ReadonlyArray<{ readonly id: string, readonly name: string | null, readonly app: string, readonly func: string }>, readonly pageInfo: { readonly hasNextPage: boolean } } };

export type FirstEventQueryVariables = Exact<{ [key: string]: never; }>;


export type FirstEventQuery = { readonly events: { readonly nodes: ReadonlyArray<{ readonly recordedAt: string }> } };

export type PastThingsQueryVariables = Exact<{
  at: string;
}>;


export type PastThingsQuery = { readonly agents: { readonly nodes: ReadonlyArray<{ readonly id: string, readonly ip: string, readonly name: string, readonly state: AgentState, readonly version: string, readonly labels: unknown }>, readonly pageInfo: { readonly hasNextPage: boolean } }, readonly tasks: { readonly nodes: ReadonlyArray<{ readonly id: string, readonly kind: TaskKind, readonly state: TaskState, readonly agentId: string, readonly agentIp: string, readonly app: string, readonly func: string, readonly attempt: number, readonly requestedAt: string, readonly startedAt: string | null, readonly endedAt: string | null, readonly position: string, readonly failure: { readonly code: string, readonly message: string } | null, readonly result: { readonly workerFlag: number, readonly costMs: number } | null }>, readonly pageInfo: { readonly hasNextPage: boolean } }, readonly schedules: { readonly nodes: ReadonlyArray<{ readonly id: string, readonly name: string | null, readonly state: ScheduleState, readonly rule: string, readonly timeZone: string, readonly app: string, readonly func: string }>, readonly pageInfo: { readonly hasNextPage: boolean } }, readonly apps: { readonly nodes: ReadonlyArray<{ readonly name: string, readonly state: AppState, readonly bindings: ReadonlyArray<{ readonly agents: string }> }>, readonly pageInfo: { readonly hasNextPage: boolean } } };

export type ChangesBetweenQueryVariables = Exact<{
  from: string;
  to: string;
}>;


export type ChangesBetweenQuery = { readonly changes: { readonly nodes: ReadonlyArray<{ readonly stream: string, readonly kind: string, readonly id: string, readonly isNew: boolean, readonly events: number, readonly lastAt: string, readonly stateBefore: string | null, readonly stateAfter: string | null }>, readonly pageInfo: { readonly hasNextPage: boolean } } };

export type PlatformStateQueryVariables = Exact<{ [key: string]: never; }>;


export type PlatformStateQuery = { readonly platform: { readonly version: string, readonly headPosition: string, readonly readPosition: string, readonly counters: { readonly events: number, readonly tasksByState: ReadonlyArray<{ readonly state: TaskState, readonly count: number }>, readonly agentsByState: ReadonlyArray<{ readonly state: AgentState, readonly count: number }> }, readonly projectors: ReadonlyArray<{ readonly name: string, readonly position: string, readonly lag: number, readonly state: ProjectorState, readonly error: string | null }> } };

export type HeadQueryVariables = Exact<{ [key: string]: never; }>;


export type HeadQuery = { readonly viewer: { readonly readPosition: string } | null };

export type EventsAppendedSubscriptionVariables = Exact<{
  filter?: EventFilter | null | undefined;
  after?: string | null | undefined;
}>;


export type EventsAppendedSubscription = { readonly eventAppended: { readonly id: string, readonly position: string, readonly stream: string, readonly version: number, readonly type: string, readonly recordedAt: string, readonly correlationId: string, readonly causationId: string | null, readonly data: unknown, readonly actor: { readonly kind: ActorKind, readonly id: string, readonly name: string | null } } };

export type QueueRowFragment = { readonly id: string, readonly name: string | null, readonly app: string | null, readonly state: QueueState, readonly createdAt: string, readonly endedAt: string | null, readonly position: string, readonly counts: ReadonlyArray<{ readonly state: TaskState, readonly count: number }> };

export type QueueListQueryVariables = Exact<{
  filter?: QueueFilter | null | undefined;
  first: number;
  after?: string | null | undefined;
}>;


export type QueueListQuery = { readonly queues: { readonly nodes: ReadonlyArray<{ readonly id: string, readonly name: string | null, readonly app: string | null, readonly state: QueueState, readonly createdAt: string, readonly endedAt: string | null, readonly position: string, readonly counts: ReadonlyArray<{ readonly state: TaskState, readonly count: number }> }>, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null } } };

export type QueueChangesSubscriptionVariables = Exact<{
  filter?: QueueFilter | null | undefined;
  after?: string | null | undefined;
}>;


export type QueueChangesSubscription = { readonly queueChanged: { readonly position: string, readonly queue: { readonly id: string, readonly name: string | null, readonly app: string | null, readonly state: QueueState, readonly createdAt: string, readonly endedAt: string | null, readonly position: string, readonly counts: ReadonlyArray<{ readonly state: TaskState, readonly count: number }> } } };

export type QueueDetailQueryVariables = Exact<{
  id: string;
  notBefore?: string | null | undefined;
}>;


export type QueueDetailQuery = { readonly queue: { readonly committedAt: string | null, readonly stopRequestedAt: string | null, readonly stopReason: string | null, readonly id: string, readonly name: string | null, readonly app: string | null, readonly state: QueueState, readonly createdAt: string, readonly endedAt: string | null, readonly position: string, readonly createdBy: { readonly kind: ActorKind, readonly id: string, readonly name: string | null }, readonly tasks: { readonly nodes: ReadonlyArray<{ readonly id: string, readonly kind: TaskKind, readonly state: TaskState, readonly agentId: string, readonly agentIp: string, readonly app: string, readonly func: string, readonly attempt: number, readonly requestedAt: string, readonly startedAt: string | null, readonly endedAt: string | null, readonly position: string, readonly parents: ReadonlyArray<{ readonly id: string }>, readonly failure: { readonly code: string, readonly message: string } | null, readonly result: { readonly workerFlag: number, readonly costMs: number } | null }>, readonly pageInfo: { readonly hasNextPage: boolean } }, readonly history: { readonly nodes: ReadonlyArray<{ readonly id: string, readonly position: string, readonly stream: string, readonly version: number, readonly type: string, readonly recordedAt: string, readonly correlationId: string, readonly causationId: string | null, readonly data: unknown, readonly actor: { readonly kind: ActorKind, readonly id: string, readonly name: string | null } }> }, readonly counts: ReadonlyArray<{ readonly state: TaskState, readonly count: number }> } | null };

export type QueueTasksAgainQueryVariables = Exact<{
  id: string;
  after?: string | null | undefined;
}>;


export type QueueTasksAgainQuery = { readonly queue: { readonly id: string, readonly name: string | null, readonly app: string | null, readonly tasks: { readonly nodes: ReadonlyArray<{ readonly id: string, readonly state: TaskState, readonly agentId: string, readonly app: string, readonly func: string, readonly param: unknown, readonly proxy: string | null, readonly processor: boolean, readonly timeoutMs: number, readonly startWithinMs: number, readonly retry: { readonly attempts: number, readonly delayMs: number, readonly factor: number, readonly maxDelayMs: number, readonly on: ReadonlyArray<TaskState> } | null, readonly parents: ReadonlyArray<{ readonly id: string }> }>, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null } } } | null };

export type CreateQueueMutationVariables = Exact<{
  input: CreateQueueInput;
}>;


export type CreateQueueMutation = { readonly createQueue: { readonly position: string | null, readonly queue: { readonly id: string } | null, readonly refusal: { readonly code: string, readonly message: string } | null } };

export type AddQueueTasksMutationVariables = Exact<{
  input: AddQueueTasksInput;
}>;


export type AddQueueTasksMutation = { readonly addQueueTasks: { readonly position: string | null, readonly refusal: { readonly code: string, readonly message: string } | null } };

export type CommitQueueMutationVariables = Exact<{
  input: CommitQueueInput;
}>;


export type CommitQueueMutation = { readonly commitQueue: { readonly position: string | null, readonly refusal: { readonly code: string, readonly message: string } | null } };

export type StopQueueMutationVariables = Exact<{
  input: StopQueueInput;
}>;


export type StopQueueMutation = { readonly stopQueue: { readonly position: string | null, readonly refusal: { readonly code: string, readonly message: string } | null } };

export type DeadLettersQueryVariables = Exact<{
  filter?: DeadLetterFilter | null | undefined;
}>;


export type DeadLettersQuery = { readonly deadLetters: { readonly nodes: ReadonlyArray<{ readonly id: string, readonly handler: string, readonly position: string, readonly stream: string | null, readonly version: number | null, readonly type: string | null, readonly code: string, readonly message: string, readonly attempts: number, readonly parkedAt: string, readonly state: DeadLetterState, readonly setAsideReason: string | null }>, readonly pageInfo: { readonly hasNextPage: boolean } } };

export type RebuildsQueryVariables = Exact<{ [key: string]: never; }>;


export type RebuildsQuery = { readonly rebuilds: { readonly nodes: ReadonlyArray<{ readonly id: string, readonly state: RebuildState, readonly readModels: ReadonlyArray<string>, readonly reason: string | null, readonly requestedAt: string, readonly endedAt: string | null, readonly requestedBy: { readonly kind: ActorKind, readonly id: string, readonly name: string | null }, readonly failure: { readonly code: string, readonly message: string } | null }> } };

export type RetryDeadLetterMutationVariables = Exact<{
  input: RetryDeadLetterInput;
}>;


export type RetryDeadLetterMutation = { readonly retryDeadLetter: { readonly position: string | null, readonly deadLetter: { readonly id: string, readonly state: DeadLetterState } | null, readonly refusal: { readonly code: string, readonly message: string } | null } };

export type SetAsideDeadLetterMutationVariables = Exact<{
  input: SetAsideDeadLetterInput;
}>;


export type SetAsideDeadLetterMutation = { readonly setAsideDeadLetter: { readonly position: string | null, readonly deadLetter: { readonly id: string, readonly state: DeadLetterState } | null, readonly refusal: { readonly code: string, readonly message: string } | null } };

export type RebuildReadModelsMutationVariables = Exact<{
  input: RebuildReadModelsInput;
}>;


export type RebuildReadModelsMutation = { readonly rebuildReadModels: { readonly position: string | null, readonly rebuild: { readonly id: string } | null, readonly refusal: { readonly code: string, readonly message: string } | null } };

export type ScheduleRowFragment = { readonly id: string, readonly name: string | null, readonly state: ScheduleState, readonly rule: string, readonly timeZone: string, readonly app: string, readonly func: string, readonly position: string, readonly createdAt: string, readonly nextFires: ReadonlyArray<string>, readonly agent: { readonly id: string, readonly name: string, readonly ip: string } | null, readonly lastFire: { readonly instant: string, readonly outcome: FireOutcome, readonly reason: string | null, readonly task: { readonly id: string, readonly state: TaskState } | null } | null };

export type ScheduleListQueryVariables = Exact<{
  filter?: ScheduleFilter | null | undefined;
  first: number;
  after?: string | null | undefined;
}>;


export type ScheduleListQuery = { readonly schedules: { readonly nodes: ReadonlyArray<{ readonly id: string, readonly name: string | null, readonly state: ScheduleState, readonly rule: string, readonly timeZone: string, readonly app: string, readonly func: string, readonly position: string, readonly createdAt: string, readonly nextFires: ReadonlyArray<string>, readonly agent: { readonly id: string, readonly name: string, readonly ip: string } | null, readonly lastFire: { readonly instant: string, readonly outcome: FireOutcome, readonly reason: string | null, readonly task: { readonly id: string, readonly state: TaskState } | null } | null }>, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null } } };

export type ScheduleChangesSubscriptionVariables = Exact<{
  filter?: ScheduleFilter | null | undefined;
  after?: string | null | undefined;
}>;


export type ScheduleChangesSubscription = { readonly scheduleChanged: { readonly position: string, readonly schedule: { readonly id: string, readonly name: string | null, readonly state: ScheduleState, readonly rule: string, readonly timeZone: string, readonly app: string, readonly func: string, readonly position: string, readonly createdAt: string, readonly nextFires: ReadonlyArray<string>, readonly agent: { readonly id: string, readonly name: string, readonly ip: string } | null, readonly lastFire: { readonly instant: string, readonly outcome: FireOutcome, readonly reason: string | null, readonly task: { readonly id: string, readonly state: TaskState } | null } | null } } };

export type ScheduleCalendarQueryVariables = Exact<{
  filter?: ScheduleFilter | null | undefined;
  first: number;
  fires: number;
  before: string;
}>;


export type ScheduleCalendarQuery = { readonly schedules: { readonly nodes: ReadonlyArray<{ readonly id: string, readonly name: string | null, readonly app: string, readonly func: string, readonly rule: string, readonly timeZone: string, readonly nextFires: ReadonlyArray<string> }>, readonly pageInfo: { readonly hasNextPage: boolean } } };

export type ScheduleDetailQueryVariables = Exact<{
  id: string;
  notBefore?: string | null | undefined;
}>;


export type ScheduleDetailQuery = { readonly schedule: { readonly misfire: MisfirePolicy, readonly misfireGraceMs: number, readonly overlap: OverlapPolicy, readonly startsAt: string | null, readonly endsAt: string | null, readonly param: unknown, readonly timeoutMs: number, readonly id: string, readonly name: string | null, readonly state: ScheduleState, readonly rule: string, readonly timeZone: string, readonly app: string, readonly func: string, readonly position: string, readonly createdAt: string, readonly nextFires: ReadonlyArray<string>, readonly createdBy: { readonly kind: ActorKind, readonly id: string, readonly name: string | null }, readonly fires: { readonly nodes: ReadonlyArray<{ readonly instant: string, readonly outcome: FireOutcome, readonly reason: string | null, readonly task: { readonly id: string, readonly state: TaskState } | null }> }, readonly history: { readonly nodes: ReadonlyArray<{ readonly id: string, readonly position: string, readonly stream: string, readonly version: number, readonly type: string, readonly recordedAt: string, readonly correlationId: string, readonly causationId: string | null, readonly data: unknown, readonly actor: { readonly kind: ActorKind, readonly id: string, readonly name: string | null } }> }, readonly agent: { readonly id: string, readonly name: string, readonly ip: string } | null, readonly lastFire: { readonly instant: string, readonly outcome: FireOutcome, readonly reason: string | null, readonly task: { readonly id: string, readonly state: TaskState } | null } | null } | null };

export type PreviewRuleQueryVariables = Exact<{
  rule: string;
  timeZone: string;
  count: number;
  after?: string | null | undefined;
}>;


export type PreviewRuleQuery = { readonly previewRule: ReadonlyArray<string> };

export type CreateScheduleMutationVariables = Exact<{
  input: CreateScheduleInput;
}>;


export type CreateScheduleMutation = { readonly createSchedule: { readonly position: string | null, readonly schedule: { readonly id: string } | null, readonly refusal: { readonly code: string, readonly message: string, readonly field: string | null } | null } };

export type UpdateScheduleMutationVariables = Exact<{
  input: UpdateScheduleInput;
}>;


export type UpdateScheduleMutation = { readonly updateSchedule: { readonly position: string | null, readonly refusal: { readonly code: string, readonly message: string, readonly field: string | null } | null } };

export type PauseScheduleMutationVariables = Exact<{
  input: ScheduleInput;
}>;


export type PauseScheduleMutation = { readonly pauseSchedule: { readonly position: string | null, readonly refusal: { readonly code: string, readonly message: string } | null } };

export type ResumeScheduleMutationVariables = Exact<{
  input: ScheduleInput;
}>;


export type ResumeScheduleMutation = { readonly resumeSchedule: { readonly position: string | null, readonly refusal: { readonly code: string, readonly message: string } | null } };

export type DeleteScheduleMutationVariables = Exact<{
  input: ScheduleInput;
}>;


export type DeleteScheduleMutation = { readonly deleteSchedule: { readonly position: string | null, readonly refusal: { readonly code: string, readonly message: string } | null } };

export type FireScheduleMutationVariables = Exact<{
  input: ScheduleInput;
}>;


export type FireScheduleMutation = { readonly fireSchedule: { readonly position: string | null, readonly task: { readonly id: string } | null, readonly refusal: { readonly code: string, readonly message: string } | null } };

export type SecretsQueryVariables = Exact<{
  notBefore?: string | null | undefined;
}>;


export type SecretsQuery = { readonly secrets: { readonly nodes: ReadonlyArray<{ readonly name: string, readonly version: number, readonly apps: ReadonlyArray<string>, readonly updatedAt: string }> } };

export type SecretChangesSubscriptionVariables = Exact<{
  after?: string | null | undefined;
}>;


export type SecretChangesSubscription = { readonly secretChanged: { readonly position: string } };

export type CreateSecretMutationVariables = Exact<{
  input: CreateSecretInput;
}>;


export type CreateSecretMutation = { readonly createSecret: { readonly position: string | null, readonly refusal: { readonly code: string, readonly message: string } | null } };

export type RotateSecretMutationVariables = Exact<{
  input: RotateSecretInput;
}>;


export type RotateSecretMutation = { readonly rotateSecret: { readonly position: string | null, readonly refusal: { readonly code: string, readonly message: string } | null } };

export type UpdateSecretMutationVariables = Exact<{
  input: UpdateSecretInput;
}>;


export type UpdateSecretMutation = { readonly updateSecret: { readonly position: string | null, readonly refusal: { readonly code: string, readonly message: string } | null } };

export type DeleteSecretMutationVariables = Exact<{
  input: DeleteSecretInput;
}>;


export type DeleteSecretMutation = { readonly deleteSecret: { readonly position: string | null, readonly refusal: { readonly code: string, readonly message: string } | null } };

export type ViewerFieldsFragment = { readonly scopes: ReadonlyArray<string> | null, readonly session: string | null, readonly permissions: ReadonlyArray<Permission>, readonly actor: { readonly kind: ActorKind, readonly id: string, readonly name: string | null }, readonly user: { readonly id: string, readonly name: string, readonly displayName: string, readonly roles: ReadonlyArray<string> } | null };

export type ViewerQueryVariables = Exact<{ [key: string]: never; }>;


export type ViewerQuery = { readonly viewer: { readonly scopes: ReadonlyArray<string> | null, readonly session: string | null, readonly permissions: ReadonlyArray<Permission>, readonly actor: { readonly kind: ActorKind, readonly id: string, readonly name: string | null }, readonly user: { readonly id: string, readonly name: string, readonly displayName: string, readonly roles: ReadonlyArray<string> } | null } | null };

export type SignInMutationVariables = Exact<{
  input: SignInInput;
}>;


export type SignInMutation = { readonly signIn: { readonly session: { readonly expiresAt: string } } };

export type SignOutMutationVariables = Exact<{ [key: string]: never; }>;


export type SignOutMutation = { readonly signOut: { readonly position: string | null, readonly refusal: { readonly code: string, readonly message: string } | null } };

export type ChangePasswordMutationVariables = Exact<{
  input: ChangePasswordInput;
}>;


export type ChangePasswordMutation = { readonly changePassword: { readonly position: string | null, readonly refusal: { readonly code: string, readonly message: string } | null } };

export type MeQueryVariables = Exact<{
  notBefore?: string | null | undefined;
}>;


export type MeQuery = { readonly viewer: { readonly scopes: ReadonlyArray<string> | null, readonly session: string | null, readonly permissions: ReadonlyArray<Permission>, readonly user: { readonly id: string, readonly hasSecondFactor: boolean, readonly recoveryCodesLeft: number, readonly name: string, readonly displayName: string, readonly roles: ReadonlyArray<string>, readonly sessions: ReadonlyArray<{ readonly id: string, readonly remoteAddress: string, readonly program: string, readonly startedAt: string, readonly expiresAt: string }>, readonly accessTokens: ReadonlyArray<{ readonly id: string, readonly name: string, readonly scopes: ReadonlyArray<string> | null, readonly createdAt: string, readonly lastUsedAt: string | null, readonly expiresAt: string | null, readonly revokedAt: string | null }> } | null, readonly actor: { readonly kind: ActorKind, readonly id: string, readonly name: string | null } } | null };

export type CreateAccessTokenMutationVariables = Exact<{
  input: CreateAccessTokenInput;
}>;


export type CreateAccessTokenMutation = { readonly createAccessToken: { readonly secret: string | null, readonly position: string | null, readonly refusal: { readonly code: string, readonly message: string } | null } };

export type RevokeAccessTokenMutationVariables = Exact<{
  input: RevokeAccessTokenInput;
}>;


export type RevokeAccessTokenMutation = { readonly revokeAccessToken: { readonly position: string | null, readonly refusal: { readonly code: string, readonly message: string } | null } };

export type EndSessionsMutationVariables = Exact<{
  input: EndSessionsInput;
}>;


export type EndSessionsMutation = { readonly endSessions: { readonly position: string | null, readonly refusal: { readonly code: string, readonly message: string } | null } };

export type SignInMethodsQueryVariables = Exact<{ [key: string]: never; }>;


export type SignInMethodsQuery = { readonly signInMethods: ReadonlyArray<SignInMethod> };

export type EnrolSecondFactorMutationVariables = Exact<{ [key: string]: never; }>;


export type EnrolSecondFactorMutation = { readonly enrolSecondFactor: { readonly secret: string | null, readonly uri: string | null, readonly position: string | null, readonly refusal: { readonly code: string, readonly message: string } | null } };

export type ConfirmSecondFactorMutationVariables = Exact<{
  input: ConfirmSecondFactorInput;
}>;


export type ConfirmSecondFactorMutation = { readonly confirmSecondFactor: { readonly recoveryCodes: ReadonlyArray<string> | null, readonly position: string | null, readonly refusal: { readonly code: string, readonly message: string } | null } };

export type MakeRecoveryCodesMutationVariables = Exact<{
  input: MakeRecoveryCodesInput;
}>;


export type MakeRecoveryCodesMutation = { readonly makeRecoveryCodes: { readonly recoveryCodes: ReadonlyArray<string> | null, readonly position: string | null, readonly refusal: { readonly code: string, readonly message: string } | null } };

export type DisableSecondFactorMutationVariables = Exact<{
  input: DisableSecondFactorInput;
}>;


export type DisableSecondFactorMutation = { readonly disableSecondFactor: { readonly position: string | null, readonly refusal: { readonly code: string, readonly message: string } | null } };

export type WebhooksQueryVariables = Exact<{ [key: string]: never; }>;


export type WebhooksQuery = { readonly webhooks: { readonly nodes: ReadonlyArray<{ readonly id: string, readonly name: string | null, readonly url: string, readonly state: WebhookState, readonly lag: number | null, readonly openDeliveries: number, readonly failure: { readonly since: string, readonly error: string } | null }> }, readonly inventorySources: ReadonlyArray<{ readonly name: string, readonly kind: InventorySourceKind, readonly state: InventorySourceState, readonly since: string, readonly lastError: string | null, readonly entries: number | null, readonly agents: number | null }> };

export type TaskRowFragment = { readonly id: string, readonly kind: TaskKind, readonly state: TaskState, readonly agentId: string, readonly agentIp: string, readonly app: string, readonly func: string, readonly attempt: number, readonly requestedAt: string, readonly startedAt: string | null, readonly endedAt: string | null, readonly position: string, readonly failure: { readonly code: string, readonly message: string } | null, readonly result: { readonly workerFlag: number, readonly costMs: number } | null };

export type TaskListQueryVariables = Exact<{
  filter?: TaskFilter | null | undefined;
  first: number;
  after?: string | null | undefined;
}>;


export type TaskListQuery = { readonly tasks: { readonly nodes: ReadonlyArray<{ readonly id: string, readonly kind: TaskKind, readonly state: TaskState, readonly agentId: string, readonly agentIp: string, readonly app: string, readonly func: string, readonly attempt: number, readonly requestedAt: string, readonly startedAt: string | null, readonly endedAt: string | null, readonly position: string, readonly failure: { readonly code: string, readonly message: string } | null, readonly result: { readonly workerFlag: number, readonly costMs: number } | null }>, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null } } };

export type TaskChangesSubscriptionVariables = Exact<{
  filter?: TaskFilter | null | undefined;
  after?: string | null | undefined;
}>;


export type TaskChangesSubscription = { readonly taskChanged: { readonly position: string, readonly task: { readonly id: string, readonly kind: TaskKind, readonly state: TaskState, readonly agentId: string, readonly agentIp: string, readonly app: string, readonly func: string, readonly attempt: number, readonly requestedAt: string, readonly startedAt: string | null, readonly endedAt: string | null, readonly position: string, readonly failure: { readonly code: string, readonly message: string } | null, readonly result: { readonly workerFlag: number, readonly costMs: number } | null } } };

export type EventRowFragment = { readonly id: string, readonly position: string, readonly stream: string, readonly version: number, readonly type: string, readonly recordedAt: string, readonly correlationId: string, readonly causationId: string | null, readonly data: unknown, readonly actor: { readonly kind: ActorKind, readonly id: string, readonly name: string | null } };

export type TaskDetailQueryVariables = Exact<{
  id: string;
  asOf?: string | null | undefined;
  notBefore?: string | null | undefined;
}>;


export type TaskDetailQuery = { readonly task: { readonly param: unknown, readonly proxy: string | null, readonly processor: boolean, readonly timeoutMs: number, readonly startWithinMs: number, readonly dispatchedAt: string | null, readonly acknowledgedAt: string | null, readonly cancelRequestedAt: string | null, readonly correlationId: string, readonly fireAt: string | null, readonly cronId: string | null, readonly id: string, readonly kind: TaskKind, readonly state: TaskState, readonly agentId: string, readonly agentIp: string, readonly app: string, readonly func: string, readonly attempt: number, readonly requestedAt: string, readonly startedAt: string | null, readonly endedAt: string | null, readonly position: string, readonly requestedBy: { readonly kind: ActorKind, readonly id: string, readonly name: string | null }, readonly agent: { readonly id: string, readonly name: string, readonly state: AgentState } | null, readonly queue: { readonly id: string, readonly name: string | null } | null, readonly schedule: { readonly id: string, readonly name: string | null } | null, readonly parents: ReadonlyArray<{ readonly id: string, readonly state: TaskState, readonly app: string, readonly func: string }>, readonly wait: { readonly reason: WaitReason, readonly notBefore: string | null, readonly startBefore: string | null } | null, readonly processing: { readonly state: ProcessingState, readonly attempts: number, readonly lastError: string | null, readonly endedAt: string | null } | null, readonly result: { readonly workerFlag: number, readonly message: string, readonly costMs: number, readonly truncated: boolean, readonly byteCount: number, readonly printed: string | null, readonly exitCode: number | null, readonly signal: string | null, readonly standardError: string | null } | null, readonly attempts: ReadonlyArray<{ readonly number: number, readonly state: TaskState, readonly dispatchedAt: string | null, readonly startedAt: string | null, readonly endedAt: string | null, readonly agent: { readonly id: string, readonly name: string } | null, readonly result: { readonly workerFlag: number, readonly costMs: number } | null, readonly failure: { readonly code: string, readonly message: string } | null }>, readonly history: { readonly nodes: ReadonlyArray<{ readonly id: string, readonly position: string, readonly stream: string, readonly version: number, readonly type: string, readonly recordedAt: string, readonly correlationId: string, readonly causationId: string | null, readonly data: unknown, readonly actor: { readonly kind: ActorKind, readonly id: string, readonly name: string | null } }>, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null } }, readonly failure: { readonly code: string, readonly message: string } | null } | null };

export type TaskOutputAddedSubscriptionVariables = Exact<{
  task: string;
  from?: number | null | undefined;
}>;


export type TaskOutputAddedSubscription = { readonly taskOutputAdded: { readonly attempt: number, readonly next: number, readonly isEnded: boolean, readonly bytes: number, readonly isCut: boolean, readonly cut: OutputCut | null, readonly chunks: ReadonlyArray<{ readonly stream: OutputStream, readonly offset: number, readonly bytes: number, readonly text: string }> } };

export type RunTasksMutationVariables = Exact<{
  inputs: ReadonlyArray<RunTaskInput> | RunTaskInput;
}>;


export type RunTasksMutation = { readonly runTasks: ReadonlyArray<{ readonly selected: number | null, readonly position: string | null, readonly task: { readonly correlationId: string, readonly id: string, readonly kind: TaskKind, readonly state: TaskState, readonly agentId: string, readonly agentIp: string, readonly app: string, readonly func: string, readonly attempt: number, readonly requestedAt: string, readonly startedAt: string | null, readonly endedAt: string | null, readonly position: string, readonly failure: { readonly code: string, readonly message: string } | null, readonly result: { readonly workerFlag: number, readonly costMs: number } | null } | null, readonly tasks: ReadonlyArray<{ readonly correlationId: string, readonly id: string, readonly kind: TaskKind, readonly state: TaskState, readonly agentId: string, readonly agentIp: string, readonly app: string, readonly func: string, readonly attempt: number, readonly requestedAt: string, readonly startedAt: string | null, readonly endedAt: string | null, readonly position: string, readonly failure: { readonly code: string, readonly message: string } | null, readonly result: { readonly workerFlag: number, readonly costMs: number } | null }> | null, readonly leftOut: ReadonlyArray<{ readonly agent: string, readonly code: string, readonly message: string }> | null, readonly refusal: { readonly code: string, readonly message: string, readonly field: string | null } | null }> };

export type CancelTaskMutationVariables = Exact<{
  input: CancelTaskInput;
}>;


export type CancelTaskMutation = { readonly cancelTask: { readonly position: string | null, readonly task: { readonly id: string, readonly state: TaskState, readonly position: string } | null, readonly refusal: { readonly code: string, readonly message: string } | null } };

export type TaskResultsQueryVariables = Exact<{
  correlationId: string;
  first: number;
  after?: string | null | undefined;
  notBefore?: string | null | undefined;
}>;


export type TaskResultsQuery = { readonly tasks: { readonly nodes: ReadonlyArray<{ readonly id: string, readonly kind: TaskKind, readonly state: TaskState, readonly agentId: string, readonly agentIp: string, readonly app: string, readonly func: string, readonly attempt: number, readonly requestedAt: string, readonly startedAt: string | null, readonly endedAt: string | null, readonly position: string, readonly result: { readonly message: string, readonly truncated: boolean, readonly workerFlag: number, readonly costMs: number } | null, readonly failure: { readonly code: string, readonly message: string } | null }>, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null } } };

export type UserListQueryVariables = Exact<{
  notBefore?: string | null | undefined;
}>;


export type UserListQuery = { readonly users: { readonly nodes: ReadonlyArray<{ readonly id: string, readonly name: string, readonly displayName: string, readonly roles: ReadonlyArray<string>, readonly state: UserState, readonly lastSignInAt: string | null, readonly failedSignIns: number, readonly sessions: ReadonlyArray<{ readonly id: string }> }>, readonly pageInfo: { readonly hasNextPage: boolean } } };

export type UserChangesSubscriptionVariables = Exact<{
  after?: string | null | undefined;
}>;


export type UserChangesSubscription = { readonly userChanged: { readonly position: string } };

export type CreateUserMutationVariables = Exact<{
  input: CreateUserInput;
}>;


export type CreateUserMutation = { readonly createUser: { readonly password: string | null, readonly position: string | null, readonly refusal: { readonly code: string, readonly message: string } | null } };

export type UpdateUserMutationVariables = Exact<{
  input: UpdateUserInput;
}>;


export type UpdateUserMutation = { readonly updateUser: { readonly position: string | null, readonly refusal: { readonly code: string, readonly message: string } | null } };

export type DisableUserMutationVariables = Exact<{
  input: DisableUserInput;
}>;


export type DisableUserMutation = { readonly disableUser: { readonly position: string | null, readonly refusal: { readonly code: string, readonly message: string } | null } };

export type EraseUserMutationVariables = Exact<{
  input: EraseUserInput;
}>;


export type EraseUserMutation = { readonly eraseUser: { readonly position: string | null, readonly refusal: { readonly code: string, readonly message: string } | null } };

export type EnableUserMutationVariables = Exact<{
  input: EnableUserInput;
}>;


export type EnableUserMutation = { readonly enableUser: { readonly position: string | null, readonly refusal: { readonly code: string, readonly message: string } | null } };

export type ResetPasswordMutationVariables = Exact<{
  input: ResetPasswordInput;
}>;


export type ResetPasswordMutation = { readonly resetPassword: { readonly password: string | null, readonly position: string | null, readonly refusal: { readonly code: string, readonly message: string } | null } };

export type WatchingQueryVariables = Exact<{ [key: string]: never; }>;


export type WatchingQuery = { readonly components: ReadonlyArray<{ readonly kind: string, readonly instance: string, readonly version: string, readonly state: ComponentState, readonly startedAt: string, readonly lastSeenAt: string, readonly host: string, readonly metrics: unknown }>, readonly flows: ReadonlyArray<{ readonly from: string, readonly to: string, readonly perSecond: number, readonly perSecondMax: number, readonly lag: number | null }>, readonly openIncidents: ReadonlyArray<{ readonly kind: string, readonly subject: string, readonly message: string, readonly since: string }> };

export type IncidentLineQueryVariables = Exact<{ [key: string]: never; }>;


export type IncidentLineQuery = { readonly incidents: { readonly nodes: ReadonlyArray<{ readonly kind: string, readonly subject: string, readonly isOver: boolean, readonly message: string, readonly at: string, readonly event: { readonly id: string, readonly position: string } }> } };

export type UnderneathQueryVariables = Exact<{ [key: string]: never; }>;


export type UnderneathQuery = { readonly leases: ReadonlyArray<{ readonly name: string, readonly owner: string, readonly expiresAt: string, readonly isHeld: boolean }>, readonly slowQueries: ReadonlyArray<{ readonly program: string, readonly forMs: number, readonly state: string, readonly waitsFor: string | null, readonly text: string }> };

export class TypedDocumentString<TResult, TVariables>
  extends String
  implements DocumentTypeDecoration<TResult, TVariables>
{
  __apiType?: NonNullable<DocumentTypeDecoration<TResult, TVariables>['__apiType']>;
  private value: string;
  public __meta__?: Record<string, any> | undefined;

  constructor(value: string, __meta__?: Record<string, any> | undefined) {
    super(value);
    this.value = value;
    this.__meta__ = __meta__;
  }

  override toString(): string & DocumentTypeDecoration<TResult, TVariables> {
    return this.value;
  }
}
export const AgentRowFragmentDoc = new TypedDocumentString(`
    fragment AgentRow on Agent {
  id
  ip
  name
  state
  version
  platform
  connectedAt
  lastSeenAt
  labels
  position
  apps {
    name
    version
    isLocal
  }
}
    `, {"fragmentName":"AgentRow"}) as unknown as TypedDocumentString<AgentRowFragment, unknown>;
export const AgentChoiceFragmentDoc = new TypedDocumentString(`
    fragment AgentChoice on Agent {
  id
  ip
  name
  state
  apps {
    name
  }
}
    `, {"fragmentName":"AgentChoice"}) as unknown as TypedDocumentString<AgentChoiceFragment, unknown>;
export const RolloutRowFragmentDoc = new TypedDocumentString(`
    fragment RolloutRow on Rollout {
  id
  app
  from
  to
  state
  batch
  batches
  cause
  reason
  position
  counts {
    waiting
    installed
    failed
  }
}
    `, {"fragmentName":"RolloutRow"}) as unknown as TypedDocumentString<RolloutRowFragment, unknown>;
export const AppRowFragmentDoc = new TypedDocumentString(`
    fragment AppRow on App {
  name
  displayName
  description
  state
  banReason
  position
  released {
    version
  }
  rollout {
    ...RolloutRow
  }
  bindings {
    agents
  }
  functions {
    name
    description
    isIdempotent
  }
  versions(first: 20) {
    nodes {
      version
      state
      bytes
      files
      sha256
      uploadedAt
    }
  }
}
    fragment RolloutRow on Rollout {
  id
  app
  from
  to
  state
  batch
  batches
  cause
  reason
  position
  counts {
    waiting
    installed
    failed
  }
}`, {"fragmentName":"AppRow"}) as unknown as TypedDocumentString<AppRowFragment, unknown>;
export const WhoCouldFragmentDoc = new TypedDocumentString(`
    fragment WhoCould on Access {
  subject {
    kind
    id
  }
  sentence(language: $language)
}
    `, {"fragmentName":"WhoCould"}) as unknown as TypedDocumentString<WhoCouldFragment, unknown>;
export const QueueRowFragmentDoc = new TypedDocumentString(`
    fragment QueueRow on Queue {
  id
  name
  app
  state
  createdAt
  endedAt
  position
  counts {
    state
    count
  }
}
    `, {"fragmentName":"QueueRow"}) as unknown as TypedDocumentString<QueueRowFragment, unknown>;
export const ScheduleRowFragmentDoc = new TypedDocumentString(`
    fragment ScheduleRow on Schedule {
  id
  name
  state
  rule
  timeZone
  app
  func
  position
  createdAt
  agent {
    id
    name
    ip
  }
  nextFires(count: 3)
  lastFire {
    instant
    outcome
    reason
    task {
      id
      state
    }
  }
}
    `, {"fragmentName":"ScheduleRow"}) as unknown as TypedDocumentString<ScheduleRowFragment, unknown>;
export const ViewerFieldsFragmentDoc = new TypedDocumentString(`
    fragment ViewerFields on Viewer {
  actor {
    kind
    id
    name
  }
  scopes
  session
  permissions
  user {
    id
    name
    displayName
    roles
  }
}
    `, {"fragmentName":"ViewerFields"}) as unknown as TypedDocumentString<ViewerFieldsFragment, unknown>;
export const TaskRowFragmentDoc = new TypedDocumentString(`
    fragment TaskRow on Task {
  id
  kind
  state
  agentId
  agentIp
  app
  func
  attempt
  requestedAt
  startedAt
  endedAt
  position
  failure {
    code
    message
  }
  result {
    workerFlag
    costMs
  }
}
    `, {"fragmentName":"TaskRow"}) as unknown as TypedDocumentString<TaskRowFragment, unknown>;
export const EventRowFragmentDoc = new TypedDocumentString(`
    fragment EventRow on Event {
  id
  position
  stream
  version
  type
  recordedAt
  actor {
    kind
    id
    name
  }
  correlationId
  causationId
  data
}
    `, {"fragmentName":"EventRow"}) as unknown as TypedDocumentString<EventRowFragment, unknown>;
export const AccessStateDocument = new TypedDocumentString(`
    query AccessState($language: Language!, $notBefore: Position) {
  roles(notBefore: $notBefore) {
    name
    description
    permissions
    apps
    funcs
    agents
    secrets
    isBuiltIn
  }
  grants(filter: {isActive: true}, first: 200, notBefore: $notBefore) {
    nodes {
      id
      subject {
        kind
        id
        name
      }
      permission
      expiresAt
      sentence(language: $language)
    }
    pageInfo {
      hasNextPage
    }
  }
  authKeys(first: 100, notBefore: $notBefore) {
    nodes {
      id
      name
      app
      state
      createdAt
    }
  }
}
    `) as unknown as TypedDocumentString<AccessStateQuery, AccessStateQueryVariables>;
export const GrantChangesDocument = new TypedDocumentString(`
    subscription GrantChanges($after: Position) {
  grantChanged(after: $after) {
    position
  }
}
    `) as unknown as TypedDocumentString<GrantChangesSubscription, GrantChangesSubscriptionVariables>;
export const RoleChangesDocument = new TypedDocumentString(`
    subscription RoleChanges($after: Position) {
  roleChanged(after: $after) {
    position
  }
}
    `) as unknown as TypedDocumentString<RoleChangesSubscription, RoleChangesSubscriptionVariables>;
export const AuthKeyChangesDocument = new TypedDocumentString(`
    subscription AuthKeyChanges($after: Position) {
  authKeyChanged(after: $after) {
    position
  }
}
    `) as unknown as TypedDocumentString<AuthKeyChangesSubscription, AuthKeyChangesSubscriptionVariables>;
export const WhoCanDocument = new TypedDocumentString(`
    query WhoCan($permission: Permission!, $app: String, $func: String, $agent: String, $at: DateTime, $language: Language!) {
  whoCan(permission: $permission, app: $app, func: $func, agent: $agent, at: $at) {
    subject {
      kind
      id
      name
    }
    sentence(language: $language)
  }
}
    `) as unknown as TypedDocumentString<WhoCanQuery, WhoCanQueryVariables>;
export const GivePermissionDocument = new TypedDocumentString(`
    mutation GivePermission($input: GrantInput!) {
  grant(input: $input) {
    position
    refusal {
      code
      message
    }
  }
}
    `) as unknown as TypedDocumentString<GivePermissionMutation, GivePermissionMutationVariables>;
export const RevokeGrantDocument = new TypedDocumentString(`
    mutation RevokeGrant($input: RevokeGrantInput!) {
  revokeGrant(input: $input) {
    position
    refusal {
      code
      message
    }
  }
}
    `) as unknown as TypedDocumentString<RevokeGrantMutation, RevokeGrantMutationVariables>;
export const CreateRoleDocument = new TypedDocumentString(`
    mutation CreateRole($input: CreateRoleInput!) {
  createRole(input: $input) {
    position
    refusal {
      code
      message
    }
  }
}
    `) as unknown as TypedDocumentString<CreateRoleMutation, CreateRoleMutationVariables>;
export const UpdateRoleDocument = new TypedDocumentString(`
    mutation UpdateRole($input: UpdateRoleInput!) {
  updateRole(input: $input) {
    position
    refusal {
      code
      message
    }
  }
}
    `) as unknown as TypedDocumentString<UpdateRoleMutation, UpdateRoleMutationVariables>;
export const DeleteRoleDocument = new TypedDocumentString(`
    mutation DeleteRole($input: DeleteRoleInput!) {
  deleteRole(input: $input) {
    position
    refusal {
      code
      message
    }
  }
}
    `) as unknown as TypedDocumentString<DeleteRoleMutation, DeleteRoleMutationVariables>;
export const CreateAuthKeyDocument = new TypedDocumentString(`
    mutation CreateAuthKey($input: CreateAuthKeyInput!) {
  createAuthKey(input: $input) {
    authKey {
      id
    }
    secret
    position
    refusal {
      code
      message
    }
  }
}
    `) as unknown as TypedDocumentString<CreateAuthKeyMutation, CreateAuthKeyMutationVariables>;
export const RotateAuthKeyDocument = new TypedDocumentString(`
    mutation RotateAuthKey($input: RotateAuthKeyInput!) {
  rotateAuthKey(input: $input) {
    secret
    position
    refusal {
      code
      message
    }
  }
}
    `) as unknown as TypedDocumentString<RotateAuthKeyMutation, RotateAuthKeyMutationVariables>;
export const RevokeAuthKeyDocument = new TypedDocumentString(`
    mutation RevokeAuthKey($input: RevokeAuthKeyInput!) {
  revokeAuthKey(input: $input) {
    position
    refusal {
      code
      message
    }
  }
}
    `) as unknown as TypedDocumentString<RevokeAuthKeyMutation, RevokeAuthKeyMutationVariables>;
export const AgentDetailDocument = new TypedDocumentString(`
    query AgentDetail($id: ID!, $notBefore: Position) {
  agent(id: $id, notBefore: $notBefore) {
    ...AgentRow
    fingerprint
    labelSources
    cronFileError
    enrolledBy {
      kind
      id
      name
    }
    installedApps {
      app
      wanted
      installed
      state
      updatedAt
      error {
        code
        message
      }
    }
    crons {
      id
      comment
      app
      func
      mode
      rule
      timeZone
      isEnabled
      lastRunAt
      error
      nextFires(count: 2)
    }
    history(first: 100) {
      nodes {
        ...EventRow
      }
    }
  }
}
    fragment AgentRow on Agent {
  id
  ip
  name
  state
  version
  platform
  connectedAt
  lastSeenAt
  labels
  position
  apps {
    name
    version
    isLocal
  }
}
fragment EventRow on Event {
  id
  position
  stream
  version
  type
  recordedAt
  actor {
    kind
    id
    name
  }
  correlationId
  causationId
  data
}`) as unknown as TypedDocumentString<AgentDetailQuery, AgentDetailQueryVariables>;
export const ApproveAgentDocument = new TypedDocumentString(`
    mutation ApproveAgent($input: ApproveAgentInput!) {
  approveAgent(input: $input) {
    position
    refusal {
      code
      message
    }
  }
}
    `) as unknown as TypedDocumentString<ApproveAgentMutation, ApproveAgentMutationVariables>;
export const RevokeAgentDocument = new TypedDocumentString(`
    mutation RevokeAgent($input: RevokeAgentInput!) {
  revokeAgent(input: $input) {
    position
    refusal {
      code
      message
    }
  }
}
    `) as unknown as TypedDocumentString<RevokeAgentMutation, RevokeAgentMutationVariables>;
export const RemoveAgentDocument = new TypedDocumentString(`
    mutation RemoveAgent($input: RemoveAgentInput!) {
  removeAgent(input: $input) {
    position
    refusal {
      code
      message
    }
  }
}
    `) as unknown as TypedDocumentString<RemoveAgentMutation, RemoveAgentMutationVariables>;
export const SetAgentLabelsDocument = new TypedDocumentString(`
    mutation SetAgentLabels($input: SetAgentLabelsInput!) {
  setAgentLabels(input: $input) {
    position
    refusal {
      code
      message
    }
  }
}
    `) as unknown as TypedDocumentString<SetAgentLabelsMutation, SetAgentLabelsMutationVariables>;
export const CreateJoinTokenDocument = new TypedDocumentString(`
    mutation CreateJoinToken($input: CreateJoinTokenInput!) {
  createJoinToken(input: $input) {
    secret
    installLine
    position
    refusal {
      code
      message
    }
  }
}
    `) as unknown as TypedDocumentString<CreateJoinTokenMutation, CreateJoinTokenMutationVariables>;
export const AgentListDocument = new TypedDocumentString(`
    query AgentList($filter: AgentFilter, $first: Int!, $after: String) {
  agents(filter: $filter, first: $first, after: $after) {
    nodes {
      ...AgentRow
    }
    pageInfo {
      hasNextPage
      endCursor
    }
  }
}
    fragment AgentRow on Agent {
  id
  ip
  name
  state
  version
  platform
  connectedAt
  lastSeenAt
  labels
  position
  apps {
    name
    version
    isLocal
  }
}`) as unknown as TypedDocumentString<AgentListQuery, AgentListQueryVariables>;
export const AgentChangesDocument = new TypedDocumentString(`
    subscription AgentChanges($filter: AgentFilter, $after: Position) {
  agentChanged(filter: $filter, after: $after) {
    agent {
      ...AgentRow
    }
    position
  }
}
    fragment AgentRow on Agent {
  id
  ip
  name
  state
  version
  platform
  connectedAt
  lastSeenAt
  labels
  position
  apps {
    name
    version
    isLocal
  }
}`) as unknown as TypedDocumentString<AgentChangesSubscription, AgentChangesSubscriptionVariables>;
export const AgentChoicesDocument = new TypedDocumentString(`
    query AgentChoices($filter: AgentFilter, $first: Int!) {
  agents(filter: $filter, first: $first) {
    nodes {
      ...AgentChoice
    }
    pageInfo {
      hasNextPage
    }
  }
}
    fragment AgentChoice on Agent {
  id
  ip
  name
  state
  apps {
    name
  }
}`) as unknown as TypedDocumentString<AgentChoicesQuery, AgentChoicesQueryVariables>;
export const AgentGroupsDocument = new TypedDocumentString(`
    query AgentGroups($label: String!, $selector: String!) {
  agentGroups(label: $label, selector: $selector, first: 80) {
    value
    agents
    byState {
      state
      count
    }
  }
}
    `) as unknown as TypedDocumentString<AgentGroupsQuery, AgentGroupsQueryVariables>;
export const AppListDocument = new TypedDocumentString(`
    query AppList($first: Int!, $after: String, $notBefore: Position) {
  apps(first: $first, after: $after, notBefore: $notBefore) {
    nodes {
      ...AppRow
    }
    pageInfo {
      hasNextPage
      endCursor
    }
  }
}
    fragment AppRow on App {
  name
  displayName
  description
  state
  banReason
  position
  released {
    version
  }
  rollout {
    ...RolloutRow
  }
  bindings {
    agents
  }
  functions {
    name
    description
    isIdempotent
  }
  versions(first: 20) {
    nodes {
      version
      state
      bytes
      files
      sha256
      uploadedAt
    }
  }
}
fragment RolloutRow on Rollout {
  id
  app
  from
  to
  state
  batch
  batches
  cause
  reason
  position
  counts {
    waiting
    installed
    failed
  }
}`) as unknown as TypedDocumentString<AppListQuery, AppListQueryVariables>;
export const RolloutListDocument = new TypedDocumentString(`
    query RolloutList($notBefore: Position) {
  rollouts(first: 50, notBefore: $notBefore) {
    nodes {
      ...RolloutRow
    }
  }
}
    fragment RolloutRow on Rollout {
  id
  app
  from
  to
  state
  batch
  batches
  cause
  reason
  position
  counts {
    waiting
    installed
    failed
  }
}`) as unknown as TypedDocumentString<RolloutListQuery, RolloutListQueryVariables>;
export const AppChangesDocument = new TypedDocumentString(`
    subscription AppChanges($after: Position) {
  appChanged(after: $after) {
    app {
      name
    }
    position
  }
}
    `) as unknown as TypedDocumentString<AppChangesSubscription, AppChangesSubscriptionVariables>;
export const RolloutChangesDocument = new TypedDocumentString(`
    subscription RolloutChanges($after: Position) {
  rolloutChanged(after: $after) {
    rollout {
      ...RolloutRow
    }
    position
  }
}
    fragment RolloutRow on Rollout {
  id
  app
  from
  to
  state
  batch
  batches
  cause
  reason
  position
  counts {
    waiting
    installed
    failed
  }
}`) as unknown as TypedDocumentString<RolloutChangesSubscription, RolloutChangesSubscriptionVariables>;
export const CreateAppDocument = new TypedDocumentString(`
    mutation CreateApp($input: CreateAppInput!) {
  createApp(input: $input) {
    position
    refusal {
      code
      message
    }
  }
}
    `) as unknown as TypedDocumentString<CreateAppMutation, CreateAppMutationVariables>;
export const BindAppDocument = new TypedDocumentString(`
    mutation BindApp($input: BindAppInput!) {
  bindApp(input: $input) {
    position
    refusal {
      code
      message
    }
  }
}
    `) as unknown as TypedDocumentString<BindAppMutation, BindAppMutationVariables>;
export const ReleaseAppVersionDocument = new TypedDocumentString(`
    mutation ReleaseAppVersion($input: ReleaseAppVersionInput!) {
  releaseAppVersion(input: $input) {
    position
    refusal {
      code
      message
    }
  }
}
    `) as unknown as TypedDocumentString<ReleaseAppVersionMutation, ReleaseAppVersionMutationVariables>;
export const PauseRolloutDocument = new TypedDocumentString(`
    mutation PauseRollout($input: RolloutOnlyInput!) {
  pauseRollout(input: $input) {
    position
    refusal {
      code
      message
    }
  }
}
    `) as unknown as TypedDocumentString<PauseRolloutMutation, PauseRolloutMutationVariables>;
export const ResumeRolloutDocument = new TypedDocumentString(`
    mutation ResumeRollout($input: RolloutOnlyInput!) {
  resumeRollout(input: $input) {
    position
    refusal {
      code
      message
    }
  }
}
    `) as unknown as TypedDocumentString<ResumeRolloutMutation, ResumeRolloutMutationVariables>;
export const RollBackRolloutDocument = new TypedDocumentString(`
    mutation RollBackRollout($input: RolloutOnlyInput!) {
  rollBackRollout(input: $input) {
    position
    refusal {
      code
      message
    }
  }
}
    `) as unknown as TypedDocumentString<RollBackRolloutMutation, RollBackRolloutMutationVariables>;
export const AppFunctionsDocument = new TypedDocumentString(`
    query AppFunctions($first: Int!) {
  apps(first: $first) {
    nodes {
      name
      displayName
      state
      functions {
        name
        description
        param
        timeoutMs
        isIdempotent
      }
    }
  }
}
    `) as unknown as TypedDocumentString<AppFunctionsQuery, AppFunctionsQueryVariables>;
export const EventListDocument = new TypedDocumentString(`
    query EventList($filter: EventFilter, $first: Int!, $after: String) {
  events(filter: $filter, first: $first, after: $after) {
    nodes {
      ...EventRow
    }
    pageInfo {
      hasNextPage
      endCursor
    }
  }
}
    fragment EventRow on Event {
  id
  position
  stream
  version
  type
  recordedAt
  actor {
    kind
    id
    name
  }
  correlationId
  causationId
  data
}`) as unknown as TypedDocumentString<EventListQuery, EventListQueryVariables>;
export const CorrelationTreeDocument = new TypedDocumentString(`
    query CorrelationTree($id: ID!) {
  correlation(id: $id, first: 500) {
    id
    startedAt
    endedAt
    hasMore
    events {
      depth
      afterMs
      sinceStartMs
      event {
        ...EventRow
      }
    }
  }
}
    fragment EventRow on Event {
  id
  position
  stream
  version
  type
  recordedAt
  actor {
    kind
    id
    name
  }
  correlationId
  causationId
  data
}`) as unknown as TypedDocumentString<CorrelationTreeQuery, CorrelationTreeQueryVariables>;
export const EventProofDocument = new TypedDocumentString(`
    query EventProof($event: ID!) {
  proof(event: $event) {
    event
    index
    leaf
    leafHash
    path
    size
    rootHash
    signedHead {
      logId
      size
      rootHash
      signedAt
      keyId
      publicKey
      signature
    }
  }
}
    `) as unknown as TypedDocumentString<EventProofQuery, EventProofQueryVariables>;
export const LogGrowthDocument = new TypedDocumentString(`
    query LogGrowth($fromSize: Float!, $toSize: Float!) {
  consistency(fromSize: $fromSize, toSize: $toSize) {
    fromSize
    toSize
    fromRootHash
    toRootHash
    path
  }
}
    `) as unknown as TypedDocumentString<LogGrowthQuery, LogGrowthQueryVariables>;
export const SignedLogDocument = new TypedDocumentString(`
    query SignedLog {
  log {
    size
    signedHead {
      logId
      size
      rootHash
      signedAt
      keyId
      publicKey
      signature
    }
  }
}
    `) as unknown as TypedDocumentString<SignedLogQuery, SignedLogQueryVariables>;
export const LogHeadDocument = new TypedDocumentString(`
    query LogHead {
  log {
    logId
    size
    rootHash
    signedHead {
      size
      rootHash
      signedAt
      keyId
      signature
    }
  }
}
    `) as unknown as TypedDocumentString<LogHeadQuery, LogHeadQueryVariables>;
export const EventsOfPeopleDocument = new TypedDocumentString(`
    query EventsOfPeople($actors: [String!]!, $from: DateTime!, $to: DateTime!, $after: String) {
  events(
    filter: {actors: $actors, from: $from, to: $to}
    order: OLDEST_FIRST
    first: 500
    after: $after
  ) {
    nodes {
      id
      type
      stream
      recordedAt
      correlationId
      actor {
        kind
        id
        name
      }
    }
    pageInfo {
      hasNextPage
      endCursor
    }
  }
}
    `) as unknown as TypedDocumentString<EventsOfPeopleQuery, EventsOfPeopleQueryVariables>;
export const ReportedPeopleDocument = new TypedDocumentString(`
    query ReportedPeople {
  users(first: 500) {
    nodes {
      id
      name
    }
    pageInfo {
      hasNextPage
    }
  }
  authKeys(first: 500) {
    nodes {
      id
      name
    }
    pageInfo {
      hasNextPage
    }
  }
}
    `) as unknown as TypedDocumentString<ReportedPeopleQuery, ReportedPeopleQueryVariables>;
export const WhoCouldAllDocument = new TypedDocumentString(`
    query WhoCouldAll($at: DateTime!, $language: Language!) {
  VIEW: whoCan(permission: VIEW, at: $at) {
    ...WhoCould
  }
  RUN: whoCan(permission: RUN, at: $at) {
    ...WhoCould
  }
  CANCEL: whoCan(permission: CANCEL, at: $at) {
    ...WhoCould
  }
  SCHEDULE: whoCan(permission: SCHEDULE, at: $at) {
    ...WhoCould
  }
  MANAGE_APPS: whoCan(permission: MANAGE_APPS, at: $at) {
    ...WhoCould
  }
  MANAGE_AGENTS: whoCan(permission: MANAGE_AGENTS, at: $at) {
    ...WhoCould
  }
  MANAGE_ACCESS: whoCan(permission: MANAGE_ACCESS, at: $at) {
    ...WhoCould
  }
  AUDIT: whoCan(permission: AUDIT, at: $at) {
    ...WhoCould
  }
}
    fragment WhoCould on Access {
  subject {
    kind
    id
  }
  sentence(language: $language)
}`) as unknown as TypedDocumentString<WhoCouldAllQuery, WhoCouldAllQueryVariables>;
export const LimitsAndGuardsDocument = new TypedDocumentString(`
    query LimitsAndGuards($notBefore: Position) {
  limits(first: 200, notBefore: $notBefore) {
    nodes {
      id
      kind
      of
      name
      openTasks
      tasksPerHour
      runningTasks
    }
  }
  guards(first: 200, notBefore: $notBefore) {
    nodes {
      id
      app
      name
      funcs
      pattern
      outcome
      message
      approvalMs
    }
  }
}
    `) as unknown as TypedDocumentString<LimitsAndGuardsQuery, LimitsAndGuardsQueryVariables>;
export const LimitChangesDocument = new TypedDocumentString(`
    subscription LimitChanges($after: Position) {
  limitChanged(after: $after) {
    position
  }
}
    `) as unknown as TypedDocumentString<LimitChangesSubscription, LimitChangesSubscriptionVariables>;
export const GuardChangesDocument = new TypedDocumentString(`
    subscription GuardChanges($after: Position) {
  guardChanged(after: $after) {
    position
  }
}
    `) as unknown as TypedDocumentString<GuardChangesSubscription, GuardChangesSubscriptionVariables>;
export const SetLimitDocument = new TypedDocumentString(`
    mutation SetLimit($input: SetLimitInput!) {
  setLimit(input: $input) {
    position
    refusal {
      code
      message
    }
  }
}
    `) as unknown as TypedDocumentString<SetLimitMutation, SetLimitMutationVariables>;
export const RemoveLimitDocument = new TypedDocumentString(`
    mutation RemoveLimit($input: RemoveLimitInput!) {
  removeLimit(input: $input) {
    position
    refusal {
      code
      message
    }
  }
}
    `) as unknown as TypedDocumentString<RemoveLimitMutation, RemoveLimitMutationVariables>;
export const SetGuardDocument = new TypedDocumentString(`
    mutation SetGuard($input: SetGuardInput!) {
  setGuard(input: $input) {
    position
    refusal {
      code
      message
    }
  }
}
    `) as unknown as TypedDocumentString<SetGuardMutation, SetGuardMutationVariables>;
export const RemoveGuardDocument = new TypedDocumentString(`
    mutation RemoveGuard($input: RemoveGuardInput!) {
  removeGuard(input: $input) {
    position
    refusal {
      code
      message
    }
  }
}
    `) as unknown as TypedDocumentString<RemoveGuardMutation, RemoveGuardMutationVariables>;
export const TasksToApproveDocument = new TypedDocumentString(`
    query TasksToApprove($notBefore: Position) {
  tasks(filter: {needsApproval: true}, first: 100, notBefore: $notBefore) {
    nodes {
      id
      app
      func
      agentId
      agentIp
      param
      requestedAt
      requestedBy {
        kind
        id
        name
      }
      guards {
        name
        outcome
        message
      }
      approval {
        expiresAt
      }
    }
  }
}
    `) as unknown as TypedDocumentString<TasksToApproveQuery, TasksToApproveQueryVariables>;
export const ApproveTaskDocument = new TypedDocumentString(`
    mutation ApproveTask($input: DecideTaskInput!) {
  approveTask(input: $input) {
    position
    refusal {
      code
      message
    }
  }
}
    `) as unknown as TypedDocumentString<ApproveTaskMutation, ApproveTaskMutationVariables>;
export const RefuseTaskDocument = new TypedDocumentString(`
    mutation RefuseTask($input: DecideTaskInput!) {
  refuseTask(input: $input) {
    position
    refusal {
      code
      message
    }
  }
}
    `) as unknown as TypedDocumentString<RefuseTaskMutation, RefuseTaskMutationVariables>;
export const TaskRatesDocument = new TypedDocumentString(`
    query TaskRates {
  platform {
    taskMinutes(minutes: 60) {
      at
      requested
      ended {
        state
        count
      }
    }
    slowestApps(hours: 24, first: 8) {
      app
      runs
      failed
      meanMs
      p95Ms
      longestMs
    }
    newFailures(hours: 24, first: 8) {
      app
      code
      since
      lastAt
      tasks
      lastTask
    }
  }
}
    `) as unknown as TypedDocumentString<TaskRatesQuery, TaskRatesQueryVariables>;
export const LateDocument = new TypedDocumentString(`
    query Late($missedSince: DateTime!) {
  tasks(filter: {isLate: true}, first: 100) {
    nodes {
      ...TaskRow
    }
    pageInfo {
      hasNextPage
    }
  }
  schedules(filter: {missedSince: $missedSince}, first: 100) {
    nodes {
      id
      name
      app
      func
    }
    pageInfo {
      hasNextPage
    }
  }
}
    fragment TaskRow on Task {
  id
  kind
  state
  agentId
  agentIp
  app
  func
  attempt
  requestedAt
  startedAt
  endedAt
  position
  failure {
    code
    message
  }
  result {
    workerFlag
    costMs
  }
}`) as unknown as TypedDocumentString<LateQuery, LateQueryVariables>;
export const FirstEventDocument = new TypedDocumentString(`
    query FirstEvent {
  events(order: OLDEST_FIRST, first: 1) {
    nodes {
      recordedAt
    }
  }
}
    `) as unknown as TypedDocumentString<FirstEventQuery, FirstEventQueryVariables>;
export const PastThingsDocument = new TypedDocumentString(`
    query PastThings($at: DateTime!) {
  agents(asOf: $at, first: 100) {
    nodes {
      id
      ip
      name
      state
      version
      labels
    }
    pageInfo {
      hasNextPage
    }
  }
  tasks(asOf: $at, first: 50) {
    nodes {
      ...TaskRow
    }
    pageInfo {
      hasNextPage
    }
  }
  schedules(asOf: $at, first: 100) {
    nodes {
      id
      name
      state
      rule
      timeZone
      app
      func
    }
    pageInfo {
      hasNextPage
    }
  }
  apps(asOf: $at, first: 100) {
    nodes {
      name
      state
      bindings {
        agents
      }
    }
    pageInfo {
      hasNextPage
    }
  }
}
    fragment TaskRow on Task {
  id
  kind
  state
  agentId
  agentIp
  app
  func
  attempt
  requestedAt
  startedAt
  endedAt
  position
  failure {
    code
    message
  }
  result {
    workerFlag
    costMs
  }
}`) as unknown as TypedDocumentString<PastThingsQuery, PastThingsQueryVariables>;
export const ChangesBetweenDocument = new TypedDocumentString(`
    query ChangesBetween($from: DateTime!, $to: DateTime!) {
  changes(from: $from, to: $to, first: 100) {
    nodes {
      stream
      kind
      id
      isNew
      events
      lastAt
      stateBefore
      stateAfter
    }
    pageInfo {
      hasNextPage
    }
  }
}
    `) as unknown as TypedDocumentString<ChangesBetweenQuery, ChangesBetweenQueryVariables>;
export const PlatformStateDocument = new TypedDocumentString(`
    query PlatformState {
  platform {
    version
    headPosition
    readPosition
    counters {
      events
      tasksByState {
        state
        count
      }
      agentsByState {
        state
        count
      }
    }
    projectors {
      name
      position
      lag
      state
      error
    }
  }
}
    `) as unknown as TypedDocumentString<PlatformStateQuery, PlatformStateQueryVariables>;
export const HeadDocument = new TypedDocumentString(`
    query Head {
  viewer {
    readPosition
  }
}
    `) as unknown as TypedDocumentString<HeadQuery, HeadQueryVariables>;
export const EventsAppendedDocument = new TypedDocumentString(`
    subscription EventsAppended($filter: EventFilter, $after: Position) {
  eventAppended(filter: $filter, after: $after) {
    ...EventRow
  }
}
    fragment EventRow on Event {
  id
  position
  stream
  version
  type
  recordedAt
  actor {
    kind
    id
    name
  }
  correlationId
  causationId
  data
}`) as unknown as TypedDocumentString<EventsAppendedSubscription, EventsAppendedSubscriptionVariables>;
export const QueueListDocument = new TypedDocumentString(`
    query QueueList($filter: QueueFilter, $first: Int!, $after: String) {
  queues(filter: $filter, first: $first, after: $after) {
    nodes {
      ...QueueRow
    }
    pageInfo {
      hasNextPage
      endCursor
    }
  }
}
    fragment QueueRow on Queue {
  id
  name
  app
  state
  createdAt
  endedAt
  position
  counts {
    state
    count
  }
}`) as unknown as TypedDocumentString<QueueListQuery, QueueListQueryVariables>;
export const QueueChangesDocument = new TypedDocumentString(`
    subscription QueueChanges($filter: QueueFilter, $after: Position) {
  queueChanged(filter: $filter, after: $after) {
    queue {
      ...QueueRow
    }
    position
  }
}
    fragment QueueRow on Queue {
  id
  name
  app
  state
  createdAt
  endedAt
  position
  counts {
    state
    count
  }
}`) as unknown as TypedDocumentString<QueueChangesSubscription, QueueChangesSubscriptionVariables>;
export const QueueDetailDocument = new TypedDocumentString(`
    query QueueDetail($id: ID!, $notBefore: Position) {
  queue(id: $id, notBefore: $notBefore) {
    ...QueueRow
    committedAt
    stopRequestedAt
    stopReason
    createdBy {
      kind
      id
      name
    }
    tasks(first: 300) {
      nodes {
        ...TaskRow
        parents {
          id
        }
      }
      pageInfo {
        hasNextPage
      }
    }
    history(first: 200) {
      nodes {
        ...EventRow
      }
    }
  }
}
    fragment QueueRow on Queue {
  id
  name
  app
  state
  createdAt
  endedAt
  position
  counts {
    state
    count
  }
}
fragment TaskRow on Task {
  id
  kind
  state
  agentId
  agentIp
  app
  func
  attempt
  requestedAt
  startedAt
  endedAt
  position
  failure {
    code
    message
  }
  result {
    workerFlag
    costMs
  }
}
fragment EventRow on Event {
  id
  position
  stream
  version
  type
  recordedAt
  actor {
    kind
    id
    name
  }
  correlationId
  causationId
  data
}`) as unknown as TypedDocumentString<QueueDetailQuery, QueueDetailQueryVariables>;
export const QueueTasksAgainDocument = new TypedDocumentString(`
    query QueueTasksAgain($id: ID!, $after: String) {
  queue(id: $id) {
    id
    name
    app
    tasks(first: 200, after: $after) {
      nodes {
        id
        state
        agentId
        app
        func
        param
        proxy
        processor
        timeoutMs
        startWithinMs
        retry {
          attempts
          delayMs
          factor
          maxDelayMs
          on
        }
        parents {
          id
        }
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
}
    `) as unknown as TypedDocumentString<QueueTasksAgainQuery, QueueTasksAgainQueryVariables>;
export const CreateQueueDocument = new TypedDocumentString(`
    mutation CreateQueue($input: CreateQueueInput!) {
  createQueue(input: $input) {
    queue {
      id
    }
    position
    refusal {
      code
      message
    }
  }
}
    `) as unknown as TypedDocumentString<CreateQueueMutation, CreateQueueMutationVariables>;
export const AddQueueTasksDocument = new TypedDocumentString(`
    mutation AddQueueTasks($input: AddQueueTasksInput!) {
  addQueueTasks(input: $input) {
    position
    refusal {
      code
      message
    }
  }
}
    `) as unknown as TypedDocumentString<AddQueueTasksMutation, AddQueueTasksMutationVariables>;
export const CommitQueueDocument = new TypedDocumentString(`
    mutation CommitQueue($input: CommitQueueInput!) {
  commitQueue(input: $input) {
    position
    refusal {
      code
      message
    }
  }
}
    `) as unknown as TypedDocumentString<CommitQueueMutation, CommitQueueMutationVariables>;
export const StopQueueDocument = new TypedDocumentString(`
    mutation StopQueue($input: StopQueueInput!) {
  stopQueue(input: $input) {
    position
    refusal {
      code
      message
    }
  }
}
    `) as unknown as TypedDocumentString<StopQueueMutation, StopQueueMutationVariables>;
export const DeadLettersDocument = new TypedDocumentString(`
    query DeadLetters($filter: DeadLetterFilter) {
  deadLetters(filter: $filter, first: 100) {
    nodes {
      id
      handler
      position
      stream
      version
      type
      code
      message
      attempts
      parkedAt
      state
      setAsideReason
    }
    pageInfo {
      hasNextPage
    }
  }
}
    `) as unknown as TypedDocumentString<DeadLettersQuery, DeadLettersQueryVariables>;
export const RebuildsDocument = new TypedDocumentString(`
    query Rebuilds {
  rebuilds(first: 5) {
    nodes {
      id
      state
      readModels
      reason
      requestedAt
      requestedBy {
        kind
        id
        name
      }
      endedAt
      failure {
        code
        message
      }
    }
  }
}
    `) as unknown as TypedDocumentString<RebuildsQuery, RebuildsQueryVariables>;
export const RetryDeadLetterDocument = new TypedDocumentString(`
    mutation RetryDeadLetter($input: RetryDeadLetterInput!) {
  retryDeadLetter(input: $input) {
    deadLetter {
      id
      state
    }
    position
    refusal {
      code
      message
    }
  }
}
    `) as unknown as TypedDocumentString<RetryDeadLetterMutation, RetryDeadLetterMutationVariables>;
export const SetAsideDeadLetterDocument = new TypedDocumentString(`
    mutation SetAsideDeadLetter($input: SetAsideDeadLetterInput!) {
  setAsideDeadLetter(input: $input) {
    deadLetter {
      id
      state
    }
    position
    refusal {
      code
      message
    }
  }
}
    `) as unknown as TypedDocumentString<SetAsideDeadLetterMutation, SetAsideDeadLetterMutationVariables>;
export const RebuildReadModelsDocument = new TypedDocumentString(`
    mutation RebuildReadModels($input: RebuildReadModelsInput!) {
  rebuildReadModels(input: $input) {
    rebuild {
      id
    }
    position
    refusal {
      code
      message
    }
  }
}
    `) as unknown as TypedDocumentString<RebuildReadModelsMutation, RebuildReadModelsMutationVariables>;
export const ScheduleListDocument = new TypedDocumentString(`
    query ScheduleList($filter: ScheduleFilter, $first: Int!, $after: String) {
  schedules(filter: $filter, first: $first, after: $after) {
    nodes {
      ...ScheduleRow
    }
    pageInfo {
      hasNextPage
      endCursor
    }
  }
}
    fragment ScheduleRow on Schedule {
  id
  name
  state
  rule
  timeZone
  app
  func
  position
  createdAt
  agent {
    id
    name
    ip
  }
  nextFires(count: 3)
  lastFire {
    instant
    outcome
    reason
    task {
      id
      state
    }
  }
}`) as unknown as TypedDocumentString<ScheduleListQuery, ScheduleListQueryVariables>;
export const ScheduleChangesDocument = new TypedDocumentString(`
    subscription ScheduleChanges($filter: ScheduleFilter, $after: Position) {
  scheduleChanged(filter: $filter, after: $after) {
    schedule {
      ...ScheduleRow
    }
    position
  }
}
    fragment ScheduleRow on Schedule {
  id
  name
  state
  rule
  timeZone
  app
  func
  position
  createdAt
  agent {
    id
    name
    ip
  }
  nextFires(count: 3)
  lastFire {
    instant
    outcome
    reason
    task {
      id
      state
    }
  }
}`) as unknown as TypedDocumentString<ScheduleChangesSubscription, ScheduleChangesSubscriptionVariables>;
export const ScheduleCalendarDocument = new TypedDocumentString(`
    query ScheduleCalendar($filter: ScheduleFilter, $first: Int!, $fires: Int!, $before: DateTime!) {
  schedules(filter: $filter, first: $first) {
    nodes {
      id
      name
      app
      func
      rule
      timeZone
      nextFires(count: $fires, before: $before)
    }
    pageInfo {
      hasNextPage
    }
  }
}
    `) as unknown as TypedDocumentString<ScheduleCalendarQuery, ScheduleCalendarQueryVariables>;
export const ScheduleDetailDocument = new TypedDocumentString(`
    query ScheduleDetail($id: ID!, $notBefore: Position) {
  schedule(id: $id, notBefore: $notBefore) {
    ...ScheduleRow
    misfire
    misfireGraceMs
    overlap
    startsAt
    endsAt
    param
    timeoutMs
    createdBy {
      kind
      id
      name
    }
    fires(first: 50) {
      nodes {
        instant
        outcome
        reason
        task {
          id
          state
        }
      }
    }
    history(first: 100) {
      nodes {
        ...EventRow
      }
    }
  }
}
    fragment ScheduleRow on Schedule {
  id
  name
  state
  rule
  timeZone
  app
  func
  position
  createdAt
  agent {
    id
    name
    ip
  }
  nextFires(count: 3)
  lastFire {
    instant
    outcome
    reason
    task {
      id
      state
    }
  }
}
fragment EventRow on Event {
  id
  position
  stream
  version
  type
  recordedAt
  actor {
    kind
    id
    name
  }
  correlationId
  causationId
  data
}`) as unknown as TypedDocumentString<ScheduleDetailQuery, ScheduleDetailQueryVariables>;
export const PreviewRuleDocument = new TypedDocumentString(`
    query PreviewRule($rule: String!, $timeZone: String!, $count: Int!, $after: DateTime) {
  previewRule(rule: $rule, timeZone: $timeZone, count: $count, after: $after)
}
    `) as unknown as TypedDocumentString<PreviewRuleQuery, PreviewRuleQueryVariables>;
export const CreateScheduleDocument = new TypedDocumentString(`
    mutation CreateSchedule($input: CreateScheduleInput!) {
  createSchedule(input: $input) {
    schedule {
      id
    }
    position
    refusal {
      code
      message
      field
    }
  }
}
    `) as unknown as TypedDocumentString<CreateScheduleMutation, CreateScheduleMutationVariables>;
export const UpdateScheduleDocument = new TypedDocumentString(`
    mutation UpdateSchedule($input: UpdateScheduleInput!) {
  updateSchedule(input: $input) {
    position
    refusal {
      code
      message
      field
    }
  }
}
    `) as unknown as TypedDocumentString<UpdateScheduleMutation, UpdateScheduleMutationVariables>;
export const PauseScheduleDocument = new TypedDocumentString(`
    mutation PauseSchedule($input: ScheduleInput!) {
  pauseSchedule(input: $input) {
    position
    refusal {
      code
      message
    }
  }
}
    `) as unknown as TypedDocumentString<PauseScheduleMutation, PauseScheduleMutationVariables>;
export const ResumeScheduleDocument = new TypedDocumentString(`
    mutation ResumeSchedule($input: ScheduleInput!) {
  resumeSchedule(input: $input) {
    position
    refusal {
      code
      message
    }
  }
}
    `) as unknown as TypedDocumentString<ResumeScheduleMutation, ResumeScheduleMutationVariables>;
export const DeleteScheduleDocument = new TypedDocumentString(`
    mutation DeleteSchedule($input: ScheduleInput!) {
  deleteSchedule(input: $input) {
    position
    refusal {
      code
      message
    }
  }
}
    `) as unknown as TypedDocumentString<DeleteScheduleMutation, DeleteScheduleMutationVariables>;
export const FireScheduleDocument = new TypedDocumentString(`
    mutation FireSchedule($input: ScheduleInput!) {
  fireSchedule(input: $input) {
    task {
      id
    }
    position
    refusal {
      code
      message
    }
  }
}
    `) as unknown as TypedDocumentString<FireScheduleMutation, FireScheduleMutationVariables>;
export const SecretsDocument = new TypedDocumentString(`
    query Secrets($notBefore: Position) {
  secrets(filter: {states: [CURRENT]}, first: 200, notBefore: $notBefore) {
    nodes {
      name
      version
      apps
      updatedAt
    }
  }
}
    `) as unknown as TypedDocumentString<SecretsQuery, SecretsQueryVariables>;
export const SecretChangesDocument = new TypedDocumentString(`
    subscription SecretChanges($after: Position) {
  secretChanged(after: $after) {
    position
  }
}
    `) as unknown as TypedDocumentString<SecretChangesSubscription, SecretChangesSubscriptionVariables>;
export const CreateSecretDocument = new TypedDocumentString(`
    mutation CreateSecret($input: CreateSecretInput!) {
  createSecret(input: $input) {
    position
    refusal {
      code
      message
    }
  }
}
    `) as unknown as TypedDocumentString<CreateSecretMutation, CreateSecretMutationVariables>;
export const RotateSecretDocument = new TypedDocumentString(`
    mutation RotateSecret($input: RotateSecretInput!) {
  rotateSecret(input: $input) {
    position
    refusal {
      code
      message
    }
  }
}
    `) as unknown as TypedDocumentString<RotateSecretMutation, RotateSecretMutationVariables>;
export const UpdateSecretDocument = new TypedDocumentString(`
    mutation UpdateSecret($input: UpdateSecretInput!) {
  updateSecret(input: $input) {
    position
    refusal {
      code
      message
    }
  }
}
    `) as unknown as TypedDocumentString<UpdateSecretMutation, UpdateSecretMutationVariables>;
export const DeleteSecretDocument = new TypedDocumentString(`
    mutation DeleteSecret($input: DeleteSecretInput!) {
  deleteSecret(input: $input) {
    position
    refusal {
      code
      message
    }
  }
}
    `) as unknown as TypedDocumentString<DeleteSecretMutation, DeleteSecretMutationVariables>;
export const ViewerDocument = new TypedDocumentString(`
    query Viewer {
  viewer {
    ...ViewerFields
  }
}
    fragment ViewerFields on Viewer {
  actor {
    kind
    id
    name
  }
  scopes
  session
  permissions
  user {
    id
    name
    displayName
    roles
  }
}`) as unknown as TypedDocumentString<ViewerQuery, ViewerQueryVariables>;
export const SignInDocument = new TypedDocumentString(`
    mutation SignIn($input: SignInInput!) {
  signIn(input: $input) {
    session {
      expiresAt
    }
  }
}
    `) as unknown as TypedDocumentString<SignInMutation, SignInMutationVariables>;
export const SignOutDocument = new TypedDocumentString(`
    mutation SignOut {
  signOut {
    position
    refusal {
      code
      message
    }
  }
}
    `) as unknown as TypedDocumentString<SignOutMutation, SignOutMutationVariables>;
export const ChangePasswordDocument = new TypedDocumentString(`
    mutation ChangePassword($input: ChangePasswordInput!) {
  changePassword(input: $input) {
    position
    refusal {
      code
      message
    }
  }
}
    `) as unknown as TypedDocumentString<ChangePasswordMutation, ChangePasswordMutationVariables>;
export const MeDocument = new TypedDocumentString(`
    query Me($notBefore: Position) {
  viewer(notBefore: $notBefore) {
    ...ViewerFields
    user {
      id
      hasSecondFactor
      recoveryCodesLeft
      sessions {
        id
        remoteAddress
        program
        startedAt
        expiresAt
      }
      accessTokens {
        id
        name
        scopes
        createdAt
        lastUsedAt
        expiresAt
        revokedAt
      }
    }
  }
}
    fragment ViewerFields on Viewer {
  actor {
    kind
    id
    name
  }
  scopes
  session
  permissions
  user {
    id
    name
    displayName
    roles
  }
}`) as unknown as TypedDocumentString<MeQuery, MeQueryVariables>;
export const CreateAccessTokenDocument = new TypedDocumentString(`
    mutation CreateAccessToken($input: CreateAccessTokenInput!) {
  createAccessToken(input: $input) {
    secret
    position
    refusal {
      code
      message
    }
  }
}
    `) as unknown as TypedDocumentString<CreateAccessTokenMutation, CreateAccessTokenMutationVariables>;
export const RevokeAccessTokenDocument = new TypedDocumentString(`
    mutation RevokeAccessToken($input: RevokeAccessTokenInput!) {
  revokeAccessToken(input: $input) {
    position
    refusal {
      code
      message
    }
  }
}
    `) as unknown as TypedDocumentString<RevokeAccessTokenMutation, RevokeAccessTokenMutationVariables>;
export const EndSessionsDocument = new TypedDocumentString(`
    mutation EndSessions($input: EndSessionsInput!) {
  endSessions(input: $input) {
    position
    refusal {
      code
      message
    }
  }
}
    `) as unknown as TypedDocumentString<EndSessionsMutation, EndSessionsMutationVariables>;
export const SignInMethodsDocument = new TypedDocumentString(`
    query SignInMethods {
  signInMethods
}
    `) as unknown as TypedDocumentString<SignInMethodsQuery, SignInMethodsQueryVariables>;
export const EnrolSecondFactorDocument = new TypedDocumentString(`
    mutation EnrolSecondFactor {
  enrolSecondFactor {
    secret
    uri
    position
    refusal {
      code
      message
    }
  }
}
    `) as unknown as TypedDocumentString<EnrolSecondFactorMutation, EnrolSecondFactorMutationVariables>;
export const ConfirmSecondFactorDocument = new TypedDocumentString(`
    mutation ConfirmSecondFactor($input: ConfirmSecondFactorInput!) {
  confirmSecondFactor(input: $input) {
    recoveryCodes
    position
    refusal {
      code
      message
    }
  }
}
    `) as unknown as TypedDocumentString<ConfirmSecondFactorMutation, ConfirmSecondFactorMutationVariables>;
export const MakeRecoveryCodesDocument = new TypedDocumentString(`
    mutation MakeRecoveryCodes($input: MakeRecoveryCodesInput!) {
  makeRecoveryCodes(input: $input) {
    recoveryCodes
    position
    refusal {
      code
      message
    }
  }
}
    `) as unknown as TypedDocumentString<MakeRecoveryCodesMutation, MakeRecoveryCodesMutationVariables>;
export const DisableSecondFactorDocument = new TypedDocumentString(`
    mutation DisableSecondFactor($input: DisableSecondFactorInput!) {
  disableSecondFactor(input: $input) {
    position
    refusal {
      code
      message
    }
  }
}
    `) as unknown as TypedDocumentString<DisableSecondFactorMutation, DisableSecondFactorMutationVariables>;
export const WebhooksDocument = new TypedDocumentString(`
    query Webhooks {
  webhooks(first: 50) {
    nodes {
      id
      name
      url
      state
      lag
      openDeliveries
      failure {
        since
        error
      }
    }
  }
  inventorySources {
    name
    kind
    state
    since
    lastError
    entries
    agents
  }
}
    `) as unknown as TypedDocumentString<WebhooksQuery, WebhooksQueryVariables>;
export const TaskListDocument = new TypedDocumentString(`
    query TaskList($filter: TaskFilter, $first: Int!, $after: String) {
  tasks(filter: $filter, first: $first, after: $after) {
    nodes {
      ...TaskRow
    }
    pageInfo {
      hasNextPage
      endCursor
    }
  }
}
    fragment TaskRow on Task {
  id
  kind
  state
  agentId
  agentIp
  app
  func
  attempt
  requestedAt
  startedAt
  endedAt
  position
  failure {
    code
    message
  }
  result {
    workerFlag
    costMs
  }
}`) as unknown as TypedDocumentString<TaskListQuery, TaskListQueryVariables>;
export const TaskChangesDocument = new TypedDocumentString(`
    subscription TaskChanges($filter: TaskFilter, $after: Position) {
  taskChanged(filter: $filter, after: $after) {
    task {
      ...TaskRow
    }
    position
  }
}
    fragment TaskRow on Task {
  id
  kind
  state
  agentId
  agentIp
  app
  func
  attempt
  requestedAt
  startedAt
  endedAt
  position
  failure {
    code
    message
  }
  result {
    workerFlag
    costMs
  }
}`) as unknown as TypedDocumentString<TaskChangesSubscription, TaskChangesSubscriptionVariables>;
export const TaskDetailDocument = new TypedDocumentString(`
    query TaskDetail($id: ID!, $asOf: DateTime, $notBefore: Position) {
  task(id: $id, asOf: $asOf, notBefore: $notBefore) {
    ...TaskRow
    param
    proxy
    processor
    timeoutMs
    startWithinMs
    dispatchedAt
    acknowledgedAt
    cancelRequestedAt
    correlationId
    fireAt
    cronId
    requestedBy {
      kind
      id
      name
    }
    agent {
      id
      name
      state
    }
    queue {
      id
      name
    }
    schedule {
      id
      name
    }
    parents {
      id
      state
      app
      func
    }
    wait {
      reason
      notBefore
      startBefore
    }
    processing {
      state
      attempts
      lastError
      endedAt
    }
    result {
      workerFlag
      message
      costMs
      truncated
      byteCount
      printed
      exitCode
      signal
      standardError
    }
    attempts {
      number
      state
      dispatchedAt
      startedAt
      endedAt
      agent {
        id
        name
      }
      result {
        workerFlag
        costMs
      }
      failure {
        code
        message
      }
    }
    history(first: 200) {
      nodes {
        ...EventRow
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
}
    fragment TaskRow on Task {
  id
  kind
  state
  agentId
  agentIp
  app
  func
  attempt
  requestedAt
  startedAt
  endedAt
  position
  failure {
    code
    message
  }
  result {
    workerFlag
    costMs
  }
}
fragment EventRow on Event {
  id
  position
  stream
  version
  type
  recordedAt
  actor {
    kind
    id
    name
  }
  correlationId
  causationId
  data
}`) as unknown as TypedDocumentString<TaskDetailQuery, TaskDetailQueryVariables>;
export const TaskOutputAddedDocument = new TypedDocumentString(`
    subscription TaskOutputAdded($task: ID!, $from: Int) {
  taskOutputAdded(task: $task, from: $from) {
    attempt
    chunks {
      stream
      offset
      bytes
      text
    }
    next
    isEnded
    bytes
    isCut
    cut
  }
}
    `) as unknown as TypedDocumentString<TaskOutputAddedSubscription, TaskOutputAddedSubscriptionVariables>;
export const RunTasksDocument = new TypedDocumentString(`
    mutation RunTasks($inputs: [RunTaskInput!]!) {
  runTasks(inputs: $inputs) {
    task {
      ...TaskRow
      correlationId
    }
    tasks {
      ...TaskRow
      correlationId
    }
    selected
    leftOut {
      agent
      code
      message
    }
    position
    refusal {
      code
      message
      field
    }
  }
}
    fragment TaskRow on Task {
  id
  kind
  state
  agentId
  agentIp
  app
  func
  attempt
  requestedAt
  startedAt
  endedAt
  position
  failure {
    code
    message
  }
  result {
    workerFlag
    costMs
  }
}`) as unknown as TypedDocumentString<RunTasksMutation, RunTasksMutationVariables>;
export const CancelTaskDocument = new TypedDocumentString(`
    mutation CancelTask($input: CancelTaskInput!) {
  cancelTask(input: $input) {
    task {
      id
      state
      position
    }
    position
    refusal {
      code
      message
    }
  }
}
    `) as unknown as TypedDocumentString<CancelTaskMutation, CancelTaskMutationVariables>;
export const TaskResultsDocument = new TypedDocumentString(`
    query TaskResults($correlationId: ID!, $first: Int!, $after: String, $notBefore: Position) {
  tasks(
    filter: {correlationId: $correlationId}
    first: $first
    after: $after
    notBefore: $notBefore
  ) {
    nodes {
      ...TaskRow
      result {
        message
        truncated
      }
    }
    pageInfo {
      hasNextPage
      endCursor
    }
  }
}
    fragment TaskRow on Task {
  id
  kind
  state
  agentId
  agentIp
  app
  func
  attempt
  requestedAt
  startedAt
  endedAt
  position
  failure {
    code
    message
  }
  result {
    workerFlag
    costMs
  }
}`) as unknown as TypedDocumentString<TaskResultsQuery, TaskResultsQueryVariables>;
export const UserListDocument = new TypedDocumentString(`
    query UserList($notBefore: Position) {
  users(first: 500, notBefore: $notBefore) {
    nodes {
      id
      name
      displayName
      roles
      state
      lastSignInAt
      failedSignIns
      sessions {
        id
      }
    }
    pageInfo {
      hasNextPage
    }
  }
}
    `) as unknown as TypedDocumentString<UserListQuery, UserListQueryVariables>;
export const UserChangesDocument = new TypedDocumentString(`
    subscription UserChanges($after: Position) {
  userChanged(after: $after) {
    position
  }
}
    `) as unknown as TypedDocumentString<UserChangesSubscription, UserChangesSubscriptionVariables>;
export const CreateUserDocument = new TypedDocumentString(`
    mutation CreateUser($input: CreateUserInput!) {
  createUser(input: $input) {
    password
    position
    refusal {
      code
      message
    }
  }
}
    `) as unknown as TypedDocumentString<CreateUserMutation, CreateUserMutationVariables>;
export const UpdateUserDocument = new TypedDocumentString(`
    mutation UpdateUser($input: UpdateUserInput!) {
  updateUser(input: $input) {
    position
    refusal {
      code
      message
    }
  }
}
    `) as unknown as TypedDocumentString<UpdateUserMutation, UpdateUserMutationVariables>;
export const DisableUserDocument = new TypedDocumentString(`
    mutation DisableUser($input: DisableUserInput!) {
  disableUser(input: $input) {
    position
    refusal {
      code
      message
    }
  }
}
    `) as unknown as TypedDocumentString<DisableUserMutation, DisableUserMutationVariables>;
export const EraseUserDocument = new TypedDocumentString(`
    mutation EraseUser($input: EraseUserInput!) {
  eraseUser(input: $input) {
    position
    refusal {
      code
      message
    }
  }
}
    `) as unknown as TypedDocumentString<EraseUserMutation, EraseUserMutationVariables>;
export const EnableUserDocument = new TypedDocumentString(`
    mutation EnableUser($input: EnableUserInput!) {
  enableUser(input: $input) {
    position
    refusal {
      code
      message
    }
  }
}
    `) as unknown as TypedDocumentString<EnableUserMutation, EnableUserMutationVariables>;
export const ResetPasswordDocument = new TypedDocumentString(`
    mutation ResetPassword($input: ResetPasswordInput!) {
  resetPassword(input: $input) {
    password
    position
    refusal {
      code
      message
    }
  }
}
    `) as unknown as TypedDocumentString<ResetPasswordMutation, ResetPasswordMutationVariables>;
export const WatchingDocument = new TypedDocumentString(`
    query Watching {
  components {
    kind
    instance
    version
    state
    startedAt
    lastSeenAt
    host
    metrics
  }
  flows {
    from
    to
    perSecond
    perSecondMax
    lag
  }
  openIncidents {
    kind
    subject
    message
    since
  }
}
    `) as unknown as TypedDocumentString<WatchingQuery, WatchingQueryVariables>;
export const IncidentLineDocument = new TypedDocumentString(`
    query IncidentLine {
  incidents(first: 20) {
    nodes {
      kind
      subject
      isOver
      message
      at
      event {
        id
        position
      }
    }
  }
}
    `) as unknown as TypedDocumentString<IncidentLineQuery, IncidentLineQueryVariables>;
export const UnderneathDocument = new TypedDocumentString(`
    query Underneath {
  leases {
    name
    owner
    expiresAt
    isHeld
  }
  slowQueries {
    program
    forMs
    state
    waitsFor
    text
  }
}
    `) as unknown as TypedDocumentString<UnderneathQuery, UnderneathQueryVariables>;