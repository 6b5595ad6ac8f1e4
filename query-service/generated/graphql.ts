// Generated from schemas/graphql by `npm run generate`; do not edit.
import type { AgentCronParent } from '../agent-crons/parents.ts'
import type { AgentParent, AgentConnectionParent, AgentGroupParent } from '../agents/parents.ts'
import type { AppParent, AppConnectionParent, AppVersionParent, AppVersionConnectionParent, AppOnAgentParent, AppOnAgentConnectionParent, RolloutParent, RolloutConnectionParent } from '../apps/parents.ts'
import type { LogParent, SignedHeadParent, InclusionProofParent, ConsistencyProofParent } from '../audit/parents.ts'
import type { StreamChangeConnectionParent, EventParent, ActorParent, CausedEventParent, CorrelationParent, EventConnectionParent, StreamChangeParent } from '../events/parents.ts'
import type { SubjectParent, GrantParent, AccessParent, RoleParent, AuthKeyParent, GrantConnectionParent, AuthKeyConnectionParent, GrantChangeParent } from '../grants/parents.ts'
import type { InventorySourceParent } from '../inventory/parents.ts'
import type { JoinTokenParent, JoinTokenConnectionParent } from '../join-tokens/parents.ts'
import type { LimitParent, GuardParent, LimitConnectionParent, GuardConnectionParent, ApprovalPayloadParent } from '../limits/parents.ts'
import type { DeadLetterParent, DeadLetterConnectionParent, RebuildParent, RebuildConnectionParent, PlatformParent } from '../platform/parents.ts'
import type { ProcessingParent, ProcessorParent, MoveProcessorPayloadParent } from '../processors/parents.ts'
import type { QueueParent, QueueConnectionParent } from '../queues/parents.ts'
import type { ScheduleParent, FireParent, ScheduleConnectionParent, FireConnectionParent } from '../schedules/parents.ts'
import type { SecretParent, SecretConnectionParent } from '../secrets/parents.ts'
import type { OutputParent, OutputChunkParent } from '../task-output/parents.ts'
import type { TaskMinuteParent, AppDurationParent, NewFailureParent } from '../task-rates/parents.ts'
import type { TaskParent, RunTaskPayloadParent, AttemptParent, TaskWaitParent, RetryParent, TaskResultParent, TaskConnectionParent } from '../tasks/parents.ts'
import type { ViewerParent, UserParent, SessionParent, AccessTokenParent, UserConnectionParent } from '../users/parents.ts'
import type { ComponentParent, FlowParent, LeaseParent, SlowQueryParent, OpenIncidentParent, IncidentParent, IncidentConnectionParent } from '../watching/parents.ts'
import type { WebhookParent, DeliveryParent, WebhookConnectionParent, DeliveryConnectionParent } from '../webhooks/parents.ts'
import type { RequestContext } from '../graphql/context.ts'
import type { GraphQLResolveInfo, GraphQLScalarType, GraphQLScalarTypeConfig } from 'graphql';
export type Maybe<T> = T | null;
export type InputMaybe<T> = Maybe<T>;
export type Omit<T, K extends keyof T> = Pick<T, Exclude<keyof T, K>>;
export type RequireFields<T, K extends keyof T> = Omit<T, K> & { [P in K]-?: NonNullable<T[P]> };
/** All built-in and custom scalars, mapped to their actual values */
export type Scalars = {
  ID: { input: string; output: string; }
  String: { input: string; output: string; }
  Boolean: { input: boolean; output: boolean; }
  Int: { input: number; output: number; }
  Float: { input: number; output: number; }
  /** Any JSON value. */
  JSON: { input: unknown; output: unknown; }
  /** An instant: ISO 8601 in UTC with milliseconds, for example 2026-01-31T12:00:00.000Z. As input any offset is taken. */
  DateTime: { input: number; output: number; }
  /** A point in the whole platform's history: an opaque string that compares as text within one log. */
  Position: { input: string; output: string; }
};

/** What can be asked. Every field takes `notBefore`: it answers only from read models that have got that far. */
export type Query = {
  readonly __typename?: 'Query';
  /** Whether somebody may do something, now or at an instant of the past, and why: folded from the events. */
  readonly access: Access;
  /** Every user and auth key that may do something, now or at an instant of the past, with the reasons. */
  readonly whoCan: ReadonlyArray<Access>;
  /** Grants, newest first; those that allow nothing any more, too. */
  readonly grants: GrantConnection;
  /** All roles, by name: those that are always there, and own ones. */
  readonly roles: ReadonlyArray<Role>;
  /** An agent by its id or its ip, or null where there is none. */
  readonly agent: Maybe<Agent>;
  /** Agents, newest first. */
  readonly agents: AgentConnection;
  /** Agents by their values of a label, the largest group first; those without it are left out. */
  readonly agentGroups: ReadonlyArray<AgentGroup>;
  /** An app by its name, or null where none was created. A local app folder is no app here: `Agent.apps` has it. */
  readonly app: Maybe<App>;
  /** Apps, newest first. */
  readonly apps: AppConnection;
  /** A rollout by its id, or null where there is none. */
  readonly rollout: Maybe<Rollout>;
  /** Rollouts, newest first. */
  readonly rollouts: RolloutConnection;
  /** The log as a Merkle tree (RFC 9162), with the last signed head. LOG_TREE_MISSING where nobody keeps one. */
  readonly log: Log;
  /** Proves that an event is in the log that the last signed head covers. EVENT_NOT_COVERED where none covers it yet. */
  readonly proof: InclusionProof;
  /** Proves that the log only grew between two sizes. */
  readonly consistency: ConsistencyProof;
  /** Auth keys of REST v2, newest first; those that were revoked, too. */
  readonly authKeys: AuthKeyConnection;
  /** The audit log: every event of the platform; for who may AUDIT some apps and agents only, those that name one of them. */
  readonly events: EventConnection;
  /** What changed between two instants: every stream of the log that has events between them, in the order of the first. A page may be short, even empty, with more behind it: see `hasNextPage`. */
  readonly changes: StreamChangeConnection;
  /** Everything that one request caused, as a tree with times, of what the caller may AUDIT; null where no such event has this id. */
  readonly correlation: Maybe<Correlation>;
  /** The inventory sources that the configuration has (`ELVES_INVENTORY_FILE`), by name. */
  readonly inventorySources: ReadonlyArray<InventorySource>;
  /** A join token by its id, or null where there is none. */
  readonly joinToken: Maybe<JoinToken>;
  /** Join tokens, newest first; those that let nobody in any more, too. */
  readonly joinTokens: JoinTokenConnection;
  /** How much users, auth keys, apps and agents may have, the newest limit first. */
  readonly limits: LimitConnection;
  /** Guards, which look out for dangerous calls of apps, the newest first. */
  readonly guards: GuardConnection;
  /** The platform itself: version, positions, projectors, counters. */
  readonly platform: Platform;
  /** The projectors of the read models, as `platform.projectors` has them. */
  readonly projectors: ReadonlyArray<Projector>;
  /** Events that a handler could not deal with and has parked, oldest first; it went on with the others. */
  readonly deadLetters: DeadLetterConnection;
  /** Read models that somebody has made anew, newest first. */
  readonly rebuilds: RebuildConnection;
  /** A processor's cursor over the results of its app, or null where it was never moved. */
  readonly processor: Maybe<Processor>;
  /** A queue by its id, or null where there is none. */
  readonly queue: Maybe<Queue>;
  /** Queues, newest first. */
  readonly queues: QueueConnection;
  /** A schedule by its id, or null where there is none. */
  readonly schedule: Maybe<Schedule>;
  /** Schedules, newest first; deleted ones only where the filter asks for their state or ids. */
  readonly schedules: ScheduleConnection;
  /** The instants of a rule, without making a schedule. Errors RULE_INVALID and TIME_ZONE_UNKNOWN; no instants where it never fires. */
  readonly previewRule: ReadonlyArray<Scalars['DateTime']['output']>;
  /** Secrets that the asker may use or manage, newest first; those that were deleted, too. Never their values. */
  readonly secrets: SecretConnection;
  /** What a run printed, while it runs and for `ELVES_OUTPUT_KEPT_DAYS` after. Error TASK_UNKNOWN where no task has this id. */
  readonly taskOutput: Output;
  /** A task by its id, or null where there is none. */
  readonly task: Maybe<Task>;
  /** Tasks, newest first. */
  readonly tasks: TaskConnection;
  /** A user by id, or null where there is none. */
  readonly user: Maybe<User>;
  /** Users, newest first; those who are disabled, too. */
  readonly users: UserConnection;
  /** Who asks; null: nobody has signed in. Needs no sign-in. */
  readonly viewer: Maybe<Viewer>;
  /** How people can sign in here; OIDC is begun at `/sign-in/oidc?to=/path`. Needs no sign-in. Empty: the local admin shows a token. */
  readonly signInMethods: ReadonlyArray<SignInMethod>;
  /** The tokens for programs of the user who asks, oldest first; of those that were revoked, the last 20. None where no user asks. */
  readonly accessTokens: ReadonlyArray<AccessToken>;
  /** The instances of the platform's services, each as it said of itself last; it says so every 5 s. One that ended long ago is left out. */
  readonly components: ReadonlyArray<Component>;
  /** What goes from one part of the platform to another. */
  readonly flows: ReadonlyArray<Flow>;
  /** Which instance does what only one may do at a time. */
  readonly leases: ReadonlyArray<Lease>;
  /** Statements that the database works on for longer than a second. */
  readonly slowQueries: ReadonlyArray<SlowQuery>;
  /** What the watcher sees now that somebody should look at, oldest first. What an event says anyway, as of agents and webhooks, is in `incidents` only. */
  readonly openIncidents: ReadonlyArray<OpenIncident>;
  /** What somebody should look at, as it began and ended, newest first: what the watcher saw, agents that were lost, webhooks that failed. */
  readonly incidents: IncidentConnection;
  /** A webhook by its id, or null where there is none. */
  readonly webhook: Maybe<Webhook>;
  /** Webhooks, newest first; deleted ones only where the filter asks for their state or ids. */
  readonly webhooks: WebhookConnection;
};


/** What can be asked. Every field takes `notBefore`: it answers only from read models that have got that far. */
export type QueryAccessArgs = {
  subject: SubjectInput;
  permission: Permission;
  app?: InputMaybe<Scalars['String']['input']>;
  func?: InputMaybe<Scalars['String']['input']>;
  agent?: InputMaybe<Scalars['String']['input']>;
  secret?: InputMaybe<Scalars['String']['input']>;
  at?: InputMaybe<Scalars['DateTime']['input']>;
  notBefore?: InputMaybe<Scalars['Position']['input']>;
};


/** What can be asked. Every field takes `notBefore`: it answers only from read models that have got that far. */
export type QueryWhoCanArgs = {
  permission: Permission;
  app?: InputMaybe<Scalars['String']['input']>;
  func?: InputMaybe<Scalars['String']['input']>;
  agent?: InputMaybe<Scalars['String']['input']>;
  secret?: InputMaybe<Scalars['String']['input']>;
  at?: InputMaybe<Scalars['DateTime']['input']>;
  notBefore?: InputMaybe<Scalars['Position']['input']>;
};


/** What can be asked. Every field takes `notBefore`: it answers only from read models that have got that far. */
export type QueryGrantsArgs = {
  filter?: InputMaybe<GrantFilter>;
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
  notBefore?: InputMaybe<Scalars['Position']['input']>;
};


/** What can be asked. Every field takes `notBefore`: it answers only from read models that have got that far. */
export type QueryRolesArgs = {
  notBefore?: InputMaybe<Scalars['Position']['input']>;
};


/** What can be asked. Every field takes `notBefore`: it answers only from read models that have got that far. */
export type QueryAgentArgs = {
  id: Scalars['ID']['input'];
  asOf?: InputMaybe<Scalars['DateTime']['input']>;
  notBefore?: InputMaybe<Scalars['Position']['input']>;
};


/** What can be asked. Every field takes `notBefore`: it answers only from read models that have got that far. */
export type QueryAgentsArgs = {
  filter?: InputMaybe<AgentFilter>;
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
  asOf?: InputMaybe<Scalars['DateTime']['input']>;
  notBefore?: InputMaybe<Scalars['Position']['input']>;
};


/** What can be asked. Every field takes `notBefore`: it answers only from read models that have got that far. */
export type QueryAgentGroupsArgs = {
  label: Scalars['String']['input'];
  selector?: InputMaybe<Scalars['String']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
  notBefore?: InputMaybe<Scalars['Position']['input']>;
};


/** What can be asked. Every field takes `notBefore`: it answers only from read models that have got that far. */
export type QueryAppArgs = {
  name: Scalars['String']['input'];
  asOf?: InputMaybe<Scalars['DateTime']['input']>;
  notBefore?: InputMaybe<Scalars['Position']['input']>;
};


/** What can be asked. Every field takes `notBefore`: it answers only from read models that have got that far. */
export type QueryAppsArgs = {
  filter?: InputMaybe<AppFilter>;
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
  asOf?: InputMaybe<Scalars['DateTime']['input']>;
  notBefore?: InputMaybe<Scalars['Position']['input']>;
};


/** What can be asked. Every field takes `notBefore`: it answers only from read models that have got that far. */
export type QueryRolloutArgs = {
  id: Scalars['ID']['input'];
  asOf?: InputMaybe<Scalars['DateTime']['input']>;
  notBefore?: InputMaybe<Scalars['Position']['input']>;
};


/** What can be asked. Every field takes `notBefore`: it answers only from read models that have got that far. */
export type QueryRolloutsArgs = {
  filter?: InputMaybe<RolloutFilter>;
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
  asOf?: InputMaybe<Scalars['DateTime']['input']>;
  notBefore?: InputMaybe<Scalars['Position']['input']>;
};


/** What can be asked. Every field takes `notBefore`: it answers only from read models that have got that far. */
export type QueryProofArgs = {
  event: Scalars['ID']['input'];
};


/** What can be asked. Every field takes `notBefore`: it answers only from read models that have got that far. */
export type QueryConsistencyArgs = {
  fromSize: Scalars['Float']['input'];
  toSize: Scalars['Float']['input'];
};


/** What can be asked. Every field takes `notBefore`: it answers only from read models that have got that far. */
export type QueryAuthKeysArgs = {
  filter?: InputMaybe<AuthKeyFilter>;
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
  notBefore?: InputMaybe<Scalars['Position']['input']>;
};


/** What can be asked. Every field takes `notBefore`: it answers only from read models that have got that far. */
export type QueryEventsArgs = {
  filter?: InputMaybe<EventFilter>;
  order?: InputMaybe<Order>;
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
  notBefore?: InputMaybe<Scalars['Position']['input']>;
};


/** What can be asked. Every field takes `notBefore`: it answers only from read models that have got that far. */
export type QueryChangesArgs = {
  from: Scalars['DateTime']['input'];
  to: Scalars['DateTime']['input'];
  kinds?: InputMaybe<ReadonlyArray<Scalars['String']['input']>>;
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
  notBefore?: InputMaybe<Scalars['Position']['input']>;
};


/** What can be asked. Every field takes `notBefore`: it answers only from read models that have got that far. */
export type QueryCorrelationArgs = {
  id: Scalars['ID']['input'];
  first?: InputMaybe<Scalars['Int']['input']>;
  notBefore?: InputMaybe<Scalars['Position']['input']>;
};


/** What can be asked. Every field takes `notBefore`: it answers only from read models that have got that far. */
export type QueryInventorySourcesArgs = {
  notBefore?: InputMaybe<Scalars['Position']['input']>;
};


/** What can be asked. Every field takes `notBefore`: it answers only from read models that have got that far. */
export type QueryJoinTokenArgs = {
  id: Scalars['ID']['input'];
  asOf?: InputMaybe<Scalars['DateTime']['input']>;
  notBefore?: InputMaybe<Scalars['Position']['input']>;
};


/** What can be asked. Every field takes `notBefore`: it answers only from read models that have got that far. */
export type QueryJoinTokensArgs = {
  filter?: InputMaybe<JoinTokenFilter>;
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
  asOf?: InputMaybe<Scalars['DateTime']['input']>;
  notBefore?: InputMaybe<Scalars['Position']['input']>;
};


/** What can be asked. Every field takes `notBefore`: it answers only from read models that have got that far. */
export type QueryLimitsArgs = {
  filter?: InputMaybe<LimitFilter>;
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
  notBefore?: InputMaybe<Scalars['Position']['input']>;
};


/** What can be asked. Every field takes `notBefore`: it answers only from read models that have got that far. */
export type QueryGuardsArgs = {
  filter?: InputMaybe<GuardFilter>;
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
  notBefore?: InputMaybe<Scalars['Position']['input']>;
};


/** What can be asked. Every field takes `notBefore`: it answers only from read models that have got that far. */
export type QueryPlatformArgs = {
  notBefore?: InputMaybe<Scalars['Position']['input']>;
};


/** What can be asked. Every field takes `notBefore`: it answers only from read models that have got that far. */
export type QueryDeadLettersArgs = {
  filter?: InputMaybe<DeadLetterFilter>;
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
};


/** What can be asked. Every field takes `notBefore`: it answers only from read models that have got that far. */
export type QueryRebuildsArgs = {
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
};


/** What can be asked. Every field takes `notBefore`: it answers only from read models that have got that far. */
export type QueryProcessorArgs = {
  app: Scalars['String']['input'];
  name: Scalars['String']['input'];
  notBefore?: InputMaybe<Scalars['Position']['input']>;
};


/** What can be asked. Every field takes `notBefore`: it answers only from read models that have got that far. */
export type QueryQueueArgs = {
  id: Scalars['ID']['input'];
  asOf?: InputMaybe<Scalars['DateTime']['input']>;
  notBefore?: InputMaybe<Scalars['Position']['input']>;
};


/** What can be asked. Every field takes `notBefore`: it answers only from read models that have got that far. */
export type QueryQueuesArgs = {
  filter?: InputMaybe<QueueFilter>;
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
  asOf?: InputMaybe<Scalars['DateTime']['input']>;
  notBefore?: InputMaybe<Scalars['Position']['input']>;
};


/** What can be asked. Every field takes `notBefore`: it answers only from read models that have got that far. */
export type QueryScheduleArgs = {
  id: Scalars['ID']['input'];
  asOf?: InputMaybe<Scalars['DateTime']['input']>;
  notBefore?: InputMaybe<Scalars['Position']['input']>;
};


/** What can be asked. Every field takes `notBefore`: it answers only from read models that have got that far. */
export type QuerySchedulesArgs = {
  filter?: InputMaybe<ScheduleFilter>;
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
  asOf?: InputMaybe<Scalars['DateTime']['input']>;
  notBefore?: InputMaybe<Scalars['Position']['input']>;
};


/** What can be asked. Every field takes `notBefore`: it answers only from read models that have got that far. */
export type QueryPreviewRuleArgs = {
  rule: Scalars['String']['input'];
  timeZone: Scalars['String']['input'];
  count?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['DateTime']['input']>;
};


/** What can be asked. Every field takes `notBefore`: it answers only from read models that have got that far. */
export type QuerySecretsArgs = {
  filter?: InputMaybe<SecretFilter>;
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
  asOf?: InputMaybe<Scalars['DateTime']['input']>;
  notBefore?: InputMaybe<Scalars['Position']['input']>;
};


/** What can be asked. Every field takes `notBefore`: it answers only from read models that have got that far. */
export type QueryTaskOutputArgs = {
  task: Scalars['ID']['input'];
  attempt?: InputMaybe<Scalars['Int']['input']>;
  from?: InputMaybe<Scalars['Int']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
};


/** What can be asked. Every field takes `notBefore`: it answers only from read models that have got that far. */
export type QueryTaskArgs = {
  id: Scalars['ID']['input'];
  asOf?: InputMaybe<Scalars['DateTime']['input']>;
  notBefore?: InputMaybe<Scalars['Position']['input']>;
};


/** What can be asked. Every field takes `notBefore`: it answers only from read models that have got that far. */
export type QueryTasksArgs = {
  filter?: InputMaybe<TaskFilter>;
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
  asOf?: InputMaybe<Scalars['DateTime']['input']>;
  notBefore?: InputMaybe<Scalars['Position']['input']>;
};


/** What can be asked. Every field takes `notBefore`: it answers only from read models that have got that far. */
export type QueryUserArgs = {
  id: Scalars['ID']['input'];
  notBefore?: InputMaybe<Scalars['Position']['input']>;
};


/** What can be asked. Every field takes `notBefore`: it answers only from read models that have got that far. */
export type QueryUsersArgs = {
  filter?: InputMaybe<UserFilter>;
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
  notBefore?: InputMaybe<Scalars['Position']['input']>;
};


/** What can be asked. Every field takes `notBefore`: it answers only from read models that have got that far. */
export type QueryViewerArgs = {
  notBefore?: InputMaybe<Scalars['Position']['input']>;
};


/** What can be asked. Every field takes `notBefore`: it answers only from read models that have got that far. */
export type QueryAccessTokensArgs = {
  notBefore?: InputMaybe<Scalars['Position']['input']>;
};


/** What can be asked. Every field takes `notBefore`: it answers only from read models that have got that far. */
export type QueryIncidentsArgs = {
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
  notBefore?: InputMaybe<Scalars['Position']['input']>;
};


/** What can be asked. Every field takes `notBefore`: it answers only from read models that have got that far. */
export type QueryWebhookArgs = {
  id: Scalars['ID']['input'];
  asOf?: InputMaybe<Scalars['DateTime']['input']>;
  notBefore?: InputMaybe<Scalars['Position']['input']>;
};


/** What can be asked. Every field takes `notBefore`: it answers only from read models that have got that far. */
export type QueryWebhooksArgs = {
  filter?: InputMaybe<WebhookListFilter>;
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
  asOf?: InputMaybe<Scalars['DateTime']['input']>;
  notBefore?: InputMaybe<Scalars['Position']['input']>;
};

/** What can be changed. Every payload has the changed thing, the position that was written, and a refusal where it was not done. */
export type Mutation = {
  readonly __typename?: 'Mutation';
  /** Allows a user, a role or an auth key something. Nobody gives what he does not have: he needs MANAGE_ACCESS and the permission, both over all of the scope. */
  readonly grant: GrantPayload;
  /** Revokes a grant: at once, also for what is open. To do so again changes nothing. */
  readonly revokeGrant: GrantPayload;
  /** Makes a role. To make the same one again changes nothing. */
  readonly createRole: RolePayload;
  /** Changes a role, for all who have it. What is absent stays as it is. */
  readonly updateRole: RolePayload;
  /** Deletes a role: who has it has nothing by it any more. */
  readonly deleteRole: RolePayload;
  /**
   * Takes an agent that has gone for good off the list. Its history and that of its tasks stay; its ip is free for another; tasks
   * of it that are still open are LOST. An agent that comes back with the same identity is on the list again.
   */
  readonly removeAgent: RemoveAgentPayload;
  /** Approves an agent that has enrolled with a join token that says so; it connects a moment later. To do so again changes nothing. */
  readonly approveAgent: AgentPayload;
  /**
   * Revokes an agent: its link is cut within a second, wherever it is, and it is refused for good. Tasks that it had end by their
   * deadlines. To do so again changes nothing.
   */
  readonly revokeAgent: AgentPayload;
  /** Sets all labels that people give an agent. They count more than those of its join token and its own. */
  readonly setAgentLabels: AgentPayload;
  /** Creates an app. Its packages come by `PUT /apps/{app}/versions/{version}`. To do so again with the same texts changes nothing. */
  readonly createApp: AppPayload;
  /** Changes what people read of an app. */
  readonly updateApp: AppPayload;
  /** Bans an app: new tasks of it are refused, its rollout stops, and agents remove it. Tasks that wait for their agent are SKIPPED (`APP_BANNED`); those that were dispatched go on: cancel them with `cancelTasks`. To do so again changes nothing. */
  readonly banApp: AppPayload;
  /** Takes a ban back: agents get the version that was released before. */
  readonly unbanApp: AppPayload;
  /** Releases a version that was uploaded: begins a rollout to the agents that the app is bound to. Another rollout of the app stops. */
  readonly releaseAppVersion: ReleaseAppVersionPayload;
  /** Withdraws a version: nobody gets it any more, and agents that have it go back to the one that was released before. */
  readonly withdrawAppVersion: AppPayload;
  /** Gives an app to the agents that a selector selects, now and later. */
  readonly bindApp: AppPayload;
  /** Ends a binding; agents that no other binding selects remove the app. */
  readonly unbindApp: AppPayload;
  /** Pauses a rollout: no further batch begins. What its agents tell still counts. */
  readonly pauseRollout: RolloutPayload;
  /** Resumes a rollout that is paused; one that is CONFIRMING begins its next batch. */
  readonly resumeRollout: RolloutPayload;
  /** Ends a rollout; the agents that it has reached go back to the version before. */
  readonly rollBackRollout: RolloutPayload;
  /** Makes a key with which scripts sign requests of REST v2. Its secret is shown once. Without grants it may do nothing. */
  readonly createAuthKey: AuthKeyPayload;
  /** Gives an auth key another secret. The one that it has is taken as well for a while. */
  readonly rotateAuthKey: AuthKeyPayload;
  /** Revokes an auth key: its signatures are refused for good. To do so again changes nothing. */
  readonly revokeAuthKey: AuthKeyPayload;
  /** Makes a token with which agents enrol. Its secret is shown once. */
  readonly createJoinToken: CreateJoinTokenPayload;
  /** Revokes a join token: nobody enrols with it any more. Agents that have enrolled with it stay. To do so again changes nothing. */
  readonly revokeJoinToken: JoinTokenPayload;
  /** Says how much somebody or something may have from now on, instead of what was said before. What is over it already goes on. */
  readonly setLimit: LimitPayload;
  /** Takes a limit away. */
  readonly removeLimit: LimitPayload;
  /** Looks out for calls of an app from now on, instead of what a guard of this name did before. */
  readonly setGuard: GuardPayload;
  /** Takes a guard away. What waits for an approval goes on waiting. */
  readonly removeGuard: GuardPayload;
  /** Approves a task that a guard keeps, so that it goes on. Refused with APPROVAL_OWN to who asked for it, or made its schedule, queue or auth key. */
  readonly approveTask: ApprovalPayload;
  /** Refuses to approve a task that a guard keeps: it is SKIPPED with APPROVAL_REFUSED. */
  readonly refuseTask: ApprovalPayload;
  /** Has the event of a dead letter tried once more: once a release can read it, or what kept its handler from dealing with it is mended. */
  readonly retryDeadLetter: DeadLetterPayload;
  /** Says of a dead letter that nobody needs to look at it any more. Its event stays parked, and the metric counts it no longer. */
  readonly setAsideDeadLetter: DeadLetterPayload;
  /** Has read models made anew from the log, beside the live ones, which go on; then they are swapped. It takes as long as the log is. */
  readonly rebuildReadModels: RebuildPayload;
  /**
   * Moves the cursor of a processor: forwards once a result is dealt with, to the position of its item; backwards to get results
   * again. The first move makes the cursor. A subscription that is open goes on from where it is.
   */
  readonly moveProcessor: MoveProcessorPayload;
  /** Makes a queue: tasks that depend on each other, run once. With up to 1 000 tasks, and committed, where asked; if one of the tasks is refused, there is no queue. */
  readonly createQueue: QueueTasksPayload;
  /** Adds up to 1 000 tasks to an open queue, all or none; a queue has at most 100 000. */
  readonly addQueueTasks: QueueTasksPayload;
  /** Lets a queue run: nothing can be added any more, and each task starts when all that it depends on have SUCCEEDED. */
  readonly commitQueue: QueuePayload;
  /** Stops a queue: what waits is SKIPPED with QUEUE_STOPPED, what runs goes on, or is cancelled where asked. To stop it again changes nothing. */
  readonly stopQueue: QueuePayload;
  /** Makes a schedule: a rule that makes tasks again and again. */
  readonly createSchedule: SchedulePayload;
  /** Changes settings of a schedule; what is absent stays as it is. One that has ended runs again if it has an instant again. */
  readonly updateSchedule: SchedulePayload;
  /** Pauses a schedule: no instant fires until it is resumed. To do so again changes nothing. */
  readonly pauseSchedule: SchedulePayload;
  /** Resumes a schedule. The instants of the pause are not made up for; `fires` shows them. */
  readonly resumeSchedule: SchedulePayload;
  /** Deletes a schedule. Its tasks and its fires stay readable. */
  readonly deleteSchedule: SchedulePayload;
  /** Makes a task of a schedule now, beside its rule, also where it is paused or has ended. The same key is the same task. */
  readonly fireSchedule: FireSchedulePayload;
  /** Begins to make a second factor for the user who asks, in a session: the secret for an authenticator app. Nothing wants its codes before `confirmSecondFactor`. */
  readonly enrolSecondFactor: EnrolSecondFactorPayload;
  /** Shows a code of the secret that was begun: from now on a sign-in with the password wants one, too. The recovery codes are shown now only. */
  readonly confirmSecondFactor: RecoveryCodesPayload;
  /** Replaces the recovery codes of the user who asks, in a session; those before are good for nothing. */
  readonly makeRecoveryCodes: RecoveryCodesPayload;
  /** Takes the second factor away: from the user who asks, in a session and with a code; from somebody else with MANAGE_ACCESS and everything that this user has. */
  readonly disableSecondFactor: UserPayload;
  /** Makes a secret. Tasks refer to it in their parameter by `{"$secret": "name"}`, apps in `worker.env` of their manifest. Its value is never answered. */
  readonly createSecret: SecretPayload;
  /** Gives a secret another value, for all that is sent from now on. The value before is gone. */
  readonly rotateSecret: SecretPayload;
  /** Changes which apps may use a secret, also for tasks that are still to be sent. */
  readonly updateSecret: SecretPayload;
  /** Deletes a secret and its value. Tasks that refer to it and were not sent yet fail (`SECRET_GONE`). To do so again changes nothing. */
  readonly deleteSecret: SecretPayload;
  /** Runs a function of an app on an agent, or on each agent of a selector, now. */
  readonly runTask: RunTaskPayload;
  /**
   * Runs up to 1 000 inputs, each decided for itself; answers in their order when all are durable (and, where asked, ended). An input with
   * a selector is one task for each agent that it selects, again each decided for itself; all selectors of a call select at most 10 000.
   */
  readonly runTasks: ReadonlyArray<RunTaskPayload>;
  /** Cancels a task: at once where it is not dispatched yet, else the agent kills it. A result that wins the race stands. */
  readonly cancelTask: CancelTaskPayload;
  /** Cancels all tasks of a filter that have not ended, at most 10 000 in one call, the newest first; call it again for the rest. Where the tasks are too large for one answer (ANSWER_TOO_LARGE), they are cancelled nevertheless. */
  readonly cancelTasks: CancelTasksPayload;
  /** Begins a session of a user who shows a password. A page gets a cookie, too. Needs no sign-in. Error UNAUTHENTICATED where it is wrong, SIGN_IN_LOCKED after too many that were. */
  readonly signIn: SignInPayload;
  /** Ends the session that asks, and takes the cookie of a page away. */
  readonly signOut: UserPayload;
  /** Makes a user, with a password that must be changed at the first sign-in. */
  readonly createUser: UserWithPasswordPayload;
  /** Changes what a user is called, or which roles the user has; what is left out stays. */
  readonly updateUser: UserPayload;
  /** Takes everything from a user until enabled again: sessions end, also open WebSockets. To do so again changes nothing. */
  readonly disableUser: UserPayload;
  /** Takes everything from a user for ever, and erases who it was: name, display name, addresses and names of tokens read `erased` everywhere, in events too. Nothing brings them back, and nobody else gets the name. To do so again changes nothing. */
  readonly eraseUser: UserPayload;
  /** Lets a user who was disabled sign in again. To do so again changes nothing. */
  readonly enableUser: UserPayload;
  /** Gives a user another password, which must be changed at the next sign-in; all sessions end. */
  readonly resetPassword: UserWithPasswordPayload;
  /** Changes the password of the user who asks; all other sessions end. */
  readonly changePassword: UserPayload;
  /** Makes a token for programs of the user who asks. */
  readonly createAccessToken: AccessTokenPayload;
  /** Revokes a token for programs. To do so again changes nothing. */
  readonly revokeAccessToken: UserPayload;
  /** Ends sessions of a user, also their open WebSockets. */
  readonly endSessions: UserPayload;
  /** Makes a webhook: from then on, each event that its filter matches goes to its url as a signed POST. */
  readonly createWebhook: CreateWebhookPayload;
  /** Changes a webhook; what is absent stays as it is. Deliveries that are open go to the new url, signed with the new secret. */
  readonly updateWebhook: WebhookPayload;
  /** Pauses a webhook: it delivers nothing until it is resumed, and misses nothing. To do so again changes nothing. */
  readonly pauseWebhook: WebhookPayload;
  /** Resumes a webhook: it goes on where it was, and tries at once what is open. */
  readonly resumeWebhook: WebhookPayload;
  /** Deletes a webhook and its secret. What was not delivered yet is not delivered. */
  readonly deleteWebhook: WebhookPayload;
  /** Has a delivery made again, with the same `webhook-id`; one that waits for its next attempt is tried at once. It keeps no order with others. The same key is the same request. */
  readonly redeliver: RedeliverPayload;
};


/** What can be changed. Every payload has the changed thing, the position that was written, and a refusal where it was not done. */
export type MutationGrantArgs = {
  input: GrantInput;
};


/** What can be changed. Every payload has the changed thing, the position that was written, and a refusal where it was not done. */
export type MutationRevokeGrantArgs = {
  input: RevokeGrantInput;
};


/** What can be changed. Every payload has the changed thing, the position that was written, and a refusal where it was not done. */
export type MutationCreateRoleArgs = {
  input: CreateRoleInput;
};


/** What can be changed. Every payload has the changed thing, the position that was written, and a refusal where it was not done. */
export type MutationUpdateRoleArgs = {
  input: UpdateRoleInput;
};


/** What can be changed. Every payload has the changed thing, the position that was written, and a refusal where it was not done. */
export type MutationDeleteRoleArgs = {
  input: DeleteRoleInput;
};


/** What can be changed. Every payload has the changed thing, the position that was written, and a refusal where it was not done. */
export type MutationRemoveAgentArgs = {
  input: RemoveAgentInput;
};


/** What can be changed. Every payload has the changed thing, the position that was written, and a refusal where it was not done. */
export type MutationApproveAgentArgs = {
  input: ApproveAgentInput;
};


/** What can be changed. Every payload has the changed thing, the position that was written, and a refusal where it was not done. */
export type MutationRevokeAgentArgs = {
  input: RevokeAgentInput;
};


/** What can be changed. Every payload has the changed thing, the position that was written, and a refusal where it was not done. */
export type MutationSetAgentLabelsArgs = {
  input: SetAgentLabelsInput;
};


/** What can be changed. Every payload has the changed thing, the position that was written, and a refusal where it was not done. */
export type MutationCreateAppArgs = {
  input: CreateAppInput;
};


/** What can be changed. Every payload has the changed thing, the position that was written, and a refusal where it was not done. */
export type MutationUpdateAppArgs = {
  input: UpdateAppInput;
};


/** What can be changed. Every payload has the changed thing, the position that was written, and a refusal where it was not done. */
export type MutationBanAppArgs = {
  input: BanAppInput;
};


/** What can be changed. Every payload has the changed thing, the position that was written, and a refusal where it was not done. */
export type MutationUnbanAppArgs = {
  input: UnbanAppInput;
};


/** What can be changed. Every payload has the changed thing, the position that was written, and a refusal where it was not done. */
export type MutationReleaseAppVersionArgs = {
  input: ReleaseAppVersionInput;
};


/** What can be changed. Every payload has the changed thing, the position that was written, and a refusal where it was not done. */
export type MutationWithdrawAppVersionArgs = {
  input: WithdrawAppVersionInput;
};


/** What can be changed. Every payload has the changed thing, the position that was written, and a refusal where it was not done. */
export type MutationBindAppArgs = {
  input: BindAppInput;
};


/** What can be changed. Every payload has the changed thing, the position that was written, and a refusal where it was not done. */
export type MutationUnbindAppArgs = {
  input: UnbindAppInput;
};


/** What can be changed. Every payload has the changed thing, the position that was written, and a refusal where it was not done. */
export type MutationPauseRolloutArgs = {
  input: RolloutOnlyInput;
};


/** What can be changed. Every payload has the changed thing, the position that was written, and a refusal where it was not done. */
export type MutationResumeRolloutArgs = {
  input: RolloutOnlyInput;
};


/** What can be changed. Every payload has the changed thing, the position that was written, and a refusal where it was not done. */
export type MutationRollBackRolloutArgs = {
  input: RolloutOnlyInput;
};


/** What can be changed. Every payload has the changed thing, the position that was written, and a refusal where it was not done. */
export type MutationCreateAuthKeyArgs = {
  input: CreateAuthKeyInput;
};


/** What can be changed. Every payload has the changed thing, the position that was written, and a refusal where it was not done. */
export type MutationRotateAuthKeyArgs = {
  input: RotateAuthKeyInput;
};


/** What can be changed. Every payload has the changed thing, the position that was written, and a refusal where it was not done. */
export type MutationRevokeAuthKeyArgs = {
  input: RevokeAuthKeyInput;
};


/** What can be changed. Every payload has the changed thing, the position that was written, and a refusal where it was not done. */
export type MutationCreateJoinTokenArgs = {
  input: CreateJoinTokenInput;
};


/** What can be changed. Every payload has the changed thing, the position that was written, and a refusal where it was not done. */
export type MutationRevokeJoinTokenArgs = {
  input: RevokeJoinTokenInput;
};


/** What can be changed. Every payload has the changed thing, the position that was written, and a refusal where it was not done. */
export type MutationSetLimitArgs = {
  input: SetLimitInput;
};


/** What can be changed. Every payload has the changed thing, the position that was written, and a refusal where it was not done. */
export type MutationRemoveLimitArgs = {
  input: RemoveLimitInput;
};


/** What can be changed. Every payload has the changed thing, the position that was written, and a refusal where it was not done. */
export type MutationSetGuardArgs = {
  input: SetGuardInput;
};


/** What can be changed. Every payload has the changed thing, the position that was written, and a refusal where it was not done. */
export type MutationRemoveGuardArgs = {
  input: RemoveGuardInput;
};


/** What can be changed. Every payload has the changed thing, the position that was written, and a refusal where it was not done. */
export type MutationApproveTaskArgs = {
  input: DecideTaskInput;
};


/** What can be changed. Every payload has the changed thing, the position that was written, and a refusal where it was not done. */
export type MutationRefuseTaskArgs = {
  input: DecideTaskInput;
};


/** What can be changed. Every payload has the changed thing, the position that was written, and a refusal where it was not done. */
export type MutationRetryDeadLetterArgs = {
  input: RetryDeadLetterInput;
};


/** What can be changed. Every payload has the changed thing, the position that was written, and a refusal where it was not done. */
export type MutationSetAsideDeadLetterArgs = {
  input: SetAsideDeadLetterInput;
};


/** What can be changed. Every payload has the changed thing, the position that was written, and a refusal where it was not done. */
export type MutationRebuildReadModelsArgs = {
  input: RebuildReadModelsInput;
};


/** What can be changed. Every payload has the changed thing, the position that was written, and a refusal where it was not done. */
export type MutationMoveProcessorArgs = {
  input: MoveProcessorInput;
};


/** What can be changed. Every payload has the changed thing, the position that was written, and a refusal where it was not done. */
export type MutationCreateQueueArgs = {
  input: CreateQueueInput;
};


/** What can be changed. Every payload has the changed thing, the position that was written, and a refusal where it was not done. */
export type MutationAddQueueTasksArgs = {
  input: AddQueueTasksInput;
};


/** What can be changed. Every payload has the changed thing, the position that was written, and a refusal where it was not done. */
export type MutationCommitQueueArgs = {
  input: CommitQueueInput;
};


/** What can be changed. Every payload has the changed thing, the position that was written, and a refusal where it was not done. */
export type MutationStopQueueArgs = {
  input: StopQueueInput;
};


/** What can be changed. Every payload has the changed thing, the position that was written, and a refusal where it was not done. */
export type MutationCreateScheduleArgs = {
  input: CreateScheduleInput;
};


/** What can be changed. Every payload has the changed thing, the position that was written, and a refusal where it was not done. */
export type MutationUpdateScheduleArgs = {
  input: UpdateScheduleInput;
};


/** What can be changed. Every payload has the changed thing, the position that was written, and a refusal where it was not done. */
export type MutationPauseScheduleArgs = {
  input: ScheduleInput;
};


/** What can be changed. Every payload has the changed thing, the position that was written, and a refusal where it was not done. */
export type MutationResumeScheduleArgs = {
  input: ScheduleInput;
};


/** What can be changed. Every payload has the changed thing, the position that was written, and a refusal where it was not done. */
export type MutationDeleteScheduleArgs = {
  input: ScheduleInput;
};


/** What can be changed. Every payload has the changed thing, the position that was written, and a refusal where it was not done. */
export type MutationFireScheduleArgs = {
  input: ScheduleInput;
};


/** What can be changed. Every payload has the changed thing, the position that was written, and a refusal where it was not done. */
export type MutationEnrolSecondFactorArgs = {
  input?: InputMaybe<EnrolSecondFactorInput>;
};


/** What can be changed. Every payload has the changed thing, the position that was written, and a refusal where it was not done. */
export type MutationConfirmSecondFactorArgs = {
  input: ConfirmSecondFactorInput;
};


/** What can be changed. Every payload has the changed thing, the position that was written, and a refusal where it was not done. */
export type MutationMakeRecoveryCodesArgs = {
  input: MakeRecoveryCodesInput;
};


/** What can be changed. Every payload has the changed thing, the position that was written, and a refusal where it was not done. */
export type MutationDisableSecondFactorArgs = {
  input: DisableSecondFactorInput;
};


/** What can be changed. Every payload has the changed thing, the position that was written, and a refusal where it was not done. */
export type MutationCreateSecretArgs = {
  input: CreateSecretInput;
};


/** What can be changed. Every payload has the changed thing, the position that was written, and a refusal where it was not done. */
export type MutationRotateSecretArgs = {
  input: RotateSecretInput;
};


/** What can be changed. Every payload has the changed thing, the position that was written, and a refusal where it was not done. */
export type MutationUpdateSecretArgs = {
  input: UpdateSecretInput;
};


/** What can be changed. Every payload has the changed thing, the position that was written, and a refusal where it was not done. */
export type MutationDeleteSecretArgs = {
  input: DeleteSecretInput;
};


/** What can be changed. Every payload has the changed thing, the position that was written, and a refusal where it was not done. */
export type MutationRunTaskArgs = {
  input: RunTaskInput;
};


/** What can be changed. Every payload has the changed thing, the position that was written, and a refusal where it was not done. */
export type MutationRunTasksArgs = {
  inputs: ReadonlyArray<RunTaskInput>;
};


/** What can be changed. Every payload has the changed thing, the position that was written, and a refusal where it was not done. */
export type MutationCancelTaskArgs = {
  input: CancelTaskInput;
};


/** What can be changed. Every payload has the changed thing, the position that was written, and a refusal where it was not done. */
export type MutationCancelTasksArgs = {
  input: CancelTasksInput;
};


/** What can be changed. Every payload has the changed thing, the position that was written, and a refusal where it was not done. */
export type MutationSignInArgs = {
  input: SignInInput;
};


/** What can be changed. Every payload has the changed thing, the position that was written, and a refusal where it was not done. */
export type MutationSignOutArgs = {
  input?: InputMaybe<SignOutInput>;
};


/** What can be changed. Every payload has the changed thing, the position that was written, and a refusal where it was not done. */
export type MutationCreateUserArgs = {
  input: CreateUserInput;
};


/** What can be changed. Every payload has the changed thing, the position that was written, and a refusal where it was not done. */
export type MutationUpdateUserArgs = {
  input: UpdateUserInput;
};


/** What can be changed. Every payload has the changed thing, the position that was written, and a refusal where it was not done. */
export type MutationDisableUserArgs = {
  input: DisableUserInput;
};


/** What can be changed. Every payload has the changed thing, the position that was written, and a refusal where it was not done. */
export type MutationEraseUserArgs = {
  input: EraseUserInput;
};


/** What can be changed. Every payload has the changed thing, the position that was written, and a refusal where it was not done. */
export type MutationEnableUserArgs = {
  input: EnableUserInput;
};


/** What can be changed. Every payload has the changed thing, the position that was written, and a refusal where it was not done. */
export type MutationResetPasswordArgs = {
  input: ResetPasswordInput;
};


/** What can be changed. Every payload has the changed thing, the position that was written, and a refusal where it was not done. */
export type MutationChangePasswordArgs = {
  input: ChangePasswordInput;
};


/** What can be changed. Every payload has the changed thing, the position that was written, and a refusal where it was not done. */
export type MutationCreateAccessTokenArgs = {
  input: CreateAccessTokenInput;
};


/** What can be changed. Every payload has the changed thing, the position that was written, and a refusal where it was not done. */
export type MutationRevokeAccessTokenArgs = {
  input: RevokeAccessTokenInput;
};


/** What can be changed. Every payload has the changed thing, the position that was written, and a refusal where it was not done. */
export type MutationEndSessionsArgs = {
  input: EndSessionsInput;
};


/** What can be changed. Every payload has the changed thing, the position that was written, and a refusal where it was not done. */
export type MutationCreateWebhookArgs = {
  input: CreateWebhookInput;
};


/** What can be changed. Every payload has the changed thing, the position that was written, and a refusal where it was not done. */
export type MutationUpdateWebhookArgs = {
  input: UpdateWebhookInput;
};


/** What can be changed. Every payload has the changed thing, the position that was written, and a refusal where it was not done. */
export type MutationPauseWebhookArgs = {
  input: WebhookInput;
};


/** What can be changed. Every payload has the changed thing, the position that was written, and a refusal where it was not done. */
export type MutationResumeWebhookArgs = {
  input: WebhookInput;
};


/** What can be changed. Every payload has the changed thing, the position that was written, and a refusal where it was not done. */
export type MutationDeleteWebhookArgs = {
  input: WebhookInput;
};


/** What can be changed. Every payload has the changed thing, the position that was written, and a refusal where it was not done. */
export type MutationRedeliverArgs = {
  input: RedeliverInput;
};

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
  readonly id: Scalars['String']['input'];
};

/** To whom, what, over what. */
export type GrantInput = {
  /** Who gets it. */
  readonly subject: SubjectInput;
  /** What is allowed. */
  readonly permission: Permission;
  /** Names of apps; `*` is all. */
  readonly apps?: InputMaybe<ReadonlyArray<Scalars['String']['input']>>;
  /** Names of functions; `*` is all. */
  readonly funcs?: InputMaybe<ReadonlyArray<Scalars['String']['input']>>;
  /** A selector; empty is all agents. */
  readonly agents?: InputMaybe<Scalars['String']['input']>;
  /** Names of secrets, for USE_SECRETS and MANAGE_SECRETS; `*` is all. */
  readonly secrets?: InputMaybe<ReadonlyArray<Scalars['String']['input']>>;
  /** It allows nothing from this instant on; absent: it does not expire. */
  readonly expiresAt?: InputMaybe<Scalars['DateTime']['input']>;
  /** The same key with the same input is the same grant, also after a lost answer; with another input it is refused. */
  readonly idempotencyKey?: InputMaybe<Scalars['String']['input']>;
};

/** Which grant to revoke, and why. */
export type RevokeGrantInput = {
  /** The grant's id. */
  readonly grant: Scalars['ID']['input'];
  /** For people; at most 1 024 characters. */
  readonly reason?: InputMaybe<Scalars['String']['input']>;
  /** Taken as everywhere: to revoke again changes nothing, with or without it. */
  readonly idempotencyKey?: InputMaybe<Scalars['String']['input']>;
};

/** A role, and what it allows. */
export type CreateRoleInput = {
  /** 1 to 64 letters of ASCII, digits, `_`, `.` and `-`. */
  readonly name: Scalars['String']['input'];
  /** For people; at most 1 000 characters. */
  readonly description?: InputMaybe<Scalars['String']['input']>;
  /** What who has it may do; at least one. */
  readonly permissions: ReadonlyArray<Permission>;
  /** Names of apps; `*` is all. */
  readonly apps?: InputMaybe<ReadonlyArray<Scalars['String']['input']>>;
  /** Names of functions; `*` is all. */
  readonly funcs?: InputMaybe<ReadonlyArray<Scalars['String']['input']>>;
  /** A selector; empty is all agents. */
  readonly agents?: InputMaybe<Scalars['String']['input']>;
  /** Names of secrets, for USE_SECRETS and MANAGE_SECRETS; `*` is all. */
  readonly secrets?: InputMaybe<ReadonlyArray<Scalars['String']['input']>>;
  /** Taken as everywhere: to make the same role again changes nothing, with or without it. */
  readonly idempotencyKey?: InputMaybe<Scalars['String']['input']>;
};

/** How a role shall be; what is absent stays as it is. */
export type UpdateRoleInput = {
  /** The role's name. */
  readonly name: Scalars['String']['input'];
  /** For people; at most 1 000 characters. */
  readonly description?: InputMaybe<Scalars['String']['input']>;
  /** What who has it may do; at least one. */
  readonly permissions?: InputMaybe<ReadonlyArray<Permission>>;
  /** Names of apps; `*` is all. */
  readonly apps?: InputMaybe<ReadonlyArray<Scalars['String']['input']>>;
  /** Names of functions; `*` is all. */
  readonly funcs?: InputMaybe<ReadonlyArray<Scalars['String']['input']>>;
  /** A selector; empty is all agents. */
  readonly agents?: InputMaybe<Scalars['String']['input']>;
  /** Names of secrets, for USE_SECRETS and MANAGE_SECRETS; `*` is all. */
  readonly secrets?: InputMaybe<ReadonlyArray<Scalars['String']['input']>>;
  /** Taken as everywhere: to change it so again changes nothing, with or without it. */
  readonly idempotencyKey?: InputMaybe<Scalars['String']['input']>;
};

/** Which role to delete. */
export type DeleteRoleInput = {
  /** The role's name. */
  readonly name: Scalars['String']['input'];
  /** Taken as everywhere: to delete again changes nothing, with or without it. */
  readonly idempotencyKey?: InputMaybe<Scalars['String']['input']>;
};

/** What became of a change of a grant. */
export type GrantPayload = {
  readonly __typename?: 'GrantPayload';
  /** The grant; null where it was refused. */
  readonly grant: Maybe<Grant>;
  /** The position that was written; null where it was refused. */
  readonly position: Maybe<Scalars['Position']['output']>;
  /** Why it was not done; null where it was. */
  readonly refusal: Maybe<Refusal>;
};

/** What became of a change of a role. */
export type RolePayload = {
  readonly __typename?: 'RolePayload';
  /** The role; null where it was refused or deleted. */
  readonly role: Maybe<Role>;
  /** The position that was written; null where it was refused. */
  readonly position: Maybe<Scalars['Position']['output']>;
  /** Why it was not done; null where it was. */
  readonly refusal: Maybe<Refusal>;
};

/** Whether somebody may do something, and why. */
export type Access = {
  readonly __typename?: 'Access';
  /** Who. */
  readonly subject: Subject;
  /** What. */
  readonly permission: Permission;
  /** Whether it is allowed. */
  readonly isAllowed: Scalars['Boolean']['output'];
  /** The grants that allow it; those of a role have ids such as `role:operator:RUN`. */
  readonly because: ReadonlyArray<Grant>;
  /** All of it in one sentence. */
  readonly sentence: Scalars['String']['output'];
};


/** Whether somebody may do something, and why. */
export type AccessSentenceArgs = {
  language?: InputMaybe<Language>;
};

/** A user, a role or an auth key. */
export type Subject = {
  readonly __typename?: 'Subject';
  /** Which kind. */
  readonly kind: SubjectKind;
  /** Id of the user or the auth key, or name of the role. */
  readonly id: Scalars['String']['output'];
  /** The name of it; null: nobody knows it any more. */
  readonly name: Maybe<Scalars['String']['output']>;
};

/** One permission of a user, a role or an auth key. */
export type Grant = {
  readonly __typename?: 'Grant';
  /** 16 upper-case hex digits; that of a role's own permission is `role:NAME:PERMISSION`. */
  readonly id: Scalars['ID']['output'];
  /** Who has it. */
  readonly subject: Subject;
  /** What is allowed. */
  readonly permission: Permission;
  /** Names of apps; `*` is all. */
  readonly apps: ReadonlyArray<Scalars['String']['output']>;
  /** Names of functions; `*` is all. */
  readonly funcs: ReadonlyArray<Scalars['String']['output']>;
  /** A selector; empty is all agents. */
  readonly agents: Scalars['String']['output'];
  /** Names of secrets, for USE_SECRETS and MANAGE_SECRETS; `*` is all. */
  readonly secrets: ReadonlyArray<Scalars['String']['output']>;
  /** Whether it allows anything now. */
  readonly state: GrantState;
  /** It allows nothing from this instant on; null: it does not expire. */
  readonly expiresAt: Maybe<Scalars['DateTime']['output']>;
  /** Who gave it; null: it is a role's own permission. */
  readonly givenBy: Maybe<Actor>;
  /** When it was given. */
  readonly givenAt: Maybe<Scalars['DateTime']['output']>;
  /** Who revoked it; null: nobody. */
  readonly revokedBy: Maybe<Actor>;
  /** When it was revoked. */
  readonly revokedAt: Maybe<Scalars['DateTime']['output']>;
  /** Why it was revoked; null where it was not, or nobody said. */
  readonly revokeReason: Maybe<Scalars['String']['output']>;
  /** What it allows, in one sentence. */
  readonly sentence: Scalars['String']['output'];
  /** The position that last changed it; null: it is a role's own permission. */
  readonly position: Maybe<Scalars['Position']['output']>;
  /** Its events; none where it is a role's own permission, oldest first. */
  readonly history: EventConnection;
};


/** One permission of a user, a role or an auth key. */
export type GrantSentenceArgs = {
  language?: InputMaybe<Language>;
};


/** One permission of a user, a role or an auth key. */
export type GrantHistoryArgs = {
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
};

/** Whether a grant allows anything. */
export type GrantState =
  /** It does. */
  | 'ACTIVE'
  /** Its time is over. */
  | 'EXPIRED'
  /** Somebody revoked it. */
  | 'REVOKED';

/** A named set of permissions that users have. */
export type Role = {
  readonly __typename?: 'Role';
  /** Its name. */
  readonly name: Scalars['String']['output'];
  /** For people. */
  readonly description: Scalars['String']['output'];
  /** What who has it may do. */
  readonly permissions: ReadonlyArray<Permission>;
  /** Names of apps; `*` is all. */
  readonly apps: ReadonlyArray<Scalars['String']['output']>;
  /** Names of functions; `*` is all. */
  readonly funcs: ReadonlyArray<Scalars['String']['output']>;
  /** A selector; empty is all agents. */
  readonly agents: Scalars['String']['output'];
  /** Names of secrets, for USE_SECRETS and MANAGE_SECRETS; `*` is all. */
  readonly secrets: ReadonlyArray<Scalars['String']['output']>;
  /** Whether it is always there, and can not be changed. */
  readonly isBuiltIn: Scalars['Boolean']['output'];
  /** The position that last changed it; null: it is always there. */
  readonly position: Maybe<Scalars['Position']['output']>;
  /** Its events; none where it is always there, oldest first. */
  readonly history: EventConnection;
};


/** A named set of permissions that users have. */
export type RoleHistoryArgs = {
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
};

/** Which grants; an absent field is any. */
export type GrantFilter = {
  /** Ids of users and auth keys, or names of roles. */
  readonly subjects?: InputMaybe<ReadonlyArray<Scalars['String']['input']>>;
  /** Those over any of these apps, also those over all. */
  readonly apps?: InputMaybe<ReadonlyArray<Scalars['String']['input']>>;
  /** Those over any of these agents, by id or ip, as their labels are now. */
  readonly agents?: InputMaybe<ReadonlyArray<Scalars['String']['input']>>;
  /** Any of these permissions. */
  readonly permissions?: InputMaybe<ReadonlyArray<Permission>>;
  /** Those that allow something now, or those that do not. */
  readonly isActive?: InputMaybe<Scalars['Boolean']['input']>;
};

/** A page of grants. */
export type GrantConnection = {
  readonly __typename?: 'GrantConnection';
  /** The grants. */
  readonly nodes: ReadonlyArray<Grant>;
  /** The grants, each with its cursor. */
  readonly edges: ReadonlyArray<GrantEdge>;
  /** Where this page stands. */
  readonly pageInfo: PageInfo;
};

/** A grant in a list. */
export type GrantEdge = {
  readonly __typename?: 'GrantEdge';
  /** Where the list can go on after it. */
  readonly cursor: Scalars['String']['output'];
  /** The grant. */
  readonly node: Grant;
};

/**
 * What can be followed. With `after`, what happened since comes first and then goes on live: no gap, no repeat. Each item
 * is the thing as of its position, and the filter looks at that state and at the one it leaves.
 */
export type Subscription = {
  readonly __typename?: 'Subscription';
  /** Every grant that is given or revoked. */
  readonly grantChanged: GrantChange;
  /** Every change of an own role; what is always there never changes. */
  readonly roleChanged: RoleChange;
  /** Every change of an agent. */
  readonly agentChanged: AgentChange;
  /** Every change of an app, those of its versions and rollouts too. */
  readonly appChanged: AppChange;
  /** Every change of a rollout. That an agent has installed a version is none: `counts` says how many have when one asks. */
  readonly rolloutChanged: RolloutChange;
  /** Every change of an auth key. */
  readonly authKeyChanged: AuthKeyChange;
  /** Every event of the platform; for who may AUDIT some apps and agents only, those that name one of them. */
  readonly eventAppended: Event;
  /** Every change of an inventory source. */
  readonly inventorySourceChanged: InventorySourceChange;
  /** Every change of a join token, its uses too. */
  readonly joinTokenChanged: JoinTokenChange;
  /** Every change of a limit. */
  readonly limitChanged: LimitChange;
  /** Every change of a guard. */
  readonly guardChanged: GuardChange;
  /**
   * The results of the app's tasks in mode P, whatever their end, after the stored position of this processor: without one from
   * the oldest on. At least once: what comes after the stored position when the subscription begins comes again.
   */
  readonly processorResults: TaskChange;
  /** Every move of a processor. */
  readonly processorChanged: ProcessorChange;
  /** Every change of a queue. What becomes of a task changes the task, not the queue. */
  readonly queueChanged: QueueChange;
  /** Every change of a schedule. A fire changes its tasks, not the schedule. */
  readonly scheduleChanged: ScheduleChange;
  /** Every change of a secret that the subscriber may use or manage. */
  readonly secretChanged: SecretChange;
  /** What a run prints, from a byte on, without gap or repeat: resume with `from` at the last `next`. Ends after the item whose `isEnded` is true. */
  readonly taskOutputAdded: Output;
  /** Every change of a task. */
  readonly taskChanged: TaskChange;
  /** Every change of a user: also sign-ins, those that failed, and ends of sessions. */
  readonly userChanged: UserChange;
  /** Every change of a webhook. What it delivers changes nothing of it, but for a failure. */
  readonly webhookChanged: WebhookChange;
};


/**
 * What can be followed. With `after`, what happened since comes first and then goes on live: no gap, no repeat. Each item
 * is the thing as of its position, and the filter looks at that state and at the one it leaves.
 */
export type SubscriptionGrantChangedArgs = {
  filter?: InputMaybe<GrantChangeFilter>;
  after?: InputMaybe<Scalars['Position']['input']>;
};


/**
 * What can be followed. With `after`, what happened since comes first and then goes on live: no gap, no repeat. Each item
 * is the thing as of its position, and the filter looks at that state and at the one it leaves.
 */
export type SubscriptionRoleChangedArgs = {
  filter?: InputMaybe<RoleChangeFilter>;
  after?: InputMaybe<Scalars['Position']['input']>;
};


/**
 * What can be followed. With `after`, what happened since comes first and then goes on live: no gap, no repeat. Each item
 * is the thing as of its position, and the filter looks at that state and at the one it leaves.
 */
export type SubscriptionAgentChangedArgs = {
  filter?: InputMaybe<AgentFilter>;
  after?: InputMaybe<Scalars['Position']['input']>;
};


/**
 * What can be followed. With `after`, what happened since comes first and then goes on live: no gap, no repeat. Each item
 * is the thing as of its position, and the filter looks at that state and at the one it leaves.
 */
export type SubscriptionAppChangedArgs = {
  filter?: InputMaybe<AppFilter>;
  after?: InputMaybe<Scalars['Position']['input']>;
};


/**
 * What can be followed. With `after`, what happened since comes first and then goes on live: no gap, no repeat. Each item
 * is the thing as of its position, and the filter looks at that state and at the one it leaves.
 */
export type SubscriptionRolloutChangedArgs = {
  filter?: InputMaybe<RolloutFilter>;
  after?: InputMaybe<Scalars['Position']['input']>;
};


/**
 * What can be followed. With `after`, what happened since comes first and then goes on live: no gap, no repeat. Each item
 * is the thing as of its position, and the filter looks at that state and at the one it leaves.
 */
export type SubscriptionAuthKeyChangedArgs = {
  filter?: InputMaybe<AuthKeyFilter>;
  after?: InputMaybe<Scalars['Position']['input']>;
};


/**
 * What can be followed. With `after`, what happened since comes first and then goes on live: no gap, no repeat. Each item
 * is the thing as of its position, and the filter looks at that state and at the one it leaves.
 */
export type SubscriptionEventAppendedArgs = {
  filter?: InputMaybe<EventFilter>;
  after?: InputMaybe<Scalars['Position']['input']>;
};


/**
 * What can be followed. With `after`, what happened since comes first and then goes on live: no gap, no repeat. Each item
 * is the thing as of its position, and the filter looks at that state and at the one it leaves.
 */
export type SubscriptionInventorySourceChangedArgs = {
  filter?: InputMaybe<InventorySourceFilter>;
  after?: InputMaybe<Scalars['Position']['input']>;
};


/**
 * What can be followed. With `after`, what happened since comes first and then goes on live: no gap, no repeat. Each item
 * is the thing as of its position, and the filter looks at that state and at the one it leaves.
 */
export type SubscriptionJoinTokenChangedArgs = {
  filter?: InputMaybe<JoinTokenFilter>;
  after?: InputMaybe<Scalars['Position']['input']>;
};


/**
 * What can be followed. With `after`, what happened since comes first and then goes on live: no gap, no repeat. Each item
 * is the thing as of its position, and the filter looks at that state and at the one it leaves.
 */
export type SubscriptionLimitChangedArgs = {
  filter?: InputMaybe<LimitFilter>;
  after?: InputMaybe<Scalars['Position']['input']>;
};


/**
 * What can be followed. With `after`, what happened since comes first and then goes on live: no gap, no repeat. Each item
 * is the thing as of its position, and the filter looks at that state and at the one it leaves.
 */
export type SubscriptionGuardChangedArgs = {
  filter?: InputMaybe<GuardFilter>;
  after?: InputMaybe<Scalars['Position']['input']>;
};


/**
 * What can be followed. With `after`, what happened since comes first and then goes on live: no gap, no repeat. Each item
 * is the thing as of its position, and the filter looks at that state and at the one it leaves.
 */
export type SubscriptionProcessorResultsArgs = {
  app: Scalars['String']['input'];
  name: Scalars['String']['input'];
};


/**
 * What can be followed. With `after`, what happened since comes first and then goes on live: no gap, no repeat. Each item
 * is the thing as of its position, and the filter looks at that state and at the one it leaves.
 */
export type SubscriptionProcessorChangedArgs = {
  filter?: InputMaybe<ProcessorFilter>;
  after?: InputMaybe<Scalars['Position']['input']>;
};


/**
 * What can be followed. With `after`, what happened since comes first and then goes on live: no gap, no repeat. Each item
 * is the thing as of its position, and the filter looks at that state and at the one it leaves.
 */
export type SubscriptionQueueChangedArgs = {
  filter?: InputMaybe<QueueFilter>;
  after?: InputMaybe<Scalars['Position']['input']>;
};


/**
 * What can be followed. With `after`, what happened since comes first and then goes on live: no gap, no repeat. Each item
 * is the thing as of its position, and the filter looks at that state and at the one it leaves.
 */
export type SubscriptionScheduleChangedArgs = {
  filter?: InputMaybe<ScheduleFilter>;
  after?: InputMaybe<Scalars['Position']['input']>;
};


/**
 * What can be followed. With `after`, what happened since comes first and then goes on live: no gap, no repeat. Each item
 * is the thing as of its position, and the filter looks at that state and at the one it leaves.
 */
export type SubscriptionSecretChangedArgs = {
  filter?: InputMaybe<SecretFilter>;
  after?: InputMaybe<Scalars['Position']['input']>;
};


/**
 * What can be followed. With `after`, what happened since comes first and then goes on live: no gap, no repeat. Each item
 * is the thing as of its position, and the filter looks at that state and at the one it leaves.
 */
export type SubscriptionTaskOutputAddedArgs = {
  task: Scalars['ID']['input'];
  attempt?: InputMaybe<Scalars['Int']['input']>;
  from?: InputMaybe<Scalars['Int']['input']>;
};


/**
 * What can be followed. With `after`, what happened since comes first and then goes on live: no gap, no repeat. Each item
 * is the thing as of its position, and the filter looks at that state and at the one it leaves.
 */
export type SubscriptionTaskChangedArgs = {
  filter?: InputMaybe<TaskFilter>;
  after?: InputMaybe<Scalars['Position']['input']>;
};


/**
 * What can be followed. With `after`, what happened since comes first and then goes on live: no gap, no repeat. Each item
 * is the thing as of its position, and the filter looks at that state and at the one it leaves.
 */
export type SubscriptionUserChangedArgs = {
  filter?: InputMaybe<UserFilter>;
  after?: InputMaybe<Scalars['Position']['input']>;
};


/**
 * What can be followed. With `after`, what happened since comes first and then goes on live: no gap, no repeat. Each item
 * is the thing as of its position, and the filter looks at that state and at the one it leaves.
 */
export type SubscriptionWebhookChangedArgs = {
  filter?: InputMaybe<WebhookListFilter>;
  after?: InputMaybe<Scalars['Position']['input']>;
};

/** Which grants; an absent field is any. */
export type GrantChangeFilter = {
  /** Ids of users and auth keys, or names of roles. */
  readonly subjects?: InputMaybe<ReadonlyArray<Scalars['String']['input']>>;
  /** Any of these permissions. */
  readonly permissions?: InputMaybe<ReadonlyArray<Permission>>;
};

/** Which roles; an absent field is any. */
export type RoleChangeFilter = {
  /** Any of these names. */
  readonly names?: InputMaybe<ReadonlyArray<Scalars['String']['input']>>;
};

/** A grant as of a position. */
export type GrantChange = {
  readonly __typename?: 'GrantChange';
  /** The grant as of `position`. */
  readonly grant: Grant;
  /** Where the grant changed; resume with `after` here. */
  readonly position: Scalars['Position']['output'];
};

/** A role as of a position. */
export type RoleChange = {
  readonly __typename?: 'RoleChange';
  /** The role's name. */
  readonly name: Scalars['String']['output'];
  /** The role as of `position`; null: it was deleted. */
  readonly role: Maybe<Role>;
  /** Where the role changed; resume with `after` here. */
  readonly position: Scalars['Position']['output'];
};

/** Our process on a managed host. */
export type Agent = {
  readonly __typename?: 'Agent';
  /** What it has in its own `cron.json`, in the order of the file. Their runs are tasks of kind AGENT_CRON. */
  readonly crons: ReadonlyArray<AgentCron>;
  /** Why it could not read its `cron.json` as it is now; it then goes by the last one that it could read. Null: nothing is wrong with it. */
  readonly cronFileError: Maybe<Scalars['String']['output']>;
  /** The runs of its own crons that it dropped before it could tell the center of them, all together; null: none. */
  readonly droppedCronRuns: Maybe<DroppedCronRuns>;
  /** Random, made at its first start. */
  readonly id: Scalars['ID']['output'];
  /** Its alias, unique; empty after it moved to another agent or the agent was removed. */
  readonly ip: Scalars['String']['output'];
  /** Display name. */
  readonly name: Scalars['String']['output'];
  /** Whether it is connected. */
  readonly state: AgentState;
  /** Version of the agent. */
  readonly version: Scalars['String']['output'];
  /** Operating system and architecture, for example linux-x64. */
  readonly platform: Scalars['String']['output'];
  /** When its present or last session began. */
  readonly connectedAt: Maybe<Scalars['DateTime']['output']>;
  /** When it last gave a sign of life; null where the agent is shown as it was at an earlier instant: no event says so. */
  readonly lastSeenAt: Maybe<Scalars['DateTime']['output']>;
  /** Apps that it has. */
  readonly apps: ReadonlyArray<InstalledApp>;
  /** Apps that it has, shall have or had from the center. A local app folder is in `apps` only. */
  readonly installedApps: ReadonlyArray<AppOnAgent>;
  /** Its labels: an object of texts. Those that people gave it count more than those of its join token, and those more than its own. */
  readonly labels: Scalars['JSON']['output'];
  /**
   * Each label with its source: an object of objects with `source`, `value`, and `overridden`, which lists what other sources say of
   * it. A source is `AGENT` (its configuration), `JOIN_TOKEN` or `USER` (`setAgentLabels`).
   */
  readonly labelSources: Scalars['JSON']['output'];
  /** SHA-256 of the key that it enrolled with, as `elves-agent` tells it at its start; empty where it has none. */
  readonly fingerprint: Scalars['String']['output'];
  /** Who made the join token with which it enrolled; null where it has no key. */
  readonly enrolledBy: Maybe<Actor>;
  /** The position that last changed it. */
  readonly position: Scalars['Position']['output'];
  /** Its events and those of its links up to the state shown here, in the order in which they happened. */
  readonly history: EventConnection;
  /** Its tasks, newest first, as they are now; of an agent of the past those that were requested by then. */
  readonly tasks: TaskConnection;
};


/** Our process on a managed host. */
export type AgentHistoryArgs = {
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
};


/** Our process on a managed host. */
export type AgentTasksArgs = {
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
};

/** A cron of an agent's own: an entry of the `cron.json` on its host. It runs whether the center is there or not. */
export type AgentCron = {
  readonly __typename?: 'AgentCron';
  /** Its key in the file. */
  readonly id: Scalars['ID']['output'];
  /** For people. */
  readonly comment: Scalars['String']['output'];
  /** App. */
  readonly app: Scalars['String']['output'];
  /** Function of the app. */
  readonly func: Scalars['String']['output'];
  /** P: the result of a run goes to the app's processor; NP: it does not. */
  readonly mode: AgentCronMode;
  /** Six fields as cron has them, seconds first, in the time zone of the agent's host. It is not a rule of Quartz. */
  readonly rule: Scalars['String']['output'];
  /** IANA time zone of the agent's host. */
  readonly timeZone: Scalars['String']['output'];
  /** Whether its flag is true. */
  readonly isEnabled: Scalars['Boolean']['output'];
  /** The instant of the last run that the center knows; null: none. */
  readonly lastRunAt: Maybe<Scalars['DateTime']['output']>;
  /** The last run that the center knows; null: none. */
  readonly lastTask: Maybe<Task>;
  /** The next instants of its rule; empty if it does not run. */
  readonly nextFires: ReadonlyArray<Scalars['DateTime']['output']>;
  /** Why it does not run; null: nothing is wrong with it. */
  readonly error: Maybe<Scalars['String']['output']>;
};


/** A cron of an agent's own: an entry of the `cron.json` on its host. It runs whether the center is there or not. */
export type AgentCronNextFiresArgs = {
  count?: InputMaybe<Scalars['Int']['input']>;
};

/** Whether the result of a run goes to the app's processor. */
export type AgentCronMode =
  /** To the app's processor. */
  | 'P'
  /** No processor. */
  | 'NP';

/** Runs of its own crons that an agent dropped: its journal keeps only so many while the center is away. */
export type DroppedCronRuns = {
  readonly __typename?: 'DroppedCronRuns';
  /** How many. */
  readonly count: Scalars['Int']['output'];
  /** The earliest instant of their rules. */
  readonly firstFireAt: Scalars['DateTime']['output'];
  /** The latest instant of their rules. */
  readonly lastFireAt: Scalars['DateTime']['output'];
  /** When the center heard of the last of them. */
  readonly toldAt: Scalars['DateTime']['output'];
};

/** One run of one app function on one agent. */
export type Task = {
  readonly __typename?: 'Task';
  /** The id of the cron in its agent's own `cron.json` that made it; null for any other task. */
  readonly cronId: Maybe<Scalars['ID']['output']>;
  /** The guards that looked out for its call. */
  readonly guards: ReadonlyArray<TaskGuard>;
  /** Somebody's word about it; null where nobody has to approve it. */
  readonly approval: Maybe<Approval>;
  /**
   * How far the agent is with handing the result to the app's processor, as appcfg.json names it; null where the task is not in
   * mode P, where its app names no processor, and where no result is handed on (yet): see the guide of processors.
   */
  readonly processing: Maybe<Processing>;
  /** The queue that it is of; null where it is of none. */
  readonly queue: Maybe<Queue>;
  /** The schedule that made it; null where none did. */
  readonly schedule: Maybe<Schedule>;
  /** 16 upper-case hex digits. */
  readonly id: Scalars['ID']['output'];
  /** What made it. */
  readonly kind: TaskKind;
  /** How far it has got. */
  readonly state: TaskState;
  /** The agent that it is for, as it is now; null where the read models do not have it yet. */
  readonly agent: Maybe<Agent>;
  /** Id of the agent that it is for. */
  readonly agentId: Scalars['ID']['output'];
  /** Ip of the agent when the task was requested. */
  readonly agentIp: Scalars['String']['output'];
  /** App name. */
  readonly app: Scalars['String']['output'];
  /** Function of the app. */
  readonly func: Scalars['String']['output'];
  /**
   * The parameter with its text as it was sent; null where there is none. One that nests deeper than 64 levels, which only
   * releases up to 0.2.0 took, is a string that holds that text.
   */
  readonly param: Maybe<Scalars['JSON']['output']>;
  /** Custom worker entry; null for the app's default. */
  readonly proxy: Maybe<Scalars['String']['output']>;
  /** Mode P: the result goes to the app's processor. */
  readonly processor: Scalars['Boolean']['output'];
  /** Run timeout in ms; 0 is none. */
  readonly timeoutMs: Scalars['Int']['output'];
  /** How long it may wait for its agent to be connected, in ms. */
  readonly startWithinMs: Scalars['Int']['output'];
  /** Whether and when there is another attempt; null: never. */
  readonly retry: Maybe<Retry>;
  /** The instant of the rule that it was made for; null where no rule made it. */
  readonly fireAt: Maybe<Scalars['DateTime']['output']>;
  /** The tasks that have to succeed first, as they are now. */
  readonly parents: ReadonlyArray<Task>;
  /** What it waits for while it is WAITING. */
  readonly wait: Maybe<TaskWait>;
  /** The present or last attempt; 0 before the first dispatch. */
  readonly attempt: Scalars['Int']['output'];
  /** All attempts, the first one first; at most 100. */
  readonly attempts: ReadonlyArray<Attempt>;
  /** When it was requested. */
  readonly requestedAt: Scalars['DateTime']['output'];
  /** When it was last dispatched. */
  readonly dispatchedAt: Maybe<Scalars['DateTime']['output']>;
  /** When the agent's acknowledgement was recorded. */
  readonly acknowledgedAt: Maybe<Scalars['DateTime']['output']>;
  /** When the agent's start of the worker was recorded. */
  readonly startedAt: Maybe<Scalars['DateTime']['output']>;
  /** When somebody asked to cancel it. */
  readonly cancelRequestedAt: Maybe<Scalars['DateTime']['output']>;
  /** When its end was recorded. */
  readonly endedAt: Maybe<Scalars['DateTime']['output']>;
  /** Who asked for it. */
  readonly requestedBy: Actor;
  /** What the worker answered in the last attempt, or the contract's text where it could not run; null before the end and where it is LOST or SKIPPED. */
  readonly result: Maybe<TaskResult>;
  /** Why it did not succeed; null where it did, or has not ended. */
  readonly failure: Maybe<Failure>;
  /** Same for all that one request caused. */
  readonly correlationId: Scalars['ID']['output'];
  /** The position that last changed it. */
  readonly position: Scalars['Position']['output'];
  /** Its events up to the state shown here, in the order in which they happened. */
  readonly history: EventConnection;
};


/** One run of one app function on one agent. */
export type TaskHistoryArgs = {
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
};

/** Agents that have the same value of a label. */
export type AgentGroup = {
  readonly __typename?: 'AgentGroup';
  /** The value. */
  readonly value: Scalars['String']['output'];
  /** How many agents; an agent with several apps is in several groups of `app`. */
  readonly agents: Scalars['Int']['output'];
  /** How many of them are in which state; states that none is in are left out. */
  readonly byState: ReadonlyArray<AgentStateCount>;
};

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

/** An app that an agent has. */
export type InstalledApp = {
  readonly __typename?: 'InstalledApp';
  /** App name. */
  readonly name: Scalars['String']['output'];
  /** Its version; empty where the app tells none. */
  readonly version: Scalars['String']['output'];
  /** True: a folder that somebody put on the host (developer mode), which the center never replaces. False: the center sent it. */
  readonly isLocal: Scalars['Boolean']['output'];
};

/** Which agent to remove, and why. */
export type RemoveAgentInput = {
  /** Agent id, or its ip. It must not be connected. */
  readonly agent: Scalars['ID']['input'];
  /** For people; at most 1 024 characters. */
  readonly reason?: InputMaybe<Scalars['String']['input']>;
  /** The same key is the same removal, also where the agent has come back meanwhile. */
  readonly idempotencyKey?: InputMaybe<Scalars['String']['input']>;
};

/** What became of `removeAgent`. */
export type RemoveAgentPayload = {
  readonly __typename?: 'RemoveAgentPayload';
  /** The agent, REMOVED; null where it was refused. */
  readonly agent: Maybe<Agent>;
  /** The position that was written; null where it was refused. */
  readonly position: Maybe<Scalars['Position']['output']>;
  /** Why it was not done; null where it was. */
  readonly refusal: Maybe<Refusal>;
};

/** Which agent to approve. */
export type ApproveAgentInput = {
  /** Agent id. One that waits has no ip yet. */
  readonly agent: Scalars['ID']['input'];
  /** Taken as everywhere: to approve again changes nothing, with or without it. */
  readonly idempotencyKey?: InputMaybe<Scalars['String']['input']>;
};

/** Which agent to revoke, and why. */
export type RevokeAgentInput = {
  /** Agent id, or its ip. */
  readonly agent: Scalars['ID']['input'];
  /** For people; at most 1 024 characters. */
  readonly reason?: InputMaybe<Scalars['String']['input']>;
  /** Taken as everywhere: to revoke again changes nothing, with or without it. */
  readonly idempotencyKey?: InputMaybe<Scalars['String']['input']>;
};

/** Labels for an agent. */
export type SetAgentLabelsInput = {
  /** Agent id, or its ip. */
  readonly agent: Scalars['ID']['input'];
  /** All labels that people give it: an object of texts, at most 64. They take the place of those that people gave it before. */
  readonly labels: Scalars['JSON']['input'];
  /** Taken as everywhere: the same labels again change nothing, with or without it. */
  readonly idempotencyKey?: InputMaybe<Scalars['String']['input']>;
};

/** What became of a change of an agent. */
export type AgentPayload = {
  readonly __typename?: 'AgentPayload';
  /** The agent; null where it was refused. */
  readonly agent: Maybe<Agent>;
  /** The position that was written; null where it was refused. */
  readonly position: Maybe<Scalars['Position']['output']>;
  /** Why it was not done; null where it was. */
  readonly refusal: Maybe<Refusal>;
};

/** Which agents: lists are any-of, several fields are and; an absent field is any. */
export type AgentFilter = {
  /** Agent ids. */
  readonly ids?: InputMaybe<ReadonlyArray<Scalars['ID']['input']>>;
  /** Ips. */
  readonly ips?: InputMaybe<ReadonlyArray<Scalars['String']['input']>>;
  /** States. */
  readonly states?: InputMaybe<ReadonlyArray<AgentState>>;
  /** Names of apps that it has. */
  readonly apps?: InputMaybe<ReadonlyArray<Scalars['String']['input']>>;
  /**
   * A label selector with the syntax of Kubernetes, over labels and the keys `id`, `ip`, `name`, `platform`, `version` and `app` (true
   * if one of its apps is the value): `env=prod,region in (eu,us),!canary`. A text with spaces or signs stands in double quotes. Empty
   * selects all; SELECTOR_INVALID names the place.
   */
  readonly selector?: InputMaybe<Scalars['String']['input']>;
};

/** A page of agents. */
export type AgentConnection = {
  readonly __typename?: 'AgentConnection';
  /** The agents. */
  readonly nodes: ReadonlyArray<Agent>;
  /** The agents, each with its cursor. */
  readonly edges: ReadonlyArray<AgentEdge>;
  /** Where this page stands. */
  readonly pageInfo: PageInfo;
};

/** An agent in a list. */
export type AgentEdge = {
  readonly __typename?: 'AgentEdge';
  /** Where the list can go on after it. */
  readonly cursor: Scalars['String']['output'];
  /** The agent. */
  readonly node: Agent;
};

/** An agent as of a position. */
export type AgentChange = {
  readonly __typename?: 'AgentChange';
  /** The agent as of `position`. */
  readonly agent: Agent;
  /** Where it changed; resume with `after` here. */
  readonly position: Scalars['Position']['output'];
};

/** An app of the center on an agent. */
export type AppOnAgent = {
  readonly __typename?: 'AppOnAgent';
  /** The agent; null where the read models do not know it. */
  readonly agent: Maybe<Agent>;
  /** Name of the app. */
  readonly app: Scalars['String']['output'];
  /** The version that it shall have; null: none. */
  readonly wanted: Maybe<Scalars['String']['output']>;
  /** The version that it runs; null: none. */
  readonly installed: Maybe<Scalars['String']['output']>;
  /** How far it is. */
  readonly state: AppOnAgentState;
  /** Why it failed. */
  readonly error: Maybe<Failure>;
  /** When that was last changed. */
  readonly updatedAt: Scalars['DateTime']['output'];
  /** The position that last changed it. */
  readonly position: Scalars['Position']['output'];
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

/** A page of agents with an app. */
export type AppOnAgentConnection = {
  readonly __typename?: 'AppOnAgentConnection';
  /** The agents with an app. */
  readonly nodes: ReadonlyArray<AppOnAgent>;
  /** The agents with an app, each with its cursor. */
  readonly edges: ReadonlyArray<AppOnAgentEdge>;
  /** Where this page stands. */
  readonly pageInfo: PageInfo;
};

/** An app on an agent in a list. */
export type AppOnAgentEdge = {
  readonly __typename?: 'AppOnAgentEdge';
  /** Where the list can go on after it. */
  readonly cursor: Scalars['String']['output'];
  /** What stands there. */
  readonly node: AppOnAgent;
};

/** An app to create. */
export type CreateAppInput = {
  /** 1 to 128 letters, digits, _ . and -, the first no . or -. */
  readonly name: Scalars['String']['input'];
  /** For people, at most 128 characters. */
  readonly displayName?: InputMaybe<Scalars['String']['input']>;
  /** For people, at most 4 096 characters. */
  readonly description?: InputMaybe<Scalars['String']['input']>;
  /** Taken as everywhere: to create an app again with the same texts changes nothing, with or without it. */
  readonly idempotencyKey?: InputMaybe<Scalars['String']['input']>;
};

/** What to change of an app. */
export type UpdateAppInput = {
  /** Name of the app. */
  readonly app: Scalars['String']['input'];
  /** For people, at most 128 characters. */
  readonly displayName?: InputMaybe<Scalars['String']['input']>;
  /** For people, at most 4 096 characters. */
  readonly description?: InputMaybe<Scalars['String']['input']>;
  /** Taken as everywhere. */
  readonly idempotencyKey?: InputMaybe<Scalars['String']['input']>;
};

/** Which app to ban, and why. */
export type BanAppInput = {
  /** Name of the app. */
  readonly app: Scalars['String']['input'];
  /** For people; at most 1 024 characters. */
  readonly reason?: InputMaybe<Scalars['String']['input']>;
  /** Taken as everywhere. */
  readonly idempotencyKey?: InputMaybe<Scalars['String']['input']>;
};

/** Which app to unban. */
export type UnbanAppInput = {
  /** Name of the app. */
  readonly app: Scalars['String']['input'];
  /** Taken as everywhere. */
  readonly idempotencyKey?: InputMaybe<Scalars['String']['input']>;
};

/** Which version to release, and how. */
export type ReleaseAppVersionInput = {
  /** Name of the app. */
  readonly app: Scalars['String']['input'];
  /** A version that was uploaded. */
  readonly version: Scalars['String']['input'];
  /** In which stages; absent: to all agents at once, and back if one fails. */
  readonly rollout?: InputMaybe<RolloutInput>;
  /** The same key with the same version is the same release; with another version it is refused. */
  readonly idempotencyKey?: InputMaybe<Scalars['String']['input']>;
};

/** Which version to withdraw, and why. */
export type WithdrawAppVersionInput = {
  /** Name of the app. */
  readonly app: Scalars['String']['input'];
  /** The version. */
  readonly version: Scalars['String']['input'];
  /** For people; at most 1 024 characters. */
  readonly reason?: InputMaybe<Scalars['String']['input']>;
  /** Taken as everywhere. */
  readonly idempotencyKey?: InputMaybe<Scalars['String']['input']>;
};

/** Which app, for which agents. */
export type BindAppInput = {
  /** Name of the app. */
  readonly app: Scalars['String']['input'];
  /** A selector, as `env=prod,region in (eu,us),!canary`; empty: all agents. */
  readonly agents: Scalars['String']['input'];
  /** Taken as everywhere: a binding that is there is not made again. */
  readonly idempotencyKey?: InputMaybe<Scalars['String']['input']>;
};

/** Which binding to end. */
export type UnbindAppInput = {
  /** Name of the app. */
  readonly app: Scalars['String']['input'];
  /** The selector of the binding, as it was given. */
  readonly agents: Scalars['String']['input'];
  /** Taken as everywhere. */
  readonly idempotencyKey?: InputMaybe<Scalars['String']['input']>;
};

/** What became of a change of an app. */
export type AppPayload = {
  readonly __typename?: 'AppPayload';
  /** The app as the write side has it; null where the change was refused. */
  readonly app: Maybe<App>;
  /** The position that was written; null where it was refused. */
  readonly position: Maybe<Scalars['Position']['output']>;
  /** Why it was not done; null where it was. */
  readonly refusal: Maybe<Refusal>;
};

/** What became of a release. */
export type ReleaseAppVersionPayload = {
  readonly __typename?: 'ReleaseAppVersionPayload';
  /** The app as the write side has it; null where the release was refused. */
  readonly app: Maybe<App>;
  /** The rollout that it began; null where it was refused. */
  readonly rollout: Maybe<Rollout>;
  /** How many agents the app is bound to, as the list of agents has them by then; null where it was refused. */
  readonly selected: Maybe<Scalars['Int']['output']>;
  /** Those of them that the rollout leaves out, at most 1 000, the one that came first first; null where it was refused. */
  readonly leftOut: Maybe<ReadonlyArray<AgentLeftOut>>;
  /** The position that was written; null where it was refused. */
  readonly position: Maybe<Scalars['Position']['output']>;
  /** Why it was not done; null where it was. */
  readonly refusal: Maybe<Refusal>;
};

/** An app whose versions the center brings to agents. */
export type App = {
  readonly __typename?: 'App';
  /** Its name, by which tasks call it. */
  readonly name: Scalars['String']['output'];
  /** For people; may be empty. */
  readonly displayName: Scalars['String']['output'];
  /** For people; may be empty. */
  readonly description: Scalars['String']['output'];
  /** Whether it may be used. */
  readonly state: AppState;
  /** Why it was banned; null where it is not, or nobody said. */
  readonly banReason: Maybe<Scalars['String']['output']>;
  /** When it was created. */
  readonly createdAt: Scalars['DateTime']['output'];
  /** Its versions, the last uploaded one first. */
  readonly versions: AppVersionConnection;
  /** The version that agents have where no rollout brings another; null: none yet. */
  readonly released: Maybe<AppVersion>;
  /** The rollout that is on its way. */
  readonly rollout: Maybe<Rollout>;
  /** Functions of the released version, as its elves.json describes them; none where it has no elves.json. */
  readonly functions: ReadonlyArray<AppFunction>;
  /** To which agents it is given. */
  readonly bindings: ReadonlyArray<AppBinding>;
  /** Agents that have or had it from the center, the last one first. */
  readonly agents: AppOnAgentConnection;
  /** The position that last changed it. */
  readonly position: Scalars['Position']['output'];
  /** Its events, oldest first, those of its versions and rollouts too. */
  readonly history: EventConnection;
};


/** An app whose versions the center brings to agents. */
export type AppVersionsArgs = {
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
};


/** An app whose versions the center brings to agents. */
export type AppAgentsArgs = {
  states?: InputMaybe<ReadonlyArray<AppOnAgentState>>;
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
};


/** An app whose versions the center brings to agents. */
export type AppHistoryArgs = {
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
};

/** Whether an app may be used. */
export type AppState =
  /** It may. */
  | 'ACTIVE'
  /** Its tasks are refused, and agents remove it. */
  | 'BANNED';

/** A package of an app that was uploaded. It is never changed. */
export type AppVersion = {
  readonly __typename?: 'AppVersion';
  /** Name of the app. */
  readonly app: Scalars['String']['output'];
  /** The version. */
  readonly version: Scalars['String']['output'];
  /** What became of it. */
  readonly state: AppVersionState;
  /** Size of the package. */
  readonly bytes: Scalars['Float']['output'];
  /** SHA-256 of the package, hex. */
  readonly sha256: Scalars['String']['output'];
  /** Size of its files together. */
  readonly unpackedBytes: Scalars['Float']['output'];
  /** Number of its files. */
  readonly files: Scalars['Int']['output'];
  /** Its elves.json; null: it has none. */
  readonly manifest: Maybe<Scalars['JSON']['output']>;
  /** When it was uploaded. */
  readonly uploadedAt: Scalars['DateTime']['output'];
  /** Who uploaded it. */
  readonly uploadedBy: Actor;
  /** Why it was withdrawn; null where it was not, or nobody said. */
  readonly withdrawReason: Maybe<Scalars['String']['output']>;
  /** The position that last changed it. */
  readonly position: Scalars['Position']['output'];
};

/** What became of a version. */
export type AppVersionState =
  /** It was not released yet. */
  | 'UPLOADED'
  /** It was released, now or earlier. */
  | 'RELEASED'
  /** Nobody gets it any more. */
  | 'WITHDRAWN';

/** A function of an app, as its elves.json describes it. */
export type AppFunction = {
  readonly __typename?: 'AppFunction';
  /** Its name, as tasks name it. */
  readonly name: Scalars['String']['output'];
  /** For people; may be empty. */
  readonly description: Scalars['String']['output'];
  /** JSON Schema of its parameter; null: any. */
  readonly param: Maybe<Scalars['JSON']['output']>;
  /** How long a run may take where the task does not say; null: as everywhere. */
  readonly timeoutMs: Maybe<Scalars['Int']['output']>;
  /** Whether to run it twice is the same as to run it once. */
  readonly isIdempotent: Scalars['Boolean']['output'];
};

/** To which agents an app is given. */
export type AppBinding = {
  readonly __typename?: 'AppBinding';
  /** A selector; empty: all agents. */
  readonly agents: Scalars['String']['output'];
  /** Since when. */
  readonly boundAt: Scalars['DateTime']['output'];
};

/** Which apps; an absent field is any. */
export type AppFilter = {
  /** Any of these names. */
  readonly names?: InputMaybe<ReadonlyArray<Scalars['String']['input']>>;
  /** Any of these states. */
  readonly states?: InputMaybe<ReadonlyArray<AppState>>;
};

/** A page of apps. */
export type AppConnection = {
  readonly __typename?: 'AppConnection';
  /** The apps. */
  readonly nodes: ReadonlyArray<App>;
  /** The apps, each with its cursor. */
  readonly edges: ReadonlyArray<AppEdge>;
  /** Where this page stands. */
  readonly pageInfo: PageInfo;
};

/** An app in a list. */
export type AppEdge = {
  readonly __typename?: 'AppEdge';
  /** Where the list can go on after it. */
  readonly cursor: Scalars['String']['output'];
  /** What stands there. */
  readonly node: App;
};

/** A page of versions. */
export type AppVersionConnection = {
  readonly __typename?: 'AppVersionConnection';
  /** The versions. */
  readonly nodes: ReadonlyArray<AppVersion>;
  /** The versions, each with its cursor. */
  readonly edges: ReadonlyArray<AppVersionEdge>;
  /** Where this page stands. */
  readonly pageInfo: PageInfo;
};

/** A version in a list. */
export type AppVersionEdge = {
  readonly __typename?: 'AppVersionEdge';
  /** Where the list can go on after it. */
  readonly cursor: Scalars['String']['output'];
  /** What stands there. */
  readonly node: AppVersion;
};

/** An app as of a position. */
export type AppChange = {
  readonly __typename?: 'AppChange';
  /** The app as of `position`. */
  readonly app: App;
  /** Where it changed; resume with `after` here. */
  readonly position: Scalars['Position']['output'];
};

/** The log as a tree over its events, in their order. */
export type Log = {
  readonly __typename?: 'Log';
  /** Id of the log; a restored one has another. */
  readonly logId: Scalars['ID']['output'];
  /** Events in the tree as of now. */
  readonly size: Scalars['Float']['output'];
  /** Root of the tree that the last head covers, lower-case hex. */
  readonly rootHash: Scalars['String']['output'];
  /** The last signed head. */
  readonly signedHead: SignedHead;
};

/** A signed statement about the whole log up to a size. Keep one elsewhere: it finds out about any later change of what it covers. */
export type SignedHead = {
  readonly __typename?: 'SignedHead';
  /** Id of the log when it was signed. */
  readonly logId: Scalars['ID']['output'];
  /** How many events it covers, from the first one on. */
  readonly size: Scalars['Float']['output'];
  /** Root of the tree over them, lower-case hex. */
  readonly rootHash: Scalars['String']['output'];
  /** When it was signed. */
  readonly signedAt: Scalars['DateTime']['output'];
  /** Ed25519 signature, base64url, over `elves log head`, log id, size, root hash and ms since the epoch, each with a line feed. */
  readonly signature: Scalars['String']['output'];
  /** The first 16 hex digits of the SHA-256 of the public key. */
  readonly keyId: Scalars['String']['output'];
  /** The key that it was signed with, base64url. Compare it with one that you got another way. */
  readonly publicKey: Scalars['String']['output'];
};

/** Proves that an event is in the log (RFC 9162, 2.1.3). Hashes are lower-case hex. */
export type InclusionProof = {
  readonly __typename?: 'InclusionProof';
  /** Id of the event. */
  readonly event: Scalars['ID']['output'];
  /** Index of its leaf in the tree. */
  readonly index: Scalars['Float']['output'];
  /** The text that the leaf is the hash of, of the event as the log has it now. */
  readonly leaf: Scalars['String']['output'];
  /** Hash of the leaf in the tree: SHA-256 of the byte 0 and the text. Another one means that the event was changed. */
  readonly leafHash: Scalars['String']['output'];
  /** Hashes beside the way from the leaf to the root, lowest first. */
  readonly path: ReadonlyArray<Scalars['String']['output']>;
  /** Size of the tree. */
  readonly size: Scalars['Float']['output'];
  /** Root of the tree. */
  readonly rootHash: Scalars['String']['output'];
  /** The head that covers it. */
  readonly signedHead: SignedHead;
};

/** Proves that a log begins with an earlier, smaller one (RFC 9162, 2.1.4). Hashes are lower-case hex. */
export type ConsistencyProof = {
  readonly __typename?: 'ConsistencyProof';
  /** Events of the smaller log. */
  readonly fromSize: Scalars['Float']['output'];
  /** Events of the larger log. */
  readonly toSize: Scalars['Float']['output'];
  /** Root of the smaller tree. */
  readonly fromRootHash: Scalars['String']['output'];
  /** Root of the larger tree. */
  readonly toRootHash: Scalars['String']['output'];
  /** The nodes of the proof. */
  readonly path: ReadonlyArray<Scalars['String']['output']>;
};

/** For whom an auth key is. */
export type CreateAuthKeyInput = {
  /** For people, 1 to 128 characters. */
  readonly name: Scalars['String']['input'];
  /** The app that `/api/v2/info/app` tells of; absent: none. What it may run follows from grants only. */
  readonly app?: InputMaybe<Scalars['String']['input']>;
  /** The same key with the same input is the same auth key, also after a lost answer; with another input it is refused. */
  readonly idempotencyKey?: InputMaybe<Scalars['String']['input']>;
};

/** Which auth key gets another secret. */
export type RotateAuthKeyInput = {
  /** The auth key's id. */
  readonly id: Scalars['ID']['input'];
  /** For so long the secret that it has is taken as well; at most 30 days. */
  readonly overlapMs?: InputMaybe<Scalars['Int']['input']>;
  /** The same key is the same rotation, also after a lost answer. */
  readonly idempotencyKey?: InputMaybe<Scalars['String']['input']>;
};

/** Which auth key to revoke, and why. */
export type RevokeAuthKeyInput = {
  /** The auth key's id. */
  readonly id: Scalars['ID']['input'];
  /** For people; at most 1 024 characters. */
  readonly reason?: InputMaybe<Scalars['String']['input']>;
  /** Taken as everywhere: to revoke again changes nothing, with or without it. */
  readonly idempotencyKey?: InputMaybe<Scalars['String']['input']>;
};

/** What became of a change of an auth key. */
export type AuthKeyPayload = {
  readonly __typename?: 'AuthKeyPayload';
  /** The auth key; null where it was refused. */
  readonly authKey: Maybe<AuthKey>;
  /** What requests are signed with (`auth_key`). Shown now only, and to the same request again within 10 minutes. */
  readonly secret: Maybe<Scalars['String']['output']>;
  /** The position that was written; null where it was refused. */
  readonly position: Maybe<Scalars['Position']['output']>;
  /** Why it was not done; null where it was. */
  readonly refusal: Maybe<Refusal>;
};

/** A key with which scripts sign requests of REST v2. */
export type AuthKey = {
  readonly __typename?: 'AuthKey';
  /** 16 upper-case hex digits: the `auth_id`. */
  readonly id: Scalars['ID']['output'];
  /** For people. */
  readonly name: Scalars['String']['output'];
  /** The app that `/api/v2/info/app` tells of; null: none. */
  readonly app: Maybe<Scalars['String']['output']>;
  /** Whether its signatures are taken. */
  readonly state: AuthKeyState;
  /** When it was made. */
  readonly createdAt: Scalars['DateTime']['output'];
  /** Who made it. */
  readonly createdBy: Actor;
  /** When it was last used; null: never. Up to a minute behind. */
  readonly lastUsedAt: Maybe<Scalars['DateTime']['output']>;
  /** The position that last changed it. */
  readonly position: Scalars['Position']['output'];
  /** Its events, oldest first. */
  readonly history: EventConnection;
};


/** A key with which scripts sign requests of REST v2. */
export type AuthKeyHistoryArgs = {
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
};

/** Whether the signatures of an auth key are taken. */
export type AuthKeyState =
  /** They are. */
  | 'USABLE'
  /** Somebody revoked it. */
  | 'REVOKED';

/** A page of auth keys. */
export type AuthKeyConnection = {
  readonly __typename?: 'AuthKeyConnection';
  /** The auth keys. */
  readonly nodes: ReadonlyArray<AuthKey>;
  /** The auth keys, each with its cursor. */
  readonly edges: ReadonlyArray<AuthKeyEdge>;
  /** Where this page stands. */
  readonly pageInfo: PageInfo;
};

/** An auth key in a list. */
export type AuthKeyEdge = {
  readonly __typename?: 'AuthKeyEdge';
  /** Where the list can go on after it. */
  readonly cursor: Scalars['String']['output'];
  /** The auth key. */
  readonly node: AuthKey;
};

/** Which auth keys; an absent field is any. */
export type AuthKeyFilter = {
  /** Any of these ids. */
  readonly ids?: InputMaybe<ReadonlyArray<Scalars['ID']['input']>>;
  /** Those that tell of any of these apps. */
  readonly apps?: InputMaybe<ReadonlyArray<Scalars['String']['input']>>;
  /** Any of these states. */
  readonly states?: InputMaybe<ReadonlyArray<AuthKeyState>>;
};

/** An auth key as of a position. */
export type AuthKeyChange = {
  readonly __typename?: 'AuthKeyChange';
  /** The auth key as of `position`. */
  readonly authKey: AuthKey;
  /** Where the auth key changed; resume with `after` here. */
  readonly position: Scalars['Position']['output'];
};

/** A stream of the log that changed between two instants. */
export type StreamChange = {
  readonly __typename?: 'StreamChange';
  /** Kind of the thing that it is about, for example task; empty where only a newer release knows it. */
  readonly kind: Scalars['String']['output'];
  /** The thing's id. */
  readonly id: Scalars['ID']['output'];
  /** Name of the stream. */
  readonly stream: Scalars['String']['output'];
  /** Whether it begins between the instants. */
  readonly isNew: Scalars['Boolean']['output'];
  /** How many events it has between the instants. */
  readonly events: Scalars['Int']['output'];
  /** Their types, each once. */
  readonly types: ReadonlyArray<Scalars['String']['output']>;
  /** When the first of them was recorded. */
  readonly firstAt: Scalars['DateTime']['output'];
  /** When the last of them was recorded. */
  readonly lastAt: Scalars['DateTime']['output'];
  /** Position of the last of them. */
  readonly position: Scalars['Position']['output'];
  /** The state that the thing had at `from`; null where it was not there, or where its kind has no states. */
  readonly stateBefore: Maybe<Scalars['String']['output']>;
  /** The state that the thing had at `to`. */
  readonly stateAfter: Maybe<Scalars['String']['output']>;
};

/** A page of streams that changed. */
export type StreamChangeConnection = {
  readonly __typename?: 'StreamChangeConnection';
  /** The streams. */
  readonly nodes: ReadonlyArray<StreamChange>;
  /** The streams, each with its cursor. */
  readonly edges: ReadonlyArray<StreamChangeEdge>;
  /** Where this page stands. */
  readonly pageInfo: PageInfo;
};

/** A stream that changed, in a list. */
export type StreamChangeEdge = {
  readonly __typename?: 'StreamChangeEdge';
  /** Where the list can go on after it. */
  readonly cursor: Scalars['String']['output'];
  /** The stream. */
  readonly node: StreamChange;
};

/** Everything that one request caused. */
export type Correlation = {
  readonly __typename?: 'Correlation';
  /** The correlation id. */
  readonly id: Scalars['ID']['output'];
  /** When the first event was stored. */
  readonly startedAt: Scalars['DateTime']['output'];
  /** When the last event was stored that is here. */
  readonly endedAt: Scalars['DateTime']['output'];
  /** The events: each before those that it caused, and those in the order of the log. */
  readonly events: ReadonlyArray<CausedEvent>;
  /** Whether there are more events than were asked for. */
  readonly hasMore: Scalars['Boolean']['output'];
};

/** An event in the tree of what one request caused. */
export type CausedEvent = {
  readonly __typename?: 'CausedEvent';
  /** The event. */
  readonly event: Event;
  /** Id of the event above it: the one that caused it, else the one before it in its stream. Null at the top. */
  readonly parentId: Maybe<Scalars['ID']['output']>;
  /** How deep it stands; 0 at the top. */
  readonly depth: Scalars['Int']['output'];
  /** Milliseconds since the event above it was stored; at the top, since the first one. */
  readonly afterMs: Scalars['Float']['output'];
  /** Milliseconds since the first event was stored. */
  readonly sinceStartMs: Scalars['Float']['output'];
};

/** Who caused an event. */
export type Actor = {
  readonly __typename?: 'Actor';
  /** Kind of actor. */
  readonly kind: ActorKind;
  /** Id within its kind. */
  readonly id: Scalars['String']['output'];
  /** Display name, where there is one. */
  readonly name: Maybe<Scalars['String']['output']>;
};

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

/** A fact, never changed. */
export type Event = {
  readonly __typename?: 'Event';
  /** UUID, chosen by the writer. */
  readonly id: Scalars['ID']['output'];
  /** Where it is in the platform's history. */
  readonly position: Scalars['Position']['output'];
  /** The stream that it belongs to, for example task-9AD6AF3B2E5D4C2F. */
  readonly stream: Scalars['String']['output'];
  /** Index in its stream; the first is 0. */
  readonly version: Scalars['Int']['output'];
  /** What happened, for example TaskDispatched. */
  readonly type: Scalars['String']['output'];
  /** When it was stored, on the store's clock. */
  readonly recordedAt: Scalars['DateTime']['output'];
  /** Who caused it. */
  readonly actor: Actor;
  /** Same for all that one request caused. */
  readonly correlationId: Scalars['ID']['output'];
  /** Id of the event that caused it, where one did. */
  readonly causationId: Maybe<Scalars['ID']['output']>;
  /** The fact itself. */
  readonly data: Scalars['JSON']['output'];
};

/** Which events: lists are any-of, several fields are and; an absent field is any. */
export type EventFilter = {
  /** Streams. */
  readonly streams?: InputMaybe<ReadonlyArray<Scalars['String']['input']>>;
  /** Event types. */
  readonly types?: InputMaybe<ReadonlyArray<Scalars['String']['input']>>;
  /** Actor ids. */
  readonly actors?: InputMaybe<ReadonlyArray<Scalars['String']['input']>>;
  /** Agent ids or ips that they are about. */
  readonly agents?: InputMaybe<ReadonlyArray<Scalars['String']['input']>>;
  /** App names that they are about. */
  readonly apps?: InputMaybe<ReadonlyArray<Scalars['String']['input']>>;
  /** Caused by this request. */
  readonly correlationId?: InputMaybe<Scalars['ID']['input']>;
  /** One of the texts in `data` contains this, upper and lower case as here; 1 to 256 characters. A page looks into at most 20 000 events that the other fields match, so it may be short, even empty, with more behind it: see `hasNextPage`. */
  readonly text?: InputMaybe<Scalars['String']['input']>;
  /** Recorded at this instant or later. */
  readonly from?: InputMaybe<Scalars['DateTime']['input']>;
  /** Recorded before this instant. */
  readonly to?: InputMaybe<Scalars['DateTime']['input']>;
};

/** A page of events. */
export type EventConnection = {
  readonly __typename?: 'EventConnection';
  /** The events. */
  readonly nodes: ReadonlyArray<Event>;
  /** The events, each with its cursor. */
  readonly edges: ReadonlyArray<EventEdge>;
  /** Where this page stands. */
  readonly pageInfo: PageInfo;
};

/** An event in a list. */
export type EventEdge = {
  readonly __typename?: 'EventEdge';
  /** Where the list can go on after it. */
  readonly cursor: Scalars['String']['output'];
  /** The event. */
  readonly node: Event;
};

/** A place outside that says which labels agents have: an HTTP endpoint, or a file on the host of the center. */
export type InventorySource = {
  readonly __typename?: 'InventorySource';
  /** Its name. */
  readonly name: Scalars['ID']['output'];
  /** What it is. */
  readonly kind: InventorySourceKind;
  /** The file, or the URL without query and credentials. */
  readonly location: Scalars['String']['output'];
  /** What of an agent an entry names: `id` or `ip`. */
  readonly matchBy: Scalars['String']['output'];
  /** How often it is read, in ms. */
  readonly everyMs: Scalars['Int']['output'];
  /** Whether it could be read. */
  readonly state: InventorySourceState;
  /** Since when it is in this state. */
  readonly since: Scalars['DateTime']['output'];
  /** Why it could not be read the last time that it failed; null: it never failed. */
  readonly lastError: Maybe<Scalars['String']['output']>;
  /** Entries that it had at the last sync that succeeded; null before the first. */
  readonly entries: Maybe<Scalars['Int']['output']>;
  /** Agents that they gave labels to; null before the first sync. */
  readonly agents: Maybe<Scalars['Int']['output']>;
  /** Entries that could be no labels of an agent: they name none, or have a label that none can have; null before the first sync. */
  readonly skipped: Maybe<Scalars['Int']['output']>;
  /** The position that last changed it. */
  readonly position: Scalars['Position']['output'];
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

/** Which inventory sources; several fields are and, an absent field is any. */
export type InventorySourceFilter = {
  /** Names. */
  readonly names?: InputMaybe<ReadonlyArray<Scalars['ID']['input']>>;
  /** States. */
  readonly states?: InputMaybe<ReadonlyArray<InventorySourceState>>;
};

/** An inventory source as of a position. */
export type InventorySourceChange = {
  readonly __typename?: 'InventorySourceChange';
  /** The source as of `position`. */
  readonly inventorySource: InventorySource;
  /** Where it changed; resume with `after` here. */
  readonly position: Scalars['Position']['output'];
};

/** Who may enrol with a join token, and how. */
export type CreateJoinTokenInput = {
  /** For people, 1 to 128 characters. */
  readonly name: Scalars['String']['input'];
  /** It lets nobody in from this instant on; absent: it does not expire. */
  readonly expiresAt?: InputMaybe<Scalars['DateTime']['input']>;
  /** So many agents may enrol with it, at most 10 000; absent: any number. */
  readonly maxUses?: InputMaybe<Scalars['Int']['input']>;
  /** Labels of the agents that enrol with it: an object of texts, at most 64. */
  readonly labels?: InputMaybe<Scalars['JSON']['input']>;
  /** Whether its agents may work at once; false: each waits for `approveAgent`. */
  readonly approve?: InputMaybe<Scalars['Boolean']['input']>;
  /** The same key with the same input is the same join token, also after a lost answer; with another input it is refused. */
  readonly idempotencyKey?: InputMaybe<Scalars['String']['input']>;
};

/** Which join token to revoke, and why. */
export type RevokeJoinTokenInput = {
  /** The join token's id. */
  readonly joinToken: Scalars['ID']['input'];
  /** For people; at most 1 024 characters. */
  readonly reason?: InputMaybe<Scalars['String']['input']>;
  /** Taken as everywhere: to revoke again changes nothing, with or without it. */
  readonly idempotencyKey?: InputMaybe<Scalars['String']['input']>;
};

/** What became of `createJoinToken`. */
export type CreateJoinTokenPayload = {
  readonly __typename?: 'CreateJoinTokenPayload';
  /** The join token; null where it was refused. */
  readonly joinToken: Maybe<JoinToken>;
  /** What agents enrol with (`ELVES_JOIN_TOKEN`). Shown now only, and to the same request again within 10 minutes: the platform keeps a hash. */
  readonly secret: Maybe<Scalars['String']['output']>;
  /**
   * The line to paste on a host, as root: it installs the agent, which enrols with the secret. Null where the center does not know the
   * address by which hosts reach it: `npm start -- --listen` and `ELVES_PUBLIC_URL` say it.
   */
  readonly installLine: Maybe<Scalars['String']['output']>;
  /** The position that was written; null where it was refused. */
  readonly position: Maybe<Scalars['Position']['output']>;
  /** Why it was not done; null where it was. */
  readonly refusal: Maybe<Refusal>;
};

/** What became of a change of a join token. */
export type JoinTokenPayload = {
  readonly __typename?: 'JoinTokenPayload';
  /** The join token; null where it was refused. */
  readonly joinToken: Maybe<JoinToken>;
  /** The position that was written; null where it was refused. */
  readonly position: Maybe<Scalars['Position']['output']>;
  /** Why it was not done; null where it was. */
  readonly refusal: Maybe<Refusal>;
};

/** What lets agents enrol. An agent needs it once: from then on its key is its credential. */
export type JoinToken = {
  readonly __typename?: 'JoinToken';
  /** 16 upper-case hex digits. */
  readonly id: Scalars['ID']['output'];
  /** For people. The one of the setting `ELVES_JOIN_TOKEN` has that name. */
  readonly name: Scalars['String']['output'];
  /** Whether agents can enrol with it. */
  readonly state: JoinTokenState;
  /** It lets nobody in from this instant on; null: it does not expire. */
  readonly expiresAt: Maybe<Scalars['DateTime']['output']>;
  /** So many agents have enrolled with it. */
  readonly uses: Scalars['Int']['output'];
  /** So many may; null: any number. */
  readonly maxUses: Maybe<Scalars['Int']['output']>;
  /** Labels of its agents: an object of texts. */
  readonly labels: Scalars['JSON']['output'];
  /** Whether its agents may work at once; else each waits for `approveAgent`. */
  readonly approve: Scalars['Boolean']['output'];
  /** Who made it. */
  readonly createdBy: Actor;
  /** When it was made. */
  readonly createdAt: Scalars['DateTime']['output'];
  /** When an agent last enrolled with it; null: never. */
  readonly lastUsedAt: Maybe<Scalars['DateTime']['output']>;
  /** Why it was revoked; null where it was not, or nobody said. */
  readonly revokeReason: Maybe<Scalars['String']['output']>;
  /** The position that last changed it. */
  readonly position: Scalars['Position']['output'];
  /** Its events, oldest first: its creation, each use, each refusal. */
  readonly history: EventConnection;
};


/** What lets agents enrol. An agent needs it once: from then on its key is its credential. */
export type JoinTokenHistoryArgs = {
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
};

/** Whether agents can enrol with a join token. */
export type JoinTokenState =
  /** They can. */
  | 'USABLE'
  /** Its time is over. */
  | 'EXPIRED'
  /** As many have as it was for. */
  | 'USED_UP'
  /** Somebody revoked it. */
  | 'REVOKED';

/** Which join tokens; an absent field is any. */
export type JoinTokenFilter = {
  /** Any of these ids. */
  readonly ids?: InputMaybe<ReadonlyArray<Scalars['ID']['input']>>;
};

/** A page of join tokens. */
export type JoinTokenConnection = {
  readonly __typename?: 'JoinTokenConnection';
  /** The join tokens. */
  readonly nodes: ReadonlyArray<JoinToken>;
  /** The join tokens, each with its cursor. */
  readonly edges: ReadonlyArray<JoinTokenEdge>;
  /** Where this page stands. */
  readonly pageInfo: PageInfo;
};

/** A join token in a list. */
export type JoinTokenEdge = {
  readonly __typename?: 'JoinTokenEdge';
  /** Where the list can go on after it. */
  readonly cursor: Scalars['String']['output'];
  /** The join token. */
  readonly node: JoinToken;
};

/** A join token as of a position. */
export type JoinTokenChange = {
  readonly __typename?: 'JoinTokenChange';
  /** The join token as of `position`. */
  readonly joinToken: JoinToken;
  /** Where it changed; resume with `after` here. */
  readonly position: Scalars['Position']['output'];
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

/** How far an approval is. */
export type ApprovalState =
  /** It waits for somebody's word. */
  | 'PENDING'
  /** Somebody approved it. */
  | 'GIVEN'
  /** Somebody refused it. */
  | 'REFUSED'
  /** Nobody said a word in time. */
  | 'EXPIRED'
  /** The task ended before anybody said a word. */
  | 'WITHDRAWN';

/** Which limits: lists are any-of, several fields are and; an absent field is any. */
export type LimitFilter = {
  /** Kinds. */
  readonly kinds?: InputMaybe<ReadonlyArray<LimitedKind>>;
  /** Ids or names of what is limited; `*` is the limit of each that has none of its own. */
  readonly of?: InputMaybe<ReadonlyArray<Scalars['String']['input']>>;
};

/** Which guards: lists are any-of; an absent field is any. */
export type GuardFilter = {
  /** Names of apps; `*` is the guards of every app. */
  readonly apps?: InputMaybe<ReadonlyArray<Scalars['String']['input']>>;
};

/** Of what, and how much. At least one number; an absent one is not limited. */
export type SetLimitInput = {
  /** What is limited. */
  readonly kind: LimitedKind;
  /** Id of the user, key or agent (a user may be named by name, an agent by ip), name of the app, or `*`: each that has no limit of its own. */
  readonly of: Scalars['String']['input'];
  /** Most tasks that have not ended. */
  readonly openTasks?: InputMaybe<Scalars['Int']['input']>;
  /** Most tasks that are requested in an hour. */
  readonly tasksPerHour?: InputMaybe<Scalars['Int']['input']>;
  /** Most tasks that are at agents at once: a task that may wait (startWithinMs) waits for its turn, another one is refused with CONCURRENCY_REACHED. */
  readonly runningTasks?: InputMaybe<Scalars['Int']['input']>;
  /** Taken as everywhere: to set the same limit again changes nothing, with or without it. */
  readonly idempotencyKey?: InputMaybe<Scalars['String']['input']>;
};

/** Which limit. */
export type RemoveLimitInput = {
  /** What is limited. */
  readonly kind: LimitedKind;
  /** Id or name, as in `setLimit`. */
  readonly of: Scalars['String']['input'];
  /** Taken for uniformity. */
  readonly idempotencyKey?: InputMaybe<Scalars['String']['input']>;
};

/** For which calls, and what happens to them. */
export type SetGuardInput = {
  /** Name of the app; `*` is every app. */
  readonly app: Scalars['String']['input'];
  /** Its name among the guards of the app: 1 to 64 letters of ASCII, digits, `_`, `.` and `-`. */
  readonly name: Scalars['String']['input'];
  /** Names of functions; `*` is every function. */
  readonly funcs?: InputMaybe<ReadonlyArray<Scalars['String']['input']>>;
  /** A pattern of RE2 that the text of the parameter has somewhere; absent: whatever the parameter is. */
  readonly pattern?: InputMaybe<Scalars['String']['input']>;
  /** What happens to such a call. */
  readonly outcome: GuardOutcome;
  /** What the asker is told; at most 1 000 characters. */
  readonly message?: InputMaybe<Scalars['String']['input']>;
  /** APPROVE: so long it waits for somebody's word, in ms, at most 7 days. */
  readonly approvalMs?: InputMaybe<Scalars['Int']['input']>;
  /** Taken as everywhere: to set the same guard again changes nothing, with or without it. */
  readonly idempotencyKey?: InputMaybe<Scalars['String']['input']>;
};

/** Which guard. */
export type RemoveGuardInput = {
  /** Name of the app; `*` is every app. */
  readonly app: Scalars['String']['input'];
  /** Its name. */
  readonly name: Scalars['String']['input'];
  /** Taken for uniformity. */
  readonly idempotencyKey?: InputMaybe<Scalars['String']['input']>;
};

/** Which task, and why. */
export type DecideTaskInput = {
  /** The task. */
  readonly task: Scalars['ID']['input'];
  /** For people; at most 1 024 characters. */
  readonly reason?: InputMaybe<Scalars['String']['input']>;
  /** Taken for uniformity: to say the same again changes nothing. */
  readonly idempotencyKey?: InputMaybe<Scalars['String']['input']>;
};

/** How much somebody or something may have. */
export type Limit = {
  readonly __typename?: 'Limit';
  /** Its id, which follows from what it is of. */
  readonly id: Scalars['ID']['output'];
  /** What is limited. */
  readonly kind: LimitedKind;
  /** Id or name of it; `*`: each that has no limit of its own. */
  readonly of: Scalars['String']['output'];
  /** Its name, where it has one beside the id. */
  readonly name: Maybe<Scalars['String']['output']>;
  /** Most tasks that have not ended; null: any number. */
  readonly openTasks: Maybe<Scalars['Int']['output']>;
  /** Most tasks that are requested in an hour; null: any number. */
  readonly tasksPerHour: Maybe<Scalars['Int']['output']>;
  /** Most tasks that are at agents at once; null: any number. */
  readonly runningTasks: Maybe<Scalars['Int']['output']>;
  /** When it was set. */
  readonly setAt: Scalars['DateTime']['output'];
  /** Who set it. */
  readonly setBy: Actor;
  /** The position that last changed it. */
  readonly position: Scalars['Position']['output'];
  /** Its events up to the state shown here, in the order in which they happened. */
  readonly history: EventConnection;
};


/** How much somebody or something may have. */
export type LimitHistoryArgs = {
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
};

/** Looks out for dangerous calls of an app. */
export type Guard = {
  readonly __typename?: 'Guard';
  /** Its id, which follows from app and name. */
  readonly id: Scalars['ID']['output'];
  /** Name of the app; `*`: every app. */
  readonly app: Scalars['String']['output'];
  /** Its name among the guards of the app. */
  readonly name: Scalars['String']['output'];
  /** Names of functions; `*`: every function. */
  readonly funcs: ReadonlyArray<Scalars['String']['output']>;
  /** A pattern of RE2; null: whatever the parameter is. */
  readonly pattern: Maybe<Scalars['String']['output']>;
  /** What happens to such a call. */
  readonly outcome: GuardOutcome;
  /** What the asker is told. */
  readonly message: Scalars['String']['output'];
  /** APPROVE: so long it waits for somebody's word, in ms. */
  readonly approvalMs: Scalars['Int']['output'];
  /** When it was set. */
  readonly setAt: Scalars['DateTime']['output'];
  /** Who set it. */
  readonly setBy: Actor;
  /** The position that last changed it. */
  readonly position: Scalars['Position']['output'];
  /** Its events up to the state shown here, in the order in which they happened. */
  readonly history: EventConnection;
};


/** Looks out for dangerous calls of an app. */
export type GuardHistoryArgs = {
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
};

/** A guard that looked out for a call. */
export type TaskGuard = {
  readonly __typename?: 'TaskGuard';
  /** Its name. */
  readonly name: Scalars['String']['output'];
  /** What it did: WARN or APPROVE. */
  readonly outcome: GuardOutcome;
  /** What it said. */
  readonly message: Scalars['String']['output'];
};

/** Somebody's word about a task that a guard keeps. */
export type Approval = {
  readonly __typename?: 'Approval';
  /** How far it is. */
  readonly state: ApprovalState;
  /** Until then somebody has to say a word; null while something else keeps the task. */
  readonly expiresAt: Maybe<Scalars['DateTime']['output']>;
  /** Who said it. */
  readonly decidedBy: Maybe<Actor>;
  /** When. */
  readonly decidedAt: Maybe<Scalars['DateTime']['output']>;
  /** Why. */
  readonly reason: Maybe<Scalars['String']['output']>;
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
  readonly needsApproval?: InputMaybe<Scalars['Boolean']['input']>;
  /** True: those that are late now: a run that is over its time limit, or a task that should have started by now; false: the others. */
  readonly isLate?: InputMaybe<Scalars['Boolean']['input']>;
  /** Task ids. */
  readonly ids?: InputMaybe<ReadonlyArray<Scalars['ID']['input']>>;
  /** Agent ids or ips. */
  readonly agents?: InputMaybe<ReadonlyArray<Scalars['String']['input']>>;
  /** App names. */
  readonly apps?: InputMaybe<ReadonlyArray<Scalars['String']['input']>>;
  /** States. */
  readonly states?: InputMaybe<ReadonlyArray<TaskState>>;
  /** Kinds. */
  readonly kinds?: InputMaybe<ReadonlyArray<TaskKind>>;
  /** Requested at this instant or later. */
  readonly requestedFrom?: InputMaybe<Scalars['DateTime']['input']>;
  /** Requested before this instant. */
  readonly requestedTo?: InputMaybe<Scalars['DateTime']['input']>;
  /** Caused by this request. */
  readonly correlationId?: InputMaybe<Scalars['ID']['input']>;
  /** Of these queues. */
  readonly queues?: InputMaybe<ReadonlyArray<Scalars['ID']['input']>>;
};

/** What became of a change of a limit. */
export type LimitPayload = {
  readonly __typename?: 'LimitPayload';
  /** The limit; null where it was removed, or the change refused. */
  readonly limit: Maybe<Limit>;
  /** The position that was written; null where nothing was. */
  readonly position: Maybe<Scalars['Position']['output']>;
  /** Why it was not done; null where it was. */
  readonly refusal: Maybe<Refusal>;
};

/** What became of a change of a guard. */
export type GuardPayload = {
  readonly __typename?: 'GuardPayload';
  /** The guard; null where it was removed, or the change refused. */
  readonly guard: Maybe<Guard>;
  /** The position that was written; null where nothing was. */
  readonly position: Maybe<Scalars['Position']['output']>;
  /** Why it was not done; null where it was. */
  readonly refusal: Maybe<Refusal>;
};

/** What became of somebody's word about a task. */
export type ApprovalPayload = {
  readonly __typename?: 'ApprovalPayload';
  /** The task with its history as the write side has it; null where it was refused. */
  readonly task: Maybe<Task>;
  /** The position that was written; null where it was refused. */
  readonly position: Maybe<Scalars['Position']['output']>;
  /** Why it was not done; null where it was. */
  readonly refusal: Maybe<Refusal>;
};

/** A page of limits. */
export type LimitConnection = {
  readonly __typename?: 'LimitConnection';
  /** The limits. */
  readonly nodes: ReadonlyArray<Limit>;
  /** The limits, each with its cursor. */
  readonly edges: ReadonlyArray<LimitEdge>;
  /** Where this page stands. */
  readonly pageInfo: PageInfo;
};

/** A limit in a list. */
export type LimitEdge = {
  readonly __typename?: 'LimitEdge';
  /** Where the list can go on after it. */
  readonly cursor: Scalars['String']['output'];
  /** The limit. */
  readonly node: Limit;
};

/** A page of guards. */
export type GuardConnection = {
  readonly __typename?: 'GuardConnection';
  /** The guards. */
  readonly nodes: ReadonlyArray<Guard>;
  /** The guards, each with its cursor. */
  readonly edges: ReadonlyArray<GuardEdge>;
  /** Where this page stands. */
  readonly pageInfo: PageInfo;
};

/** A guard in a list. */
export type GuardEdge = {
  readonly __typename?: 'GuardEdge';
  /** Where the list can go on after it. */
  readonly cursor: Scalars['String']['output'];
  /** The guard. */
  readonly node: Guard;
};

/** A limit as of a position. */
export type LimitChange = {
  readonly __typename?: 'LimitChange';
  /** What is limited. */
  readonly kind: LimitedKind;
  /** Its id or name. */
  readonly of: Scalars['String']['output'];
  /** The limit as of `position`; null where it was removed. */
  readonly limit: Maybe<Limit>;
  /** Where it changed; resume with `after` here. */
  readonly position: Scalars['Position']['output'];
};

/** A guard as of a position. */
export type GuardChange = {
  readonly __typename?: 'GuardChange';
  /** Name of the app. */
  readonly app: Scalars['String']['output'];
  /** Name of the guard. */
  readonly name: Scalars['String']['output'];
  /** The guard as of `position`; null where it was removed. */
  readonly guard: Maybe<Guard>;
  /** Where it changed; resume with `after` here. */
  readonly position: Scalars['Position']['output'];
};

/** Direction of a list. */
export type Order =
  /** The newest comes first. */
  | 'NEWEST_FIRST'
  /** The oldest comes first. */
  | 'OLDEST_FIRST';

/** Where a page stands in its list. */
export type PageInfo = {
  readonly __typename?: 'PageInfo';
  /** Whether there is more after this page. A page ends before its `first` where the answer would get too large: so go by this, not by how many came. */
  readonly hasNextPage: Scalars['Boolean']['output'];
  /** Where to go on: cursor of the last item of this page, of a row behind it that can not be read, or of the page before where this one is empty. */
  readonly endCursor: Maybe<Scalars['String']['output']>;
};

/** Which dead letter to try again. */
export type RetryDeadLetterInput = {
  /** The dead letter. */
  readonly deadLetter: Scalars['ID']['input'];
  /** The same key again is the same try, as long as the dead letter is there. */
  readonly idempotencyKey?: InputMaybe<Scalars['String']['input']>;
};

/** Which dead letter to set aside, and why. */
export type SetAsideDeadLetterInput = {
  /** The dead letter. */
  readonly deadLetter: Scalars['ID']['input'];
  /** For people; at most 1 024 characters. */
  readonly reason?: InputMaybe<Scalars['String']['input']>;
  /** The same key again changes nothing. */
  readonly idempotencyKey?: InputMaybe<Scalars['String']['input']>;
};

/** What became of a dead letter. */
export type DeadLetterPayload = {
  readonly __typename?: 'DeadLetterPayload';
  /** The dead letter as it is now, also where it is settled and in no list any more; null where the request was refused. */
  readonly deadLetter: Maybe<DeadLetter>;
  /** The position that was written; null where it was refused. */
  readonly position: Maybe<Scalars['Position']['output']>;
  /** Why it was not done; null where it was. */
  readonly refusal: Maybe<Refusal>;
};

/** Which dead letters; an absent field is any. */
export type DeadLetterFilter = {
  /** Any of these states. SETTLED finds nothing. */
  readonly states?: InputMaybe<ReadonlyArray<DeadLetterState>>;
  /** Any of these handlers. */
  readonly handlers?: InputMaybe<ReadonlyArray<Scalars['String']['input']>>;
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
  readonly readModels: ReadonlyArray<Scalars['String']['input']>;
  /** For people; at most 1 024 characters. */
  readonly reason?: InputMaybe<Scalars['String']['input']>;
  /** The same key with the same names is the same rebuild. */
  readonly idempotencyKey?: InputMaybe<Scalars['String']['input']>;
};

/** What became of a rebuild. */
export type RebuildPayload = {
  readonly __typename?: 'RebuildPayload';
  /** The rebuild; null where it was refused. */
  readonly rebuild: Maybe<Rebuild>;
  /** The position that was written; null where it was refused. */
  readonly position: Maybe<Scalars['Position']['output']>;
  /** Why it was not done; null where it was. */
  readonly refusal: Maybe<Refusal>;
};

/** Read models that somebody has made anew from the log. */
export type Rebuild = {
  readonly __typename?: 'Rebuild';
  /** 16 upper-case hex digits. */
  readonly id: Scalars['ID']['output'];
  /** How far it is. */
  readonly state: RebuildState;
  /** Names of the read models. */
  readonly readModels: ReadonlyArray<Scalars['String']['output']>;
  /** Why, for people. */
  readonly reason: Maybe<Scalars['String']['output']>;
  /** When it was asked for. */
  readonly requestedAt: Scalars['DateTime']['output'];
  /** Who asked for it. */
  readonly requestedBy: Actor;
  /** When it ended. */
  readonly endedAt: Maybe<Scalars['DateTime']['output']>;
  /** The position up to which they were made. */
  readonly upTo: Maybe<Scalars['Position']['output']>;
  /** Why it failed; the read models are as they were then. */
  readonly failure: Maybe<Failure>;
};

/** How far a rebuild is. */
export type RebuildState =
  /** It is waited for, or being done. The live read models go on. */
  | 'REQUESTED'
  /** The read models are new. */
  | 'DONE'
  /** It failed; the read models are as they were. */
  | 'FAILED';

/** A page of rebuilds. */
export type RebuildConnection = {
  readonly __typename?: 'RebuildConnection';
  /** The rebuilds. */
  readonly nodes: ReadonlyArray<Rebuild>;
  /** The rebuilds, each with its cursor. */
  readonly edges: ReadonlyArray<RebuildEdge>;
  /** Where this page stands. */
  readonly pageInfo: PageInfo;
};

/** A rebuild in a list. */
export type RebuildEdge = {
  readonly __typename?: 'RebuildEdge';
  /** Where the list can go on after it. */
  readonly cursor: Scalars['String']['output'];
  /** The rebuild. */
  readonly node: Rebuild;
};

/** An event that a handler could not deal with. */
export type DeadLetter = {
  readonly __typename?: 'DeadLetter';
  /** Number of the dead letter. */
  readonly id: Scalars['ID']['output'];
  /** What could not deal with it, for example webhooks. */
  readonly handler: Scalars['String']['output'];
  /** Position of the event. */
  readonly position: Scalars['Position']['output'];
  /** Stream of the event; null where the read models do not have it yet. */
  readonly stream: Maybe<Scalars['String']['output']>;
  /** The event's index in its stream. */
  readonly version: Maybe<Scalars['Int']['output']>;
  /** What happened. */
  readonly type: Maybe<Scalars['String']['output']>;
  /** Code of the error. */
  readonly code: Scalars['String']['output'];
  /** The error, for people. */
  readonly message: Scalars['String']['output'];
  /** How often it was tried. */
  readonly attempts: Scalars['Int']['output'];
  /** When it was parked first. */
  readonly parkedAt: Scalars['DateTime']['output'];
  /** Whether somebody has to look at it. */
  readonly state: DeadLetterState;
  /** Why it was set aside, for people. */
  readonly setAsideReason: Maybe<Scalars['String']['output']>;
};

/** A page of dead letters. */
export type DeadLetterConnection = {
  readonly __typename?: 'DeadLetterConnection';
  /** The dead letters. */
  readonly nodes: ReadonlyArray<DeadLetter>;
  /** The dead letters, each with its cursor. */
  readonly edges: ReadonlyArray<DeadLetterEdge>;
  /** Where this page stands. */
  readonly pageInfo: PageInfo;
};

/** A dead letter in a list. */
export type DeadLetterEdge = {
  readonly __typename?: 'DeadLetterEdge';
  /** Where the list can go on after it. */
  readonly cursor: Scalars['String']['output'];
  /** The dead letter. */
  readonly node: DeadLetter;
};

/** The platform itself. */
export type Platform = {
  readonly __typename?: 'Platform';
  /** Version of the platform. */
  readonly version: Scalars['String']['output'];
  /** The newest position that this service knows of. */
  readonly headPosition: Scalars['Position']['output'];
  /** How far all read models are, as one: the least position of any projector. */
  readonly readPosition: Scalars['Position']['output'];
  /** The projectors of the read models. */
  readonly projectors: ReadonlyArray<Projector>;
  /** Counters that the projectors keep. */
  readonly counters: Counters;
  /** How many tasks were requested and ended in each minute, the oldest first; minutes in which nothing happened are left out. A day of them is kept. */
  readonly taskMinutes: ReadonlyArray<TaskMinute>;
  /** How long the runs of each app took, the apps first whose runs took longest on average. A week is kept. */
  readonly slowestApps: ReadonlyArray<AppDuration>;
  /** Failures of an app with a code that began lately, the last to begin first. One that was not there for a day is new when it comes again. */
  readonly newFailures: ReadonlyArray<NewFailure>;
};


/** The platform itself. */
export type PlatformTaskMinutesArgs = {
  minutes?: InputMaybe<Scalars['Int']['input']>;
};


/** The platform itself. */
export type PlatformSlowestAppsArgs = {
  hours?: InputMaybe<Scalars['Int']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
};


/** The platform itself. */
export type PlatformNewFailuresArgs = {
  hours?: InputMaybe<Scalars['Int']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
};

/** What writes a read model. */
export type Projector = {
  readonly __typename?: 'Projector';
  /** Its name. */
  readonly name: Scalars['String']['output'];
  /** How far it has durably got. */
  readonly position: Scalars['Position']['output'];
  /** How many positions it is behind the head. */
  readonly lag: Scalars['Float']['output'];
  /** What it does. */
  readonly state: ProjectorState;
  /** Why it stopped; null where it did not. */
  readonly error: Maybe<Scalars['String']['output']>;
};

/** What a projector does. */
export type ProjectorState =
  /** It replays what happened before. */
  | 'CATCHING_UP'
  /** It has reached the end and follows. */
  | 'LIVE'
  /** It stopped on an error. */
  | 'STOPPED';

/** Counters that the projectors keep. */
export type Counters = {
  readonly __typename?: 'Counters';
  /** Tasks by state, every state once. */
  readonly tasksByState: ReadonlyArray<TaskStateCount>;
  /** Agents by state, every state once. */
  readonly agentsByState: ReadonlyArray<AgentStateCount>;
  /** Events in the log. */
  readonly events: Scalars['Float']['output'];
};

/** How many tasks are in a state. */
export type TaskStateCount = {
  readonly __typename?: 'TaskStateCount';
  /** The state. */
  readonly state: TaskState;
  /** How many. */
  readonly count: Scalars['Float']['output'];
};

/** How many agents are in a state. */
export type AgentStateCount = {
  readonly __typename?: 'AgentStateCount';
  /** The state. */
  readonly state: AgentState;
  /** How many. */
  readonly count: Scalars['Float']['output'];
};

/** How far the agent is with handing the result of a task to the app's processor: at least once. */
export type Processing = {
  readonly __typename?: 'Processing';
  /** PENDING until there is one outcome, which stays; only OUTCOME_UNKNOWN, see FAILED, may still be settled. */
  readonly state: ProcessingState;
  /** Calls of the processor. While it is PENDING, those that the agent has told of: after 1, 2, 4, 8 and so on have failed. */
  readonly attempts: Scalars['Int']['output'];
  /** Why the last call failed; null where none has, and where it was delivered. */
  readonly lastError: Maybe<Scalars['String']['output']>;
  /** What the processor answered, at most 1 024 characters; null until it was delivered. */
  readonly answer: Maybe<Scalars['String']['output']>;
  /** When the outcome was recorded. */
  readonly endedAt: Maybe<Scalars['DateTime']['output']>;
};

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

/** Where to move a processor. */
export type MoveProcessorInput = {
  /** App name. */
  readonly app: Scalars['String']['input'];
  /** Name of the processor, within its app: 1 to 128 letters, digits, _ . and -. */
  readonly name: Scalars['String']['input'];
  /** Of the last result that is dealt with; at most the platform's head. */
  readonly position: Scalars['Position']['input'];
  /** The platform keeps the keys of the last 100 moves that had one: a request that comes again with one of them changes nothing. */
  readonly idempotencyKey?: InputMaybe<Scalars['String']['input']>;
};

/** What became of a move. */
export type MoveProcessorPayload = {
  readonly __typename?: 'MoveProcessorPayload';
  /** The processor, once the read models have the move; null where it was refused, and where it has never left the beginning. */
  readonly processor: Maybe<Processor>;
  /** The position that was written; where it was there already, that of its last move. Null where it was refused. */
  readonly position: Maybe<Scalars['Position']['output']>;
  /** Why it was not moved: PROCESSOR_POSITION_UNKNOWN, PROCESSOR_POSITION_BEYOND_HEAD, PROCESSOR_NAME_INVALID, APP_INVALID. Null where it was. */
  readonly refusal: Maybe<Refusal>;
};

/** A durable cursor over the results of an app's tasks in mode P, kept by the platform. */
export type Processor = {
  readonly __typename?: 'Processor';
  /** App name. */
  readonly app: Scalars['String']['output'];
  /** Its name, within its app. */
  readonly name: Scalars['String']['output'];
  /** It has dealt with the results up to here. */
  readonly position: Scalars['Position']['output'];
  /** Tasks of the app in mode P that ended after its position; 100 000 are as many or more. */
  readonly lag: Scalars['Int']['output'];
  /** When it was last moved. */
  readonly movedAt: Scalars['DateTime']['output'];
  /** When it was last moved forwards; null where it never was. */
  readonly lastDeliveredAt: Maybe<Scalars['DateTime']['output']>;
  /** Its moves, the oldest first. */
  readonly history: EventConnection;
};


/** A durable cursor over the results of an app's tasks in mode P, kept by the platform. */
export type ProcessorHistoryArgs = {
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
};

/** Which processors; an absent field is any. */
export type ProcessorFilter = {
  /** Any of these apps. */
  readonly apps?: InputMaybe<ReadonlyArray<Scalars['String']['input']>>;
  /** Any of these names. */
  readonly names?: InputMaybe<ReadonlyArray<Scalars['String']['input']>>;
};

/** A processor as of a position. */
export type ProcessorChange = {
  readonly __typename?: 'ProcessorChange';
  /** The processor as of `position`. */
  readonly processor: Processor;
  /** Where it was moved; resume with `after` here. */
  readonly position: Scalars['Position']['output'];
};

/** What queue to make. */
export type CreateQueueInput = {
  /** The app of tasks that name none. */
  readonly app?: InputMaybe<Scalars['String']['input']>;
  /** For people, at most 256 characters. */
  readonly name?: InputMaybe<Scalars['String']['input']>;
  /** Its first tasks, at most 1 000. */
  readonly tasks?: InputMaybe<ReadonlyArray<QueueTaskInput>>;
  /** True: it runs at once, and no task can be added any more. */
  readonly commit?: InputMaybe<Scalars['Boolean']['input']>;
  /** The same key with the same input is the same queue, also after a lost answer; with another input it is refused. */
  readonly idempotencyKey?: InputMaybe<Scalars['String']['input']>;
};

/** Tasks for a queue. */
export type AddQueueTasksInput = {
  /** The queue. */
  readonly queue: Scalars['ID']['input'];
  /** At most 1 000. */
  readonly tasks: ReadonlyArray<QueueTaskInput>;
  /** The same key with the same input adds the tasks once, also after a lost answer; with another input it is refused. */
  readonly idempotencyKey?: InputMaybe<Scalars['String']['input']>;
};

/** A task of a queue. */
export type QueueTaskInput = {
  /** A name within the queue, at most 256 characters, that other tasks can depend on. */
  readonly key?: InputMaybe<Scalars['String']['input']>;
  /** Keys or ids of tasks of this queue, at most 1 000: this one starts when all of them have SUCCEEDED, and is SKIPPED when one of them has not. */
  readonly dependsOn?: InputMaybe<ReadonlyArray<Scalars['String']['input']>>;
  /** Agent id, or its ip. */
  readonly agent: Scalars['String']['input'];
  /** App name; absent: the app of the queue. */
  readonly app?: InputMaybe<Scalars['String']['input']>;
  /** Function of the app. */
  readonly func: Scalars['String']['input'];
  /** Any JSON value, at most 64 KiB and 64 levels deep; its text reaches the worker as it is sent. Absent or null: no parameter. */
  readonly param?: InputMaybe<Scalars['JSON']['input']>;
  /** Custom worker entry below the app's folder, as the worker protocol says. */
  readonly proxy?: InputMaybe<Scalars['String']['input']>;
  /** Mode P: the result goes to the app's processor, and to those who follow `processorResults`. */
  readonly processor?: InputMaybe<Scalars['Boolean']['input']>;
  /** Run timeout in ms, counted from the spawn; 0 is none. */
  readonly timeoutMs?: InputMaybe<Scalars['Int']['input']>;
  /** How long it may wait for its agent to be connected when its turn has come, in ms, at most 7 days; 0: it is skipped if the agent is not connected then. */
  readonly startWithinMs?: InputMaybe<Scalars['Int']['input']>;
  /** Whether and when there is another attempt; absent: never. */
  readonly retry?: InputMaybe<RetryInput>;
};

/** Which queue to commit. */
export type CommitQueueInput = {
  /** The queue. */
  readonly queue: Scalars['ID']['input'];
  /** With the same key, to commit it again is no error. */
  readonly idempotencyKey?: InputMaybe<Scalars['String']['input']>;
};

/** Which queue to stop, and how. */
export type StopQueueInput = {
  /** The queue. */
  readonly queue: Scalars['ID']['input'];
  /** True: what runs is cancelled; false: it goes on. */
  readonly cancelRunning?: InputMaybe<Scalars['Boolean']['input']>;
  /** For people; at most 1 024 characters. */
  readonly reason?: InputMaybe<Scalars['String']['input']>;
  /** With the same key, to stop it again is no error, also when it has ended. */
  readonly idempotencyKey?: InputMaybe<Scalars['String']['input']>;
};

/** What became of a call that makes tasks of a queue. */
export type QueueTasksPayload = {
  readonly __typename?: 'QueueTasksPayload';
  /** The queue as the write side has it; null where the call was refused. */
  readonly queue: Maybe<Queue>;
  /** The tasks of the call, in its order; null where it was refused. */
  readonly tasks: Maybe<ReadonlyArray<Task>>;
  /** The position that was written; null where it was refused. */
  readonly position: Maybe<Scalars['Position']['output']>;
  /** Why it was not done; null where it was. */
  readonly refusal: Maybe<Refusal>;
};

/** What became of a change to a queue. */
export type QueuePayload = {
  readonly __typename?: 'QueuePayload';
  /** The queue as the write side has it; null where the change was refused. */
  readonly queue: Maybe<Queue>;
  /** The position that was written; null where it was refused. */
  readonly position: Maybe<Scalars['Position']['output']>;
  /** Why it was not done; null where it was. */
  readonly refusal: Maybe<Refusal>;
};

/** Tasks that depend on each other, run once. */
export type Queue = {
  readonly __typename?: 'Queue';
  /** 16 upper-case hex digits. */
  readonly id: Scalars['ID']['output'];
  /** For people. */
  readonly name: Maybe<Scalars['String']['output']>;
  /** The app of tasks that name none. */
  readonly app: Maybe<Scalars['String']['output']>;
  /** How far it is. */
  readonly state: QueueState;
  /** When it was made. */
  readonly createdAt: Scalars['DateTime']['output'];
  /** When it was committed; null: it was not. */
  readonly committedAt: Maybe<Scalars['DateTime']['output']>;
  /** When somebody stopped it; null: nobody did. */
  readonly stopRequestedAt: Maybe<Scalars['DateTime']['output']>;
  /** Why, as they said. */
  readonly stopReason: Maybe<Scalars['String']['output']>;
  /** When its last task had ended; null: it has not. */
  readonly endedAt: Maybe<Scalars['DateTime']['output']>;
  /** Who made it. */
  readonly createdBy: Actor;
  /** How many of its tasks are in which state; states without a task are left out. Of the past only of up to 1 000 tasks, else QUERY_TOO_COMPLEX. */
  readonly counts: ReadonlyArray<TaskStateCount>;
  /** Its tasks, newest first. Of the past, a page may have fewer than `first` before the last one. */
  readonly tasks: TaskConnection;
  /** Its events up to the state shown here, in the order in which they happened. */
  readonly history: EventConnection;
  /** The position that last changed it. */
  readonly position: Scalars['Position']['output'];
};


/** Tasks that depend on each other, run once. */
export type QueueTasksArgs = {
  filter?: InputMaybe<TaskFilter>;
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
};


/** Tasks that depend on each other, run once. */
export type QueueHistoryArgs = {
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
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
  readonly ids?: InputMaybe<ReadonlyArray<Scalars['ID']['input']>>;
  /** Any of these apps. */
  readonly apps?: InputMaybe<ReadonlyArray<Scalars['String']['input']>>;
  /** Any of these states. */
  readonly states?: InputMaybe<ReadonlyArray<QueueState>>;
  /** Made at this instant or later. */
  readonly createdFrom?: InputMaybe<Scalars['DateTime']['input']>;
  /** Made before this instant. */
  readonly createdTo?: InputMaybe<Scalars['DateTime']['input']>;
};

/** A page of queues. */
export type QueueConnection = {
  readonly __typename?: 'QueueConnection';
  /** The queues. */
  readonly nodes: ReadonlyArray<Queue>;
  /** The queues, each with its cursor. */
  readonly edges: ReadonlyArray<QueueEdge>;
  /** Where this page stands. */
  readonly pageInfo: PageInfo;
};

/** A queue in a list. */
export type QueueEdge = {
  readonly __typename?: 'QueueEdge';
  /** Where the list can go on after it. */
  readonly cursor: Scalars['String']['output'];
  /** The queue. */
  readonly node: Queue;
};

/** A queue as of a position. */
export type QueueChange = {
  readonly __typename?: 'QueueChange';
  /** The queue as of `position`. */
  readonly queue: Queue;
  /** Where it changed; resume with `after` here. */
  readonly position: Scalars['Position']['output'];
};

/** Stages of a rollout. */
export type RolloutInput = {
  /** How many agents each batch reaches, with those before it: a share of the agents that the app is bound to, `10%`, or a number. After the last one all get it. */
  readonly batches?: InputMaybe<ReadonlyArray<Scalars['String']['input']>>;
  /** How long to wait after each batch, at most 30 days. */
  readonly pauseMs?: InputMaybe<Scalars['Int']['input']>;
  /** Whether each batch but the first waits for `resumeRollout`. */
  readonly confirm?: InputMaybe<Scalars['Boolean']['input']>;
  /** With more failures than this, a share of the agents that the app is bound to or a number, it stops and rolls back. */
  readonly maxFailed?: InputMaybe<Scalars['String']['input']>;
};

/** Which rollout. */
export type RolloutOnlyInput = {
  /** Its id. */
  readonly rollout: Scalars['ID']['input'];
  /** Taken as everywhere: what is so already is not done again. */
  readonly idempotencyKey?: InputMaybe<Scalars['String']['input']>;
};

/** What became of a change of a rollout. */
export type RolloutPayload = {
  readonly __typename?: 'RolloutPayload';
  /** The rollout as the write side has it; null where the change was refused. */
  readonly rollout: Maybe<Rollout>;
  /** The position that was written; null where it was refused. */
  readonly position: Maybe<Scalars['Position']['output']>;
  /** Why it was not done; null where it was. */
  readonly refusal: Maybe<Refusal>;
};

/** How a version comes to the agents. */
export type Rollout = {
  readonly __typename?: 'Rollout';
  /** The app's name and a number. */
  readonly id: Scalars['ID']['output'];
  /** Name of the app. */
  readonly app: Scalars['String']['output'];
  /** The version that was released before; null: none. */
  readonly from: Maybe<Scalars['String']['output']>;
  /** The version that it brings. */
  readonly to: Scalars['String']['output'];
  /** How far it is. */
  readonly state: RolloutState;
  /** Number of the batch that was begun last; 0: none yet. */
  readonly batch: Scalars['Int']['output'];
  /** How many agents each batch reaches, with those before it. */
  readonly batches: ReadonlyArray<Scalars['String']['output']>;
  /** How long it waits after each batch. */
  readonly pauseMs: Scalars['Float']['output'];
  /** Whether each batch but the first waits for `resumeRollout`. */
  readonly confirm: Scalars['Boolean']['output'];
  /** With more failures than this it rolls back. */
  readonly maxFailed: Scalars['String']['output'];
  /** Agents that it has reached, by what came of it; of one that has ended as it was then, but for STOPPED ones. */
  readonly counts: RolloutCounts;
  /** Why it ended before its time: FAILURES, PERSON, WITHDRAWN, SUPERSEDED, BANNED; null where it did not. */
  readonly cause: Maybe<Scalars['String']['output']>;
  /** The same for people. */
  readonly reason: Maybe<Scalars['String']['output']>;
  /** When it began. */
  readonly startedAt: Scalars['DateTime']['output'];
  /** Who released the version. */
  readonly startedBy: Actor;
  /** When it ended. */
  readonly endedAt: Maybe<Scalars['DateTime']['output']>;
  /** The position that last changed it. */
  readonly position: Scalars['Position']['output'];
  /** Its events, oldest first, among those of its app. */
  readonly history: EventConnection;
};


/** How a version comes to the agents. */
export type RolloutHistoryArgs = {
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
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

/** Agents of a rollout, by what came of it. */
export type RolloutCounts = {
  readonly __typename?: 'RolloutCounts';
  /** They have not told yet. */
  readonly waiting: Scalars['Int']['output'];
  /** They have the version. */
  readonly installed: Scalars['Int']['output'];
  /** They could not get or install it; they run what they had. */
  readonly failed: Scalars['Int']['output'];
};

/** Which rollouts; an absent field is any. */
export type RolloutFilter = {
  /** Any of these ids. */
  readonly ids?: InputMaybe<ReadonlyArray<Scalars['ID']['input']>>;
  /** Any of these apps. */
  readonly apps?: InputMaybe<ReadonlyArray<Scalars['String']['input']>>;
  /** Any of these states. */
  readonly states?: InputMaybe<ReadonlyArray<RolloutState>>;
};

/** A page of rollouts. */
export type RolloutConnection = {
  readonly __typename?: 'RolloutConnection';
  /** The rollouts. */
  readonly nodes: ReadonlyArray<Rollout>;
  /** The rollouts, each with its cursor. */
  readonly edges: ReadonlyArray<RolloutEdge>;
  /** Where this page stands. */
  readonly pageInfo: PageInfo;
};

/** A rollout in a list. */
export type RolloutEdge = {
  readonly __typename?: 'RolloutEdge';
  /** Where the list can go on after it. */
  readonly cursor: Scalars['String']['output'];
  /** What stands there. */
  readonly node: Rollout;
};

/** A rollout as of a position. */
export type RolloutChange = {
  readonly __typename?: 'RolloutChange';
  /** The rollout as of `position`. */
  readonly rollout: Rollout;
  /** Where it changed; resume with `after` here. */
  readonly position: Scalars['Position']['output'];
};

/** What to run, where, and when. */
export type CreateScheduleInput = {
  /** For people, at most 256 characters. */
  readonly name?: InputMaybe<Scalars['String']['input']>;
  /** Rule of Quartz: seconds minutes hours day-of-month month day-of-week and, if wanted, year. */
  readonly rule: Scalars['String']['input'];
  /** IANA time zone of the rule, such as Europe/Berlin. */
  readonly timeZone: Scalars['String']['input'];
  /** No instant before it. */
  readonly startsAt?: InputMaybe<Scalars['DateTime']['input']>;
  /** No instant after it. */
  readonly endsAt?: InputMaybe<Scalars['DateTime']['input']>;
  /** What becomes of instants that are found due late. */
  readonly misfire?: InputMaybe<MisfirePolicy>;
  /** How late an instant may still fire, in ms, at most one day. */
  readonly misfireGraceMs?: InputMaybe<Scalars['Int']['input']>;
  /** What becomes of an instant while the task of the one before has not ended. */
  readonly overlap?: InputMaybe<OverlapPolicy>;
  /** It fires nothing until it is resumed. */
  readonly paused?: InputMaybe<Scalars['Boolean']['input']>;
  /** Agent id, or its ip: each task is for the agent that has it then. */
  readonly agent: Scalars['String']['input'];
  /** App name. */
  readonly app: Scalars['String']['input'];
  /** Function of the app. */
  readonly func: Scalars['String']['input'];
  /** Any JSON value, at most 64 KiB and 64 levels deep; its text reaches the worker as it is sent. Absent or null: no parameter. */
  readonly param?: InputMaybe<Scalars['JSON']['input']>;
  /** Custom worker entry below the app's folder, as the worker protocol says. */
  readonly proxy?: InputMaybe<Scalars['String']['input']>;
  /** Mode P: the result goes to the app's processor, and to those who follow `processorResults`. */
  readonly processor?: InputMaybe<Scalars['Boolean']['input']>;
  /** Run timeout in ms, counted from the spawn; 0 is none. */
  readonly timeoutMs?: InputMaybe<Scalars['Int']['input']>;
  /** How long a task may wait for its agent to be connected, in ms, at most 7 days; 0: the fire is refused with AGENT_OFFLINE. */
  readonly startWithinMs?: InputMaybe<Scalars['Int']['input']>;
  /** Whether and when a task gets another attempt; absent: never. */
  readonly retry?: InputMaybe<RetryInput>;
  /** The same key with the same input is the same schedule, also after a lost answer; with another input it is refused. */
  readonly idempotencyKey?: InputMaybe<Scalars['String']['input']>;
};

/** What to change of a schedule: what is absent stays as it is. */
export type UpdateScheduleInput = {
  /** The schedule. */
  readonly schedule: Scalars['ID']['input'];
  /** For people, at most 256 characters; null: none. */
  readonly name?: InputMaybe<Scalars['String']['input']>;
  /** Rule of Quartz. */
  readonly rule?: InputMaybe<Scalars['String']['input']>;
  /** IANA time zone of the rule. */
  readonly timeZone?: InputMaybe<Scalars['String']['input']>;
  /** No instant before it; null: no such bound. */
  readonly startsAt?: InputMaybe<Scalars['DateTime']['input']>;
  /** No instant after it; null: no such bound. */
  readonly endsAt?: InputMaybe<Scalars['DateTime']['input']>;
  /** What becomes of instants that are found due late. */
  readonly misfire?: InputMaybe<MisfirePolicy>;
  /** How late an instant may still fire, in ms, at most one day. */
  readonly misfireGraceMs?: InputMaybe<Scalars['Int']['input']>;
  /** What becomes of an instant while the task of the one before has not ended. */
  readonly overlap?: InputMaybe<OverlapPolicy>;
  /** Agent id, or its ip. */
  readonly agent?: InputMaybe<Scalars['String']['input']>;
  /** App name. */
  readonly app?: InputMaybe<Scalars['String']['input']>;
  /** Function of the app. */
  readonly func?: InputMaybe<Scalars['String']['input']>;
  /** Any JSON value; null: no parameter. */
  readonly param?: InputMaybe<Scalars['JSON']['input']>;
  /** Custom worker entry; null: none. */
  readonly proxy?: InputMaybe<Scalars['String']['input']>;
  /** Mode P. */
  readonly processor?: InputMaybe<Scalars['Boolean']['input']>;
  /** Run timeout in ms; 0 is none. */
  readonly timeoutMs?: InputMaybe<Scalars['Int']['input']>;
  /** How long a task may wait for its agent to be connected, in ms. */
  readonly startWithinMs?: InputMaybe<Scalars['Int']['input']>;
  /** Whether and when a task gets another attempt; null: never. */
  readonly retry?: InputMaybe<RetryInput>;
  /** Taken as everywhere: to change to the same settings again changes nothing, with or without it. */
  readonly idempotencyKey?: InputMaybe<Scalars['String']['input']>;
};

/** Which schedule. */
export type ScheduleInput = {
  /** The schedule. */
  readonly schedule: Scalars['ID']['input'];
  /** The same key is the same request. */
  readonly idempotencyKey?: InputMaybe<Scalars['String']['input']>;
};

/** What became of a change to a schedule. */
export type SchedulePayload = {
  readonly __typename?: 'SchedulePayload';
  /** The schedule as the write side has it; null where the change was refused. */
  readonly schedule: Maybe<Schedule>;
  /** The position that was written; null where it was refused. */
  readonly position: Maybe<Scalars['Position']['output']>;
  /** Why it was not done; null where it was. */
  readonly refusal: Maybe<Refusal>;
};

/** What became of a fire that somebody asked for. */
export type FireSchedulePayload = {
  readonly __typename?: 'FireSchedulePayload';
  /** The schedule as the write side has it; null where the fire was refused. */
  readonly schedule: Maybe<Schedule>;
  /** The task as the write side has it; null where the fire was refused. */
  readonly task: Maybe<Task>;
  /** The position that was written; null where it was refused. */
  readonly position: Maybe<Scalars['Position']['output']>;
  /** Why it was not done; null where it was. */
  readonly refusal: Maybe<Refusal>;
};

/** A rule that makes tasks again and again. REST v2 calls it cron. */
export type Schedule = {
  readonly __typename?: 'Schedule';
  /** 16 upper-case hex digits. */
  readonly id: Scalars['ID']['output'];
  /** For people. */
  readonly name: Maybe<Scalars['String']['output']>;
  /** Whether it fires. */
  readonly state: ScheduleState;
  /** Rule of Quartz, as it was given. */
  readonly rule: Scalars['String']['output'];
  /** IANA time zone of the rule. */
  readonly timeZone: Scalars['String']['output'];
  /** What becomes of instants that are found due late. */
  readonly misfire: MisfirePolicy;
  /** How late an instant may still fire, in ms. */
  readonly misfireGraceMs: Scalars['Int']['output'];
  /** What becomes of an instant while the task of the one before has not ended. */
  readonly overlap: OverlapPolicy;
  /** No instant before it. */
  readonly startsAt: Maybe<Scalars['DateTime']['output']>;
  /** No instant after it. */
  readonly endsAt: Maybe<Scalars['DateTime']['output']>;
  /** The agent that the id or ip stood for when the schedule was last changed, as it is now; null where the read models do not have it yet. */
  readonly agent: Maybe<Agent>;
  /** App name. */
  readonly app: Scalars['String']['output'];
  /** Function of the app. */
  readonly func: Scalars['String']['output'];
  /** The parameter as it was given; null where there is none. */
  readonly param: Maybe<Scalars['JSON']['output']>;
  /** Custom worker entry. */
  readonly proxy: Maybe<Scalars['String']['output']>;
  /** Mode P. */
  readonly processor: Scalars['Boolean']['output'];
  /** Run timeout in ms; 0 is none. */
  readonly timeoutMs: Scalars['Int']['output'];
  /** How long a task may wait for its agent to be connected, in ms. */
  readonly startWithinMs: Scalars['Int']['output'];
  /** Whether and when a task gets another attempt; null: never. */
  readonly retry: Maybe<Retry>;
  /** Who made it. */
  readonly createdBy: Actor;
  /** When it was made. */
  readonly createdAt: Scalars['DateTime']['output'];
  /** The next instants, after now or after the instant that the schedule is shown of; none unless it is RUNNING. */
  readonly nextFires: ReadonlyArray<Scalars['DateTime']['output']>;
  /** The latest instant that was dealt with, up to the one that the schedule is shown of; null where there is none yet. */
  readonly lastFire: Maybe<Fire>;
  /** What became of its instants, the latest first; of a schedule of the past those up to then. */
  readonly fires: FireConnection;
  /** Its events up to the state shown here, in the order in which they happened. */
  readonly history: EventConnection;
  /** The position that last changed it. */
  readonly position: Scalars['Position']['output'];
};


/** A rule that makes tasks again and again. REST v2 calls it cron. */
export type ScheduleNextFiresArgs = {
  count?: InputMaybe<Scalars['Int']['input']>;
  before?: InputMaybe<Scalars['DateTime']['input']>;
};


/** A rule that makes tasks again and again. REST v2 calls it cron. */
export type ScheduleFiresArgs = {
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
};


/** A rule that makes tasks again and again. REST v2 calls it cron. */
export type ScheduleHistoryArgs = {
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
};

/** What became of an instant of a schedule. */
export type Fire = {
  readonly __typename?: 'Fire';
  /** The instant of the rule; of a fire that somebody asked for, when that was. */
  readonly instant: Scalars['DateTime']['output'];
  /** What became of it. */
  readonly outcome: FireOutcome;
  /** The task that it made; null unless it is FIRED, or where the read models do not have the task yet. */
  readonly task: Maybe<Task>;
  /** Why it did not fire, beginning with a code: MISFIRE, PAUSED, OVERLAP or that of a refusal; null where it fired. */
  readonly reason: Maybe<Scalars['String']['output']>;
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
  readonly ids?: InputMaybe<ReadonlyArray<Scalars['ID']['input']>>;
  /** For any of these agents: ids, or ips as they were given. */
  readonly agents?: InputMaybe<ReadonlyArray<Scalars['String']['input']>>;
  /** Any of these apps. */
  readonly apps?: InputMaybe<ReadonlyArray<Scalars['String']['input']>>;
  /** Any of these states. */
  readonly states?: InputMaybe<ReadonlyArray<ScheduleState>>;
  /** Of which an instant at or after this one was missed: the platform was down, or too late. Changes that are followed are of every schedule. */
  readonly missedSince?: InputMaybe<Scalars['DateTime']['input']>;
};

/** A page of schedules. */
export type ScheduleConnection = {
  readonly __typename?: 'ScheduleConnection';
  /** The schedules. */
  readonly nodes: ReadonlyArray<Schedule>;
  /** The schedules, each with its cursor. */
  readonly edges: ReadonlyArray<ScheduleEdge>;
  /** Where this page stands. */
  readonly pageInfo: PageInfo;
};

/** A schedule in a list. */
export type ScheduleEdge = {
  readonly __typename?: 'ScheduleEdge';
  /** Where the list can go on after it. */
  readonly cursor: Scalars['String']['output'];
  /** The schedule. */
  readonly node: Schedule;
};

/** A page of what became of instants. */
export type FireConnection = {
  readonly __typename?: 'FireConnection';
  /** The instants. */
  readonly nodes: ReadonlyArray<Fire>;
  /** The instants, each with its cursor. */
  readonly edges: ReadonlyArray<FireEdge>;
  /** Where this page stands. */
  readonly pageInfo: PageInfo;
};

/** What became of an instant, in a list. */
export type FireEdge = {
  readonly __typename?: 'FireEdge';
  /** Where the list can go on after it. */
  readonly cursor: Scalars['String']['output'];
  /** The instant. */
  readonly node: Fire;
};

/** A schedule as of a position. */
export type ScheduleChange = {
  readonly __typename?: 'ScheduleChange';
  /** The schedule as of `position`. */
  readonly schedule: Schedule;
  /** Where it changed; resume with `after` here. */
  readonly position: Scalars['Position']['output'];
};

/** Nothing but what every mutation takes. */
export type EnrolSecondFactorInput = {
  /** Taken as everywhere; each is another secret. */
  readonly idempotencyKey?: InputMaybe<Scalars['String']['input']>;
};

/** A code of the secret that was begun. */
export type ConfirmSecondFactorInput = {
  /** Six digits. */
  readonly code: Scalars['String']['input'];
  /** Taken as everywhere. */
  readonly idempotencyKey?: InputMaybe<Scalars['String']['input']>;
};

/** A code of the second factor. */
export type MakeRecoveryCodesInput = {
  /** Six digits, or a recovery code. */
  readonly code: Scalars['String']['input'];
  /** Taken as everywhere. */
  readonly idempotencyKey?: InputMaybe<Scalars['String']['input']>;
};

/** Whose second factor to take away. */
export type DisableSecondFactorInput = {
  /** Whose; absent: of the user who asks. */
  readonly user?: InputMaybe<Scalars['ID']['input']>;
  /** Six digits, or a recovery code; needed where it is of the user who asks. */
  readonly code?: InputMaybe<Scalars['String']['input']>;
  /** Taken as everywhere: to do so again changes nothing. */
  readonly idempotencyKey?: InputMaybe<Scalars['String']['input']>;
};

/** A second factor that was begun. */
export type EnrolSecondFactorPayload = {
  readonly __typename?: 'EnrolSecondFactorPayload';
  /** The secret for an authenticator app, base32; null where it was refused. Shown now only. */
  readonly secret: Maybe<Scalars['String']['output']>;
  /** The same as an address for a QR code, otpauth://…; null where it was refused. */
  readonly uri: Maybe<Scalars['String']['output']>;
  /** Where the log ends: nothing was written. */
  readonly position: Maybe<Scalars['Position']['output']>;
  /** Why it was not done; null where it was. */
  readonly refusal: Maybe<Refusal>;
};

/** A user who has other recovery codes. */
export type RecoveryCodesPayload = {
  readonly __typename?: 'RecoveryCodesPayload';
  /** The user as the write side has it; null where it was refused. */
  readonly user: Maybe<User>;
  /** Each signs in once instead of a code; null where it was refused. Shown now only. */
  readonly recoveryCodes: Maybe<ReadonlyArray<Scalars['String']['output']>>;
  /** The position that was written; null where it was refused. */
  readonly position: Maybe<Scalars['Position']['output']>;
  /** Why it was not done; null where it was. */
  readonly refusal: Maybe<Refusal>;
};

/** A new secret. */
export type CreateSecretInput = {
  /** 1 to 128 letters of ASCII, digits, `_`, `.` and `-`, the first no `.` or `-`. It never changes. */
  readonly name: Scalars['String']['input'];
  /** 4 to 16 384 bytes of text, without NUL. */
  readonly value: Scalars['String']['input'];
  /** Apps whose tasks may use it; `*` is all. */
  readonly apps?: InputMaybe<ReadonlyArray<Scalars['String']['input']>>;
  /** The same key with the same input is the same secret, also after a lost answer; with another input it is refused. */
  readonly idempotencyKey?: InputMaybe<Scalars['String']['input']>;
};

/** Which secret gets another value. */
export type RotateSecretInput = {
  /** The secret's name. */
  readonly name: Scalars['String']['input'];
  /** 4 to 16 384 bytes of text, without NUL. */
  readonly value: Scalars['String']['input'];
  /** The same key is the same rotation, also after a lost answer. */
  readonly idempotencyKey?: InputMaybe<Scalars['String']['input']>;
};

/** Which apps may use a secret. */
export type UpdateSecretInput = {
  /** The secret's name. */
  readonly name: Scalars['String']['input'];
  /** Apps whose tasks may use it; `*` is all. */
  readonly apps: ReadonlyArray<Scalars['String']['input']>;
  /** Taken as everywhere: to change it so again changes nothing, with or without it. */
  readonly idempotencyKey?: InputMaybe<Scalars['String']['input']>;
};

/** Which secret to delete, and why. */
export type DeleteSecretInput = {
  /** The secret's name. */
  readonly name: Scalars['String']['input'];
  /** For people; at most 1 024 characters. */
  readonly reason?: InputMaybe<Scalars['String']['input']>;
  /** Taken as everywhere: to delete again changes nothing, with or without it. */
  readonly idempotencyKey?: InputMaybe<Scalars['String']['input']>;
};

/** What became of a change of a secret. */
export type SecretPayload = {
  readonly __typename?: 'SecretPayload';
  /** The secret; null where it was refused. */
  readonly secret: Maybe<Secret>;
  /** The position that was written; null where it was refused. */
  readonly position: Maybe<Scalars['Position']['output']>;
  /** Why it was not done; null where it was. */
  readonly refusal: Maybe<Refusal>;
};

/** A value that tasks use and nobody is shown. */
export type Secret = {
  readonly __typename?: 'Secret';
  /** What tasks and manifests refer to it by. */
  readonly name: Scalars['String']['output'];
  /** Whether it is there. */
  readonly state: SecretState;
  /** Number of its value, first is 1. */
  readonly version: Scalars['Int']['output'];
  /** Apps whose tasks may use it; `*` is all. */
  readonly apps: ReadonlyArray<Scalars['String']['output']>;
  /** When it was made. */
  readonly createdAt: Scalars['DateTime']['output'];
  /** Who made it. */
  readonly createdBy: Actor;
  /** When it last got a value, or other apps, or was deleted. */
  readonly updatedAt: Scalars['DateTime']['output'];
  /** The position that last changed it. */
  readonly position: Scalars['Position']['output'];
  /** Its events, oldest first. Its uses are events `TaskSecretsUsed` of the tasks. */
  readonly history: EventConnection;
};


/** A value that tasks use and nobody is shown. */
export type SecretHistoryArgs = {
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
};

/** Whether a secret is there. */
export type SecretState =
  /** It is. */
  | 'CURRENT'
  /** Somebody deleted it. */
  | 'DELETED';

/** A page of secrets. */
export type SecretConnection = {
  readonly __typename?: 'SecretConnection';
  /** The secrets. */
  readonly nodes: ReadonlyArray<Secret>;
  /** The secrets, each with its cursor. */
  readonly edges: ReadonlyArray<SecretEdge>;
  /** Where this page stands. */
  readonly pageInfo: PageInfo;
};

/** A secret in a list. */
export type SecretEdge = {
  readonly __typename?: 'SecretEdge';
  /** Where the list can go on after it. */
  readonly cursor: Scalars['String']['output'];
  /** The secret. */
  readonly node: Secret;
};

/** Which secrets; an absent field is any. */
export type SecretFilter = {
  /** Any of these names. */
  readonly names?: InputMaybe<ReadonlyArray<Scalars['String']['input']>>;
  /** Those that any of these apps may use. */
  readonly apps?: InputMaybe<ReadonlyArray<Scalars['String']['input']>>;
  /** Any of these states. */
  readonly states?: InputMaybe<ReadonlyArray<SecretState>>;
};

/** A secret as of a position. */
export type SecretChange = {
  readonly __typename?: 'SecretChange';
  /** The secret as of `position`. */
  readonly secret: Secret;
  /** Where the secret changed; resume with `after` here. */
  readonly position: Scalars['Position']['output'];
};

/** A part of what one attempt of a task printed. Offsets count bytes of its text in UTF-8, over both streams in the order in which the agent read them. */
export type Output = {
  readonly __typename?: 'Output';
  /** The attempt; 0 where the task has none yet. */
  readonly attempt: Scalars['Int']['output'];
  /** The text, in order, at most 500 chunks: ask on at `next`. */
  readonly chunks: ReadonlyArray<OutputChunk>;
  /** Where to go on: the byte after the last one here. */
  readonly next: Scalars['Int']['output'];
  /** Nothing follows after `next`: the run has ended, and everything that is kept of its output was here or before. */
  readonly isEnded: Scalars['Boolean']['output'];
  /** Bytes that it printed in all, kept or not, as far as the agent has said. */
  readonly bytes: Scalars['Float']['output'];
  /** Not everything that it printed is kept; `cut` says why. */
  readonly isCut: Scalars['Boolean']['output'];
  /** Why something is not kept; null where everything is, so far. */
  readonly cut: Maybe<OutputCut>;
  /** Bytes that are no text in the app's encoding became U+FFFD, somewhere in what it printed; told at its end. */
  readonly altered: Scalars['Boolean']['output'];
};

/** Text of one stream. */
export type OutputChunk = {
  readonly __typename?: 'OutputChunk';
  /** Where the worker printed it. */
  readonly stream: OutputStream;
  /** Its first byte. */
  readonly offset: Scalars['Int']['output'];
  /** Its length in bytes, UTF-8. */
  readonly bytes: Scalars['Int']['output'];
  /** The text. */
  readonly text: Scalars['String']['output'];
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

/** What became of tasks in a minute. */
export type TaskMinute = {
  readonly __typename?: 'TaskMinute';
  /** Its begin. */
  readonly at: Scalars['DateTime']['output'];
  /** How many were requested. */
  readonly requested: Scalars['Float']['output'];
  /** How many ended, by how; ends that none had are left out. A lost task whose end came late ended twice. */
  readonly ended: ReadonlyArray<TaskStateCount>;
};

/** How long the runs of an app took. */
export type AppDuration = {
  readonly __typename?: 'AppDuration';
  /** Name of the app. */
  readonly app: Scalars['String']['output'];
  /** Runs that succeeded, failed or timed out. */
  readonly runs: Scalars['Float']['output'];
  /** Runs of them that failed or timed out. */
  readonly failed: Scalars['Float']['output'];
  /** On average, in ms. */
  readonly meanMs: Scalars['Float']['output'];
  /** 95 % of the runs took at most as long, in ms: the end of a range whose ends are 10, 20, 50, 100 and so on. */
  readonly p95Ms: Scalars['Float']['output'];
  /** The longest one, in ms. */
  readonly longestMs: Scalars['Float']['output'];
};

/** Tasks of an app that failed with the same code. */
export type NewFailure = {
  readonly __typename?: 'NewFailure';
  /** Name of the app. */
  readonly app: Scalars['String']['output'];
  /** Code of the failures. */
  readonly code: Scalars['String']['output'];
  /** When the first of them ended. */
  readonly since: Scalars['DateTime']['output'];
  /** When the last of them ended. */
  readonly lastAt: Scalars['DateTime']['output'];
  /** How many there are since. */
  readonly tasks: Scalars['Float']['output'];
  /** Id of the last one. */
  readonly lastTask: Scalars['ID']['output'];
};

/** What a worker answered. */
export type TaskResult = {
  readonly __typename?: 'TaskResult';
  /** 1: the worker said true; 0: it said false; -1: it could not be run. */
  readonly workerFlag: Scalars['Int']['output'];
  /** The result text, or why there is none. */
  readonly message: Scalars['String']['output'];
  /** Milliseconds from the spawn to the end. */
  readonly costMs: Scalars['Int']['output'];
  /** The text was longer than 256 KiB and was cut. */
  readonly truncated: Scalars['Boolean']['output'];
  /** Size of the whole text in bytes, UTF-8. */
  readonly byteCount: Scalars['Float']['output'];
  /** SHA-256 of the whole text in lower-case hex, where it was cut. */
  readonly sha256: Maybe<Scalars['String']['output']>;
  /** The text has U+FFFD where the worker printed bytes that are no text in its app's encoding. */
  readonly altered: Scalars['Boolean']['output'];
  /** What a cancelled run had printed: the beginning and the end of both streams. Null elsewhere: `failure.message` has it. */
  readonly printed: Maybe<Scalars['String']['output']>;
  /** Exit code of the worker's process; null where a signal ended it, where none was started, and where an agent up to 0.2 ran it. */
  readonly exitCode: Maybe<Scalars['Int']['output']>;
  /** The signal that ended the worker's process, `SIGKILL` say; null where it exited by itself, or none was started. */
  readonly signal: Maybe<Scalars['String']['output']>;
  /** What the worker wrote to standard error: the first 1 KiB and the last 2 KiB, with the number of bytes left out between; null where none was started. */
  readonly standardError: Maybe<Scalars['String']['output']>;
  /** Size of all that the worker wrote to standard error, in bytes of UTF-8; null where none was started. */
  readonly standardErrorBytes: Maybe<Scalars['Float']['output']>;
};

/** Why a task is FAILED, TIMED_OUT, REJECTED, LOST or SKIPPED. */
export type Failure = {
  readonly __typename?: 'Failure';
  /** Stable code. */
  readonly code: Scalars['String']['output'];
  /** For people. */
  readonly message: Scalars['String']['output'];
  /** Exit code of the worker's process, as in the result; null where there is none. */
  readonly exitCode: Maybe<Scalars['Int']['output']>;
  /** The signal that ended the worker's process, as in the result; null where none did. */
  readonly signal: Maybe<Scalars['String']['output']>;
};

/** What to run, and where. */
export type RunTaskInput = {
  /** Agent id, or its ip. An input has either this or `selector`. */
  readonly agent?: InputMaybe<Scalars['String']['input']>;
  /**
   * One task for each agent that this selects, as `AgentFilter.selector` does, as of all that had happened when the call came. Agents that
   * can not have it are left out, each with its reason. Empty selects all.
   */
  readonly selector?: InputMaybe<Scalars['String']['input']>;
  /** App name. */
  readonly app: Scalars['String']['input'];
  /** Function of the app. */
  readonly func: Scalars['String']['input'];
  /** Any JSON value, at most 64 KiB and 64 levels deep; its text reaches the worker as it is sent. Absent or null: no parameter. */
  readonly param?: InputMaybe<Scalars['JSON']['input']>;
  /** Custom worker entry below the app's folder, as the worker protocol says. */
  readonly proxy?: InputMaybe<Scalars['String']['input']>;
  /** Mode P: the result goes to the app's processor, and to those who follow `processorResults`. */
  readonly processor?: InputMaybe<Scalars['Boolean']['input']>;
  /** Run timeout in ms, counted from the spawn; 0 is none. */
  readonly timeoutMs?: InputMaybe<Scalars['Int']['input']>;
  /** How long it may wait for its agent to be connected, in ms, at most 7 days; 0: it is refused with AGENT_OFFLINE. */
  readonly startWithinMs?: InputMaybe<Scalars['Int']['input']>;
  /** Whether and when there is another attempt; absent: never. */
  readonly retry?: InputMaybe<RetryInput>;
  /** Answer when the task has ended, after all its attempts, else when it is durably requested. */
  readonly wait?: InputMaybe<Scalars['Boolean']['input']>;
  /**
   * The same key with the same input is the same task, also after a lost answer; with another input it is refused. With a selector each
   * agent has its own task of the key: the same call again finds those tasks, and runs new ones only on agents that it selects newly.
   */
  readonly idempotencyKey?: InputMaybe<Scalars['String']['input']>;
};

/** Whether and when a task gets another attempt. */
export type RetryInput = {
  /** Most attempts, the first one included: 1 to 100. */
  readonly attempts: Scalars['Int']['input'];
  /** Delay after the first attempt in ms, at most 7 days. */
  readonly delayMs?: InputMaybe<Scalars['Int']['input']>;
  /** Each further delay is this many times the one before: 1 to 1 000. */
  readonly factor?: InputMaybe<Scalars['Float']['input']>;
  /** Longest delay in ms, at most 7 days. */
  readonly maxDelayMs?: InputMaybe<Scalars['Int']['input']>;
  /** Ends of an attempt after which there is another: FAILED, TIMED_OUT, REJECTED, LOST. After LOST it may run twice. */
  readonly on?: InputMaybe<ReadonlyArray<TaskState>>;
};

/** Which tasks to cancel, and why. */
export type CancelTasksInput = {
  /** Which tasks; those that have ended stay as they are. */
  readonly filter: TaskFilter;
  /** For people; at most 1 024 characters. */
  readonly reason?: InputMaybe<Scalars['String']['input']>;
  /** Taken for uniformity: cancelling a task again changes nothing. */
  readonly idempotencyKey?: InputMaybe<Scalars['String']['input']>;
};

/** Which task to cancel, and why. */
export type CancelTaskInput = {
  /** The task. */
  readonly id: Scalars['ID']['input'];
  /** For people; at most 1 024 characters. */
  readonly reason?: InputMaybe<Scalars['String']['input']>;
  /** Taken for uniformity: cancelling a task again changes nothing. */
  readonly idempotencyKey?: InputMaybe<Scalars['String']['input']>;
};

/** What became of `runTask`. */
export type RunTaskPayload = {
  readonly __typename?: 'RunTaskPayload';
  /** The task with its history as the write side has it; null where it was refused, or the input has a selector. */
  readonly task: Maybe<Task>;
  /** The position that was written; null where nothing was. */
  readonly position: Maybe<Scalars['Position']['output']>;
  /** Why it was not done; null where it was. Agents that are left out are no refusal. */
  readonly refusal: Maybe<Refusal>;
  /** Of an input with a selector how many agents it selected: each has a task, or is left out. Null otherwise. */
  readonly selected: Maybe<Scalars['Int']['output']>;
  /**
   * Of an input with a selector its tasks as of `position`, in the order in which their agents first came; null otherwise. Where they are too
   * large for one answer (ANSWER_TOO_LARGE) they run nevertheless.
   */
  readonly tasks: Maybe<ReadonlyArray<Task>>;
  /** Of an input with a selector the agents that have no task, in the same order; null otherwise. */
  readonly leftOut: Maybe<ReadonlyArray<AgentLeftOut>>;
};

/** An agent that a selector selected, and that has no task. */
export type AgentLeftOut = {
  readonly __typename?: 'AgentLeftOut';
  /** Id of the agent. */
  readonly agent: Scalars['ID']['output'];
  /** Stable code: `AGENT_OFFLINE`, `AGENT_REVOKED`, `APP_NOT_INSTALLED` (unless the task may wait), or what the decision about its task said. */
  readonly code: Scalars['String']['output'];
  /** For people. */
  readonly message: Scalars['String']['output'];
};

/** What became of `cancelTask`. */
export type CancelTaskPayload = {
  readonly __typename?: 'CancelTaskPayload';
  /** The task with its history as the write side has it; null where it was refused. */
  readonly task: Maybe<Task>;
  /** The position that was written; null where it was refused. */
  readonly position: Maybe<Scalars['Position']['output']>;
  /** Why it was not done; null where it was. */
  readonly refusal: Maybe<Refusal>;
};

/** What became of `cancelTasks`. */
export type CancelTasksPayload = {
  readonly __typename?: 'CancelTasksPayload';
  /** The tasks that were cancelled, or are told to their agents to be, as of `position`; null where the request was refused. */
  readonly tasks: Maybe<ReadonlyArray<Task>>;
  /** The tasks that had ended before. */
  readonly refusals: ReadonlyArray<TaskRefusal>;
  /** The position that was written; null where the request was refused. */
  readonly position: Maybe<Scalars['Position']['output']>;
  /** Why the request was not done at all; null where it was. */
  readonly refusal: Maybe<Refusal>;
};

/** An expected no about one task of many. */
export type TaskRefusal = {
  readonly __typename?: 'TaskRefusal';
  /** Id of the task. */
  readonly task: Scalars['ID']['output'];
  /** Stable code. */
  readonly code: Scalars['String']['output'];
};

/** An expected no. */
export type Refusal = {
  readonly __typename?: 'Refusal';
  /** Stable code. */
  readonly code: Scalars['String']['output'];
  /** For people. */
  readonly message: Scalars['String']['output'];
  /** The input field at fault, where there is one. */
  readonly field: Maybe<Scalars['String']['output']>;
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

/** Whether and when a task gets another attempt. */
export type Retry = {
  readonly __typename?: 'Retry';
  /** Most attempts, the first one included. */
  readonly attempts: Scalars['Int']['output'];
  /** Delay after the first attempt in ms. */
  readonly delayMs: Scalars['Int']['output'];
  /** Each further delay is this many times the one before. */
  readonly factor: Scalars['Float']['output'];
  /** Longest delay in ms. */
  readonly maxDelayMs: Scalars['Int']['output'];
  /** Ends of an attempt after which there is another. */
  readonly on: ReadonlyArray<TaskState>;
};

/** What a task waits for. */
export type TaskWait = {
  readonly __typename?: 'TaskWait';
  /** Why it is not dispatched yet. */
  readonly reason: WaitReason;
  /** When its next attempt is due; null where it is due already. */
  readonly notBefore: Maybe<Scalars['DateTime']['output']>;
  /** It is skipped if it still waits then: for its agent, an approval or its turn; null where it waits without end. */
  readonly startBefore: Maybe<Scalars['DateTime']['output']>;
};

/** One try of a task. */
export type Attempt = {
  readonly __typename?: 'Attempt';
  /** The first is 1. */
  readonly number: Scalars['Int']['output'];
  /** The agent that it was for, as it is now; null where the read models do not have it yet. */
  readonly agent: Maybe<Agent>;
  /** How far it has got, or how it ended. */
  readonly state: TaskState;
  /** When it was dispatched. */
  readonly dispatchedAt: Maybe<Scalars['DateTime']['output']>;
  /** When the agent's acknowledgement was recorded. */
  readonly acknowledgedAt: Maybe<Scalars['DateTime']['output']>;
  /** When the agent's start of the worker was recorded. */
  readonly startedAt: Maybe<Scalars['DateTime']['output']>;
  /** When its end was recorded. */
  readonly endedAt: Maybe<Scalars['DateTime']['output']>;
  /** What the worker answered, or the contract's text where it could not run; null before the end and where it is LOST. */
  readonly result: Maybe<TaskResult>;
  /** Why it did not succeed; null where it did, or has not ended. */
  readonly failure: Maybe<Failure>;
};

/** A page of tasks. */
export type TaskConnection = {
  readonly __typename?: 'TaskConnection';
  /** The tasks. */
  readonly nodes: ReadonlyArray<Task>;
  /** The tasks, each with its cursor. */
  readonly edges: ReadonlyArray<TaskEdge>;
  /** Where this page stands. */
  readonly pageInfo: PageInfo;
};

/** A task in a list. */
export type TaskEdge = {
  readonly __typename?: 'TaskEdge';
  /** Where the list can go on after it. */
  readonly cursor: Scalars['String']['output'];
  /** The task. */
  readonly node: Task;
};

/** A task as of a position. */
export type TaskChange = {
  readonly __typename?: 'TaskChange';
  /** The task as of `position`. */
  readonly task: Task;
  /** Where it changed; resume with `after` here. */
  readonly position: Scalars['Position']['output'];
};

/** Who asks. */
export type Viewer = {
  readonly __typename?: 'Viewer';
  /** As events name who asks. */
  readonly actor: Actor;
  /** The user; null: the local admin or a service. */
  readonly user: Maybe<User>;
  /** Names of the permissions that the access token is good for; null: all that the user has. */
  readonly scopes: Maybe<ReadonlyArray<Scalars['String']['output']>>;
  /** The session that asks; null: an access token, or nobody's session. */
  readonly session: Maybe<Scalars['ID']['output']>;
  /** The permissions that who asks has over something at least, at this moment. */
  readonly permissions: ReadonlyArray<Permission>;
  /** How far all read models are, as `platform.readPosition`, which only those may ask for who see all of the platform: a subscription from here on has what a query that comes later may lack. */
  readonly readPosition: Scalars['Position']['output'];
};

/** Who signs in. */
export type SignInInput = {
  /** The name of the user. */
  readonly name: Scalars['String']['input'];
  /** The password. */
  readonly password: Scalars['String']['input'];
  /** A code of the second factor, or a recovery code, where the user has one; without it the error is SECOND_FACTOR_NEEDED. Each is good once. */
  readonly otp?: InputMaybe<Scalars['String']['input']>;
  /** Taken as everywhere; each sign-in is a session of its own. */
  readonly idempotencyKey?: InputMaybe<Scalars['String']['input']>;
};

/** Nothing but what every mutation takes. */
export type SignOutInput = {
  /** Taken as everywhere: a session ends once. */
  readonly idempotencyKey?: InputMaybe<Scalars['String']['input']>;
};

/** Whom to make. */
export type CreateUserInput = {
  /** 1 to 64 characters: letters, digits, _ . @ and -, the first a letter or digit. It never changes. */
  readonly name: Scalars['String']['input'];
  /** For people; at most 128 characters. */
  readonly displayName?: InputMaybe<Scalars['String']['input']>;
  /** Names of roles. */
  readonly roles: ReadonlyArray<Scalars['String']['input']>;
  /** At least 12 characters; absent: one is made, and shown once. */
  readonly password?: InputMaybe<Scalars['String']['input']>;
  /** Taken as everywhere: the same user again is done already. */
  readonly idempotencyKey?: InputMaybe<Scalars['String']['input']>;
};

/** What to change of a user. */
export type UpdateUserInput = {
  /** The user's id. */
  readonly user: Scalars['ID']['input'];
  /** For people; absent: as it is. */
  readonly displayName?: InputMaybe<Scalars['String']['input']>;
  /** Names of roles; absent: as they are. */
  readonly roles?: InputMaybe<ReadonlyArray<Scalars['String']['input']>>;
  /** Taken as everywhere: the same change again changes nothing. */
  readonly idempotencyKey?: InputMaybe<Scalars['String']['input']>;
};

/** Whom to disable, and why. */
export type DisableUserInput = {
  /** The user's id. */
  readonly user: Scalars['ID']['input'];
  /** For people; at most 1 024 characters. */
  readonly reason?: InputMaybe<Scalars['String']['input']>;
  /** Taken as everywhere: to disable again changes nothing. */
  readonly idempotencyKey?: InputMaybe<Scalars['String']['input']>;
};

/** Whom to erase, and why. */
export type EraseUserInput = {
  /** The user's id. */
  readonly user: Scalars['ID']['input'];
  /** For people, at most 1 024 characters. It stays: name nobody in it. */
  readonly reason?: InputMaybe<Scalars['String']['input']>;
  /** Taken as everywhere: to erase again changes nothing. */
  readonly idempotencyKey?: InputMaybe<Scalars['String']['input']>;
};

/** Whom to enable. */
export type EnableUserInput = {
  /** The user's id. */
  readonly user: Scalars['ID']['input'];
  /** Taken as everywhere: to enable again changes nothing. */
  readonly idempotencyKey?: InputMaybe<Scalars['String']['input']>;
};

/** Whose password to set. */
export type ResetPasswordInput = {
  /** The user's id. */
  readonly user: Scalars['ID']['input'];
  /** At least 12 characters; absent: one is made, and shown once. */
  readonly password?: InputMaybe<Scalars['String']['input']>;
  /** Taken as everywhere; a password that is set again is another change. */
  readonly idempotencyKey?: InputMaybe<Scalars['String']['input']>;
};

/** The password that holds, and the next. */
export type ChangePasswordInput = {
  /** The password that holds. */
  readonly oldPassword: Scalars['String']['input'];
  /** At least 12 characters, at least 5 of them different, without the user's name. */
  readonly newPassword: Scalars['String']['input'];
  /** Taken as everywhere. */
  readonly idempotencyKey?: InputMaybe<Scalars['String']['input']>;
};

/** A token to make. */
export type CreateAccessTokenInput = {
  /** For people, 1 to 128 characters. */
  readonly name: Scalars['String']['input'];
  /** It proves nothing from this instant on; absent: it does not expire. */
  readonly expiresAt?: InputMaybe<Scalars['DateTime']['input']>;
  /** Names of the permissions that it is good for, of those that the user has; absent: all of them. */
  readonly scopes?: InputMaybe<ReadonlyArray<Scalars['String']['input']>>;
  /** The same key with the same input is the same token, also after a lost answer. */
  readonly idempotencyKey?: InputMaybe<Scalars['String']['input']>;
};

/** Which token to revoke. */
export type RevokeAccessTokenInput = {
  /** The token's id. */
  readonly accessToken: Scalars['ID']['input'];
  /** Whose it is; absent: of the user who asks. */
  readonly user?: InputMaybe<Scalars['ID']['input']>;
  /** For people; at most 1 024 characters. */
  readonly reason?: InputMaybe<Scalars['String']['input']>;
  /** Taken as everywhere: to revoke again changes nothing. */
  readonly idempotencyKey?: InputMaybe<Scalars['String']['input']>;
};

/** Which sessions to end. */
export type EndSessionsInput = {
  /** Whose; absent: of the user who asks. */
  readonly user?: InputMaybe<Scalars['ID']['input']>;
  /** Their ids; absent: all. */
  readonly sessions?: InputMaybe<ReadonlyArray<Scalars['ID']['input']>>;
  /** Taken as everywhere: a session ends once. */
  readonly idempotencyKey?: InputMaybe<Scalars['String']['input']>;
};

/** A session that has begun. */
export type SignInPayload = {
  readonly __typename?: 'SignInPayload';
  /** The token and its end. */
  readonly session: NewSession;
  /** Who signed in. */
  readonly viewer: Viewer;
  /** The position that was written. */
  readonly position: Scalars['Position']['output'];
};

/** What proves a session; shown once. */
export type NewSession = {
  readonly __typename?: 'NewSession';
  /** For `Authorization: Bearer …`. A page has it as a cookie that no script reads, too. */
  readonly token: Scalars['String']['output'];
  /** It proves nothing from this instant on at the latest. */
  readonly expiresAt: Scalars['DateTime']['output'];
};

/** What became of a change of a user. */
export type UserPayload = {
  readonly __typename?: 'UserPayload';
  /** The user as the write side has it; null where the change was refused. */
  readonly user: Maybe<User>;
  /** The position that was written; null where it was refused. */
  readonly position: Maybe<Scalars['Position']['output']>;
  /** Why it was not done; null where it was. */
  readonly refusal: Maybe<Refusal>;
};

/** What became of a user who has another password. */
export type UserWithPasswordPayload = {
  readonly __typename?: 'UserWithPasswordPayload';
  /** The user as the write side has it; null where it was refused. */
  readonly user: Maybe<User>;
  /** The password that was made; null where one was given. Shown now only. */
  readonly password: Maybe<Scalars['String']['output']>;
  /** The position that was written; null where it was refused. */
  readonly position: Maybe<Scalars['Position']['output']>;
  /** Why it was not done; null where it was. */
  readonly refusal: Maybe<Refusal>;
};

/** What became of `createAccessToken`. */
export type AccessTokenPayload = {
  readonly __typename?: 'AccessTokenPayload';
  /** The token as people see it; null where it was refused. */
  readonly accessToken: Maybe<AccessToken>;
  /** For `Authorization: Bearer …`. Shown now only, and to the same request again. */
  readonly secret: Maybe<Scalars['String']['output']>;
  /** The position that was written; null where it was refused. */
  readonly position: Maybe<Scalars['Position']['output']>;
  /** Why it was not done; null where it was. */
  readonly refusal: Maybe<Refusal>;
};

/** Somebody who may use the platform. */
export type User = {
  readonly __typename?: 'User';
  /** 16 upper-case hex digits; it follows from the name. */
  readonly id: Scalars['ID']['output'];
  /** What the user signs in with. It never changes; upper and lower case are the same. `erased` of a user who was erased; the id where the key of the name is not there. */
  readonly name: Scalars['String']['output'];
  /** For people. */
  readonly displayName: Scalars['String']['output'];
  /** Names of the user's roles. */
  readonly roles: ReadonlyArray<Scalars['String']['output']>;
  /** Whether the user may do anything. */
  readonly state: UserState;
  /** Why the user was disabled; null where nobody said, or the user is active. */
  readonly disabledReason: Maybe<Scalars['String']['output']>;
  /** Whether the user can sign in with a password. */
  readonly hasPassword: Scalars['Boolean']['output'];
  /** Whether somebody else knows the password, so that it must be changed first of all. */
  readonly mustChangePassword: Scalars['Boolean']['output'];
  /** Whether a sign-in with the password wants a code of a second factor, too. */
  readonly hasSecondFactor: Scalars['Boolean']['output'];
  /** So many recovery codes are left; 0 where there is no second factor. */
  readonly recoveryCodesLeft: Scalars['Int']['output'];
  /** The last sign-in; null: none yet. */
  readonly lastSignInAt: Maybe<Scalars['DateTime']['output']>;
  /** Sign-ins that failed since the last one that did not. Of many that come together some may still be to come. */
  readonly failedSignIns: Scalars['Int']['output'];
  /** No sign-in is tried before this instant; null: the next may come at once. */
  readonly lockedUntil: Maybe<Scalars['DateTime']['output']>;
  /** The sessions that have not ended, oldest first. One that was not used for long may be among them until it is found. */
  readonly sessions: ReadonlyArray<Session>;
  /** The tokens for programs, oldest first; of those that were revoked, the last 20. */
  readonly accessTokens: ReadonlyArray<AccessToken>;
  /** Who made the user. */
  readonly createdBy: Actor;
  /** When the user was made. */
  readonly createdAt: Scalars['DateTime']['output'];
  /** The position that last changed the user. */
  readonly position: Scalars['Position']['output'];
  /** The user's events, oldest first. */
  readonly history: EventConnection;
};


/** Somebody who may use the platform. */
export type UserHistoryArgs = {
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
};

/** Whether a user may do anything. */
export type UserState =
  /** May sign in. */
  | 'ACTIVE'
  /** May do nothing. */
  | 'DISABLED'
  /** Nobody knows any more who it was: what says so reads `erased`. */
  | 'ERASED';

/** A user who is signed in somewhere. */
export type Session = {
  readonly __typename?: 'Session';
  /** Its id. The token that proves it is shown once, at the sign-in. */
  readonly id: Scalars['ID']['output'];
  /** How the user proved who they are. */
  readonly method: SignInMethod;
  /** Whether a second factor was asked for. */
  readonly hasSecondFactor: Scalars['Boolean']['output'];
  /** From which address. */
  readonly remoteAddress: Scalars['String']['output'];
  /** The header User-Agent of the sign-in. */
  readonly program: Scalars['String']['output'];
  /** When it began. */
  readonly startedAt: Scalars['DateTime']['output'];
  /** It ends then at the latest. */
  readonly expiresAt: Scalars['DateTime']['output'];
};

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

/** A user's token for programs. */
export type AccessToken = {
  readonly __typename?: 'AccessToken';
  /** Its id. */
  readonly id: Scalars['ID']['output'];
  /** For people. */
  readonly name: Scalars['String']['output'];
  /** Names of the permissions that it is good for, of those that the user has; null: all of them. */
  readonly scopes: Maybe<ReadonlyArray<Scalars['String']['output']>>;
  /** When it was made. */
  readonly createdAt: Scalars['DateTime']['output'];
  /** It proves nothing from this instant on; null: it does not expire. */
  readonly expiresAt: Maybe<Scalars['DateTime']['output']>;
  /** When it was revoked; null: it was not. */
  readonly revokedAt: Maybe<Scalars['DateTime']['output']>;
  /** When it was last used; null: never. Up to a minute behind; not known any more of one that was revoked. */
  readonly lastUsedAt: Maybe<Scalars['DateTime']['output']>;
};

/** Which users; an absent field is any. */
export type UserFilter = {
  /** Any of these ids. */
  readonly ids?: InputMaybe<ReadonlyArray<Scalars['ID']['input']>>;
  /** Any of these names; upper and lower case are the same. */
  readonly names?: InputMaybe<ReadonlyArray<Scalars['String']['input']>>;
  /** Any of these states. */
  readonly states?: InputMaybe<ReadonlyArray<UserState>>;
  /** With at least one of these roles. */
  readonly roles?: InputMaybe<ReadonlyArray<Scalars['String']['input']>>;
};

/** A page of users. */
export type UserConnection = {
  readonly __typename?: 'UserConnection';
  /** The users. */
  readonly nodes: ReadonlyArray<User>;
  /** The users, each with its cursor. */
  readonly edges: ReadonlyArray<UserEdge>;
  /** Where this page stands. */
  readonly pageInfo: PageInfo;
};

/** A user in a list. */
export type UserEdge = {
  readonly __typename?: 'UserEdge';
  /** Where the list can go on after it. */
  readonly cursor: Scalars['String']['output'];
  /** The user. */
  readonly node: User;
};

/** A user as of a position. */
export type UserChange = {
  readonly __typename?: 'UserChange';
  /** The user as of `position`. */
  readonly user: User;
  /** Where the user changed; resume with `after` here. */
  readonly position: Scalars['Position']['output'];
};

/** An instance of a service. */
export type Component = {
  readonly __typename?: 'Component';
  /** Which service: command-service, gateway, projection-service or query-service. Standalone is all of them. */
  readonly kind: Scalars['String']['output'];
  /** Its name; unique among those that run. */
  readonly instance: Scalars['String']['output'];
  /** The release that it runs. */
  readonly version: Scalars['String']['output'];
  /** How it is. */
  readonly state: ComponentState;
  /** Since when it runs. */
  readonly startedAt: Scalars['DateTime']['output'];
  /** When it said so last, by the clock of the database. */
  readonly lastSeenAt: Scalars['DateTime']['output'];
  /** Its host. */
  readonly host: Scalars['String']['output'];
  /** Its load and what flows through it: `rates` (a second, and the fastest since it started), `gauges`, `disks`, `certificates`. */
  readonly metrics: Scalars['JSON']['output'];
};

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

/** What goes from one part of the platform to another. */
export type Flow = {
  readonly __typename?: 'Flow';
  /** Where it comes from: a service, clients, agents, event-store, kafka. */
  readonly from: Scalars['String']['output'];
  /** Where it goes to. */
  readonly to: Scalars['String']['output'];
  /** How much a second, over the last 5 s. */
  readonly perSecond: Scalars['Float']['output'];
  /** The most that was seen since the instances started. */
  readonly perSecondMax: Scalars['Float']['output'];
  /** What waits there; null where nothing is known to wait. */
  readonly lag: Maybe<Scalars['Float']['output']>;
};

/** What only one instance does at a time. */
export type Lease = {
  readonly __typename?: 'Lease';
  /** What it is for. */
  readonly name: Scalars['String']['output'];
  /** The instance. */
  readonly owner: Scalars['String']['output'];
  /** It grows with each change of hands. */
  readonly token: Scalars['String']['output'];
  /** Until when, unless it is renewed, by the clock of the database. */
  readonly expiresAt: Scalars['DateTime']['output'];
  /** False: nobody has it now. */
  readonly isHeld: Scalars['Boolean']['output'];
};

/** A statement that the database works on for long. */
export type SlowQuery = {
  readonly __typename?: 'SlowQuery';
  /** Who asked, as it named itself. */
  readonly program: Scalars['String']['output'];
  /** For how long, in ms. */
  readonly forMs: Scalars['Float']['output'];
  /** How far it is, as Postgres says. */
  readonly state: Scalars['String']['output'];
  /** What it waits for, as Postgres says. */
  readonly waitsFor: Maybe<Scalars['String']['output']>;
  /** The beginning of the statement, without values. */
  readonly text: Scalars['String']['output'];
};

/** What the watcher sees now that somebody should look at. */
export type OpenIncident = {
  readonly __typename?: 'OpenIncident';
  /** What it is, for programs: INSTANCE_GONE, PROJECTOR_STOPPED, PROJECTOR_BEHIND, RELAY_STOPPED, DISK_FULL, CERTIFICATE_ENDS or DEAD_LETTERS. */
  readonly kind: Scalars['String']['output'];
  /** What it is about. */
  readonly subject: Scalars['String']['output'];
  /** What was seen, for people. */
  readonly message: Scalars['String']['output'];
  /** Since when. */
  readonly since: Scalars['DateTime']['output'];
};

/** Something that somebody should look at, as it began or ended. */
export type Incident = {
  readonly __typename?: 'Incident';
  /** What it is, for programs; beside those of `openIncidents` AGENT_LOST, WEBHOOK_FAILING and REBUILD_FAILED. */
  readonly kind: Scalars['String']['output'];
  /** What it is about: an instance, a projector, an agent, a webhook, a file. */
  readonly subject: Scalars['String']['output'];
  /** True: this is its end. */
  readonly isOver: Scalars['Boolean']['output'];
  /** What was seen, for people. */
  readonly message: Scalars['String']['output'];
  /** When. */
  readonly at: Scalars['DateTime']['output'];
  /** The event that says so. */
  readonly event: Event;
};

/** A page of the incident line. */
export type IncidentConnection = {
  readonly __typename?: 'IncidentConnection';
  /** The entries. */
  readonly nodes: ReadonlyArray<Incident>;
  /** The entries, each with its cursor. */
  readonly edges: ReadonlyArray<IncidentEdge>;
  /** Where this page stands. */
  readonly pageInfo: PageInfo;
};

/** An entry in the incident line. */
export type IncidentEdge = {
  readonly __typename?: 'IncidentEdge';
  /** Where the list can go on after it. */
  readonly cursor: Scalars['String']['output'];
  /** The entry. */
  readonly node: Incident;
};

/** Where to deliver, and what. */
export type CreateWebhookInput = {
  /** For people, at most 256 characters. */
  readonly name?: InputMaybe<Scalars['String']['input']>;
  /** Where deliveries go: https:// or http://, without user and password, at most 2 048 characters. */
  readonly url: Scalars['String']['input'];
  /** Which events; absent: every one. */
  readonly filter?: InputMaybe<WebhookFilterInput>;
  /** What signs the deliveries: `whsec_` and the base64 of 24 to 64 bytes. Absent: one is made. */
  readonly secret?: InputMaybe<Scalars['String']['input']>;
  /** It begins after this position; absent: now. */
  readonly after?: InputMaybe<Scalars['Position']['input']>;
  /** It delivers nothing until it is resumed. */
  readonly paused?: InputMaybe<Scalars['Boolean']['input']>;
  /** The same key with the same input is the same webhook, also after a lost answer; with another input it is refused. */
  readonly idempotencyKey?: InputMaybe<Scalars['String']['input']>;
};

/** What to change of a webhook: what is absent stays as it is. */
export type UpdateWebhookInput = {
  /** The webhook. */
  readonly webhook: Scalars['ID']['input'];
  /** For people, at most 256 characters; null: none. */
  readonly name?: InputMaybe<Scalars['String']['input']>;
  /** Where deliveries go. */
  readonly url?: InputMaybe<Scalars['String']['input']>;
  /** Which events, of those that it has not got to yet; the whole filter is replaced. Null: every event. */
  readonly filter?: InputMaybe<WebhookFilterInput>;
  /** What signs the deliveries from now on. A webhook whose secret was lost begins anew with it, after this change. */
  readonly secret?: InputMaybe<Scalars['String']['input']>;
  /** Taken as everywhere: to change to the same settings again changes nothing, with or without it. */
  readonly idempotencyKey?: InputMaybe<Scalars['String']['input']>;
};

/** Which webhook. */
export type WebhookInput = {
  /** The webhook. */
  readonly webhook: Scalars['ID']['input'];
  /** Taken as everywhere: to do so again changes nothing, with or without it. */
  readonly idempotencyKey?: InputMaybe<Scalars['String']['input']>;
};

/** Which delivery. */
export type RedeliverInput = {
  /** The delivery. */
  readonly delivery: Scalars['ID']['input'];
  /** The same key is the same request. */
  readonly idempotencyKey?: InputMaybe<Scalars['String']['input']>;
};

/** Which events a webhook delivers: those that match each field. An absent or empty field is any; at most 1 000 values each. It delivers no event of itself. */
export type WebhookFilterInput = {
  /** Any of these types of events, for example TaskSucceeded. */
  readonly types?: InputMaybe<ReadonlyArray<Scalars['String']['input']>>;
  /** Events that name any of these apps. */
  readonly apps?: InputMaybe<ReadonlyArray<Scalars['String']['input']>>;
  /** Events by which a task gets into any of these states. */
  readonly states?: InputMaybe<ReadonlyArray<TaskState>>;
  /** Events that name any of these agents: ids, or ips, each of which stands for the agent that has it now. */
  readonly agents?: InputMaybe<ReadonlyArray<Scalars['String']['input']>>;
};

/** What became of the request to make a webhook. */
export type CreateWebhookPayload = {
  readonly __typename?: 'CreateWebhookPayload';
  /** The webhook as the write side has it; null where it was refused. */
  readonly webhook: Maybe<Webhook>;
  /** What signs its deliveries. It is shown here only, and to the same request with the same key within 10 minutes; null where it was refused. */
  readonly secret: Maybe<Scalars['String']['output']>;
  /** The position that was written; null where it was refused. */
  readonly position: Maybe<Scalars['Position']['output']>;
  /** Why it was not done; null where it was. */
  readonly refusal: Maybe<Refusal>;
};

/** What became of a change to a webhook. */
export type WebhookPayload = {
  readonly __typename?: 'WebhookPayload';
  /** The webhook as the write side has it; null where the change was refused. */
  readonly webhook: Maybe<Webhook>;
  /** The position that was written; null where it was refused. */
  readonly position: Maybe<Scalars['Position']['output']>;
  /** Why it was not done; null where it was. */
  readonly refusal: Maybe<Refusal>;
};

/** What became of a request for a redelivery. */
export type RedeliverPayload = {
  readonly __typename?: 'RedeliverPayload';
  /** The delivery as it is now; null where the request was refused. */
  readonly delivery: Maybe<Delivery>;
  /** Its webhook as the write side has it; null where the request was refused. */
  readonly webhook: Maybe<Webhook>;
  /** The position that was written; null where it was refused. */
  readonly position: Maybe<Scalars['Position']['output']>;
  /** Why it was not done; null where it was. */
  readonly refusal: Maybe<Refusal>;
};

/** Events of the platform's log that go to an HTTP receiver, at least once, in order for each stream. */
export type Webhook = {
  readonly __typename?: 'Webhook';
  /** 16 upper-case hex digits. */
  readonly id: Scalars['ID']['output'];
  /** For people. */
  readonly name: Maybe<Scalars['String']['output']>;
  /** Where deliveries go. */
  readonly url: Scalars['String']['output'];
  /** Which events it delivers. */
  readonly filter: WebhookFilter;
  /** Whether it delivers. */
  readonly state: WebhookState;
  /** Why all its attempts fail; null where they do not. */
  readonly failure: Maybe<WebhookFailure>;
  /** How far it has got: each event up to here that it delivers is in its deliveries, or was delivered. Null where it is deleted, or was made a moment ago. */
  readonly position: Maybe<Scalars['Position']['output']>;
  /** How many positions that is behind the end of the log; null where the position is. */
  readonly lag: Maybe<Scalars['Float']['output']>;
  /** How many deliveries are open: neither DELIVERED nor FAILED. With 2 000 it takes no more until some have ended. */
  readonly openDeliveries: Scalars['Int']['output'];
  /** Its deliveries, those of the newest events first: all that are open, and of those that have ended the last 1 000 DELIVERED of 7 days and the last 1 000 FAILED of 30 days. */
  readonly deliveries: DeliveryConnection;
  /** Who made it. */
  readonly createdBy: Actor;
  /** When it was made. */
  readonly createdAt: Scalars['DateTime']['output'];
  /** Its events up to the state shown here, in the order in which they happened. */
  readonly history: EventConnection;
  /** The position that last changed it; `position` is how far it has got. */
  readonly changedAt: Scalars['Position']['output'];
};


/** Events of the platform's log that go to an HTTP receiver, at least once, in order for each stream. */
export type WebhookDeliveriesArgs = {
  filter?: InputMaybe<DeliveryFilter>;
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
};


/** Events of the platform's log that go to an HTTP receiver, at least once, in order for each stream. */
export type WebhookHistoryArgs = {
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
};

/** Which events a webhook delivers; an empty field is any. */
export type WebhookFilter = {
  readonly __typename?: 'WebhookFilter';
  /** Types of events. */
  readonly types: ReadonlyArray<Scalars['String']['output']>;
  /** Apps that the event names. */
  readonly apps: ReadonlyArray<Scalars['String']['output']>;
  /** States that a task gets into by the event. */
  readonly states: ReadonlyArray<TaskState>;
  /** Ids of agents that the event names. */
  readonly agents: ReadonlyArray<Scalars['String']['output']>;
};

/** Why the attempts of a webhook fail. */
export type WebhookFailure = {
  readonly __typename?: 'WebhookFailure';
  /** The first failure since the last delivery. */
  readonly since: Scalars['DateTime']['output'];
  /** The error of an attempt, when it was called failing. */
  readonly error: Scalars['String']['output'];
};

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

/** Which webhooks; an absent field is any. */
export type WebhookListFilter = {
  /** Any of these webhooks. */
  readonly ids?: InputMaybe<ReadonlyArray<Scalars['ID']['input']>>;
  /** Any of these states. */
  readonly states?: InputMaybe<ReadonlyArray<WebhookState>>;
};

/** An event on its way to the receiver of a webhook. */
export type Delivery = {
  readonly __typename?: 'Delivery';
  /** The `webhook-id` of its requests, the same for every attempt. */
  readonly id: Scalars['ID']['output'];
  /** Id of the event. */
  readonly eventId: Scalars['ID']['output'];
  /** Type of the event. */
  readonly eventType: Scalars['String']['output'];
  /** Where the event is in the platform's history. */
  readonly position: Scalars['Position']['output'];
  /** How far it is. */
  readonly state: DeliveryState;
  /** The last 20 attempts, oldest first. */
  readonly attempts: ReadonlyArray<DeliveryAttempt>;
  /** How often it was tried. */
  readonly attemptCount: Scalars['Int']['output'];
  /** When it is tried next; null where it has ended, or waits for another delivery. */
  readonly nextAttemptAt: Maybe<Scalars['DateTime']['output']>;
};

/** How far a delivery is. */
export type DeliveryState =
  /** Not tried yet; it may wait for the delivery of an earlier event of the same stream. */
  | 'PENDING'
  /** It was tried, and is tried again. */
  | 'RETRYING'
  /** The receiver answered with a status of 200 to 299. */
  | 'DELIVERED'
  /** It was tried for 3 days (ELVES_WEBHOOK_GIVE_UP_MS), or its webhook was deleted: it is not tried again unless `redeliver` asks for it. */
  | 'FAILED';

/** One POST, and what came of it. */
export type DeliveryAttempt = {
  readonly __typename?: 'DeliveryAttempt';
  /** When it began. */
  readonly at: Scalars['DateTime']['output'];
  /** Status of the answer; null where none came. */
  readonly statusCode: Maybe<Scalars['Int']['output']>;
  /** How long it took until the answer. */
  readonly durationMs: Scalars['Int']['output'];
  /** Why it failed, beginning with a code; null where it was delivered. */
  readonly error: Maybe<Scalars['String']['output']>;
};

/** Which deliveries; an absent field is any. */
export type DeliveryFilter = {
  /** Any of these states. */
  readonly states?: InputMaybe<ReadonlyArray<DeliveryState>>;
};

/** A page of webhooks. */
export type WebhookConnection = {
  readonly __typename?: 'WebhookConnection';
  /** The webhooks. */
  readonly nodes: ReadonlyArray<Webhook>;
  /** The webhooks, each with its cursor. */
  readonly edges: ReadonlyArray<WebhookEdge>;
  /** Where this page stands. */
  readonly pageInfo: PageInfo;
};

/** A webhook in a list. */
export type WebhookEdge = {
  readonly __typename?: 'WebhookEdge';
  /** Where the list can go on after it. */
  readonly cursor: Scalars['String']['output'];
  /** The webhook. */
  readonly node: Webhook;
};

/** A page of deliveries. */
export type DeliveryConnection = {
  readonly __typename?: 'DeliveryConnection';
  /** The deliveries. */
  readonly nodes: ReadonlyArray<Delivery>;
  /** The deliveries, each with its cursor. */
  readonly edges: ReadonlyArray<DeliveryEdge>;
  /** Where this page stands. */
  readonly pageInfo: PageInfo;
};

/** A delivery in a list. */
export type DeliveryEdge = {
  readonly __typename?: 'DeliveryEdge';
  /** Where the list can go on after it. */
  readonly cursor: Scalars['String']['output'];
  /** The delivery. */
  readonly node: Delivery;
};

/** A webhook as of a position. */
export type WebhookChange = {
  readonly __typename?: 'WebhookChange';
  /** The webhook as of `position`. */
  readonly webhook: Webhook;
  /** Where it changed; resume with `after` here. */
  readonly position: Scalars['Position']['output'];
};



export type ResolverTypeWrapper<T> = Promise<T> | T;

export type Resolver<TResult, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>, TArgs = Record<PropertyKey, never>> = ResolverFn<TResult, TParent, TContext, TArgs>;

export type ResolverFn<TResult, TParent, TContext, TArgs> = (
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => Promise<TResult> | TResult;

export type SubscriptionSubscribeFn<TResult, TParent, TContext, TArgs> = (
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => AsyncIterable<TResult> | Promise<AsyncIterable<TResult>>;

export type SubscriptionResolveFn<TResult, TParent, TContext, TArgs> = (
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => TResult | Promise<TResult>;

export interface SubscriptionSubscriberObject<TResult, TKey extends string, TParent, TContext, TArgs> {
  subscribe: SubscriptionSubscribeFn<{ [key in TKey]: TResult }, TParent, TContext, TArgs>;
  resolve?: SubscriptionResolveFn<TResult, { [key in TKey]: TResult }, TContext, TArgs>;
}

export interface SubscriptionResolverObject<TResult, TParent, TContext, TArgs> {
  subscribe: SubscriptionSubscribeFn<any, TParent, TContext, TArgs>;
  resolve: SubscriptionResolveFn<TResult, any, TContext, TArgs>;
}

export type SubscriptionObject<TResult, TKey extends string, TParent, TContext, TArgs> =
  | SubscriptionSubscriberObject<TResult, TKey, TParent, TContext, TArgs>
  | SubscriptionResolverObject<TResult, TParent, TContext, TArgs>;

export type SubscriptionResolver<TResult, TKey extends string, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>, TArgs = Record<PropertyKey, never>> =
  | ((...args: any[]) => SubscriptionObject<TResult, TKey, TParent, TContext, TArgs>)
  | SubscriptionObject<TResult, TKey, TParent, TContext, TArgs>;

export type TypeResolveFn<TTypes, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>> = (
  parent: TParent,
  context: TContext,
  info: GraphQLResolveInfo
) => Maybe<TTypes> | Promise<Maybe<TTypes>>;

export type IsTypeOfResolverFn<T = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>> = (obj: T, context: TContext, info: GraphQLResolveInfo) => boolean | Promise<boolean>;

export type NextResolverFn<T> = () => Promise<T>;

export type DirectiveResolverFn<TResult = Record<PropertyKey, never>, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>, TArgs = Record<PropertyKey, never>> = (
  next: NextResolverFn<TResult>,
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => TResult | Promise<TResult>;





/** Mapping between all available schema types and the resolvers types */
export type ResolversTypes = {
  Query: ResolverTypeWrapper<Record<PropertyKey, never>>;
  String: ResolverTypeWrapper<Scalars['String']['output']>;
  Int: ResolverTypeWrapper<Scalars['Int']['output']>;
  ID: ResolverTypeWrapper<Scalars['ID']['output']>;
  Float: ResolverTypeWrapper<Scalars['Float']['output']>;
  Mutation: ResolverTypeWrapper<Record<PropertyKey, never>>;
  Permission: Permission;
  SubjectKind: SubjectKind;
  Language: Language;
  SubjectInput: SubjectInput;
  GrantInput: GrantInput;
  RevokeGrantInput: RevokeGrantInput;
  CreateRoleInput: CreateRoleInput;
  UpdateRoleInput: UpdateRoleInput;
  DeleteRoleInput: DeleteRoleInput;
  GrantPayload: ResolverTypeWrapper<Omit<GrantPayload, 'grant'> & { grant?: Maybe<ResolversTypes['Grant']> }>;
  RolePayload: ResolverTypeWrapper<Omit<RolePayload, 'role'> & { role?: Maybe<ResolversTypes['Role']> }>;
  Access: ResolverTypeWrapper<AccessParent>;
  Boolean: ResolverTypeWrapper<Scalars['Boolean']['output']>;
  Subject: ResolverTypeWrapper<SubjectParent>;
  Grant: ResolverTypeWrapper<GrantParent>;
  GrantState: GrantState;
  Role: ResolverTypeWrapper<RoleParent>;
  GrantFilter: GrantFilter;
  GrantConnection: ResolverTypeWrapper<GrantConnectionParent>;
  GrantEdge: ResolverTypeWrapper<Omit<GrantEdge, 'node'> & { node: ResolversTypes['Grant'] }>;
  Subscription: ResolverTypeWrapper<Record<PropertyKey, never>>;
  GrantChangeFilter: GrantChangeFilter;
  RoleChangeFilter: RoleChangeFilter;
  GrantChange: ResolverTypeWrapper<GrantChangeParent>;
  RoleChange: ResolverTypeWrapper<Omit<RoleChange, 'role'> & { role?: Maybe<ResolversTypes['Role']> }>;
  Agent: ResolverTypeWrapper<AgentParent>;
  AgentCron: ResolverTypeWrapper<AgentCronParent>;
  AgentCronMode: AgentCronMode;
  DroppedCronRuns: ResolverTypeWrapper<DroppedCronRuns>;
  Task: ResolverTypeWrapper<TaskParent>;
  AgentGroup: ResolverTypeWrapper<AgentGroupParent>;
  AgentState: AgentState;
  InstalledApp: ResolverTypeWrapper<InstalledApp>;
  RemoveAgentInput: RemoveAgentInput;
  RemoveAgentPayload: ResolverTypeWrapper<Omit<RemoveAgentPayload, 'agent'> & { agent?: Maybe<ResolversTypes['Agent']> }>;
  ApproveAgentInput: ApproveAgentInput;
  RevokeAgentInput: RevokeAgentInput;
  SetAgentLabelsInput: SetAgentLabelsInput;
  AgentPayload: ResolverTypeWrapper<Omit<AgentPayload, 'agent'> & { agent?: Maybe<ResolversTypes['Agent']> }>;
  AgentFilter: AgentFilter;
  AgentConnection: ResolverTypeWrapper<AgentConnectionParent>;
  AgentEdge: ResolverTypeWrapper<Omit<AgentEdge, 'node'> & { node: ResolversTypes['Agent'] }>;
  AgentChange: ResolverTypeWrapper<Omit<AgentChange, 'agent'> & { agent: ResolversTypes['Agent'] }>;
  AppOnAgent: ResolverTypeWrapper<AppOnAgentParent>;
  AppOnAgentState: AppOnAgentState;
  AppOnAgentConnection: ResolverTypeWrapper<AppOnAgentConnectionParent>;
  AppOnAgentEdge: ResolverTypeWrapper<Omit<AppOnAgentEdge, 'node'> & { node: ResolversTypes['AppOnAgent'] }>;
  CreateAppInput: CreateAppInput;
  UpdateAppInput: UpdateAppInput;
  BanAppInput: BanAppInput;
  UnbanAppInput: UnbanAppInput;
  ReleaseAppVersionInput: ReleaseAppVersionInput;
  WithdrawAppVersionInput: WithdrawAppVersionInput;
  BindAppInput: BindAppInput;
  UnbindAppInput: UnbindAppInput;
  AppPayload: ResolverTypeWrapper<Omit<AppPayload, 'app'> & { app?: Maybe<ResolversTypes['App']> }>;
  ReleaseAppVersionPayload: ResolverTypeWrapper<Omit<ReleaseAppVersionPayload, 'app' | 'rollout'> & { app?: Maybe<ResolversTypes['App']>, rollout?: Maybe<ResolversTypes['Rollout']> }>;
  App: ResolverTypeWrapper<AppParent>;
  AppState: AppState;
  AppVersion: ResolverTypeWrapper<AppVersionParent>;
  AppVersionState: AppVersionState;
  AppFunction: ResolverTypeWrapper<AppFunction>;
  AppBinding: ResolverTypeWrapper<AppBinding>;
  AppFilter: AppFilter;
  AppConnection: ResolverTypeWrapper<AppConnectionParent>;
  AppEdge: ResolverTypeWrapper<Omit<AppEdge, 'node'> & { node: ResolversTypes['App'] }>;
  AppVersionConnection: ResolverTypeWrapper<AppVersionConnectionParent>;
  AppVersionEdge: ResolverTypeWrapper<Omit<AppVersionEdge, 'node'> & { node: ResolversTypes['AppVersion'] }>;
  AppChange: ResolverTypeWrapper<Omit<AppChange, 'app'> & { app: ResolversTypes['App'] }>;
  Log: ResolverTypeWrapper<LogParent>;
  SignedHead: ResolverTypeWrapper<SignedHeadParent>;
  InclusionProof: ResolverTypeWrapper<InclusionProofParent>;
  ConsistencyProof: ResolverTypeWrapper<ConsistencyProofParent>;
  CreateAuthKeyInput: CreateAuthKeyInput;
  RotateAuthKeyInput: RotateAuthKeyInput;
  RevokeAuthKeyInput: RevokeAuthKeyInput;
  AuthKeyPayload: ResolverTypeWrapper<Omit<AuthKeyPayload, 'authKey'> & { authKey?: Maybe<ResolversTypes['AuthKey']> }>;
  AuthKey: ResolverTypeWrapper<AuthKeyParent>;
  AuthKeyState: AuthKeyState;
  AuthKeyConnection: ResolverTypeWrapper<AuthKeyConnectionParent>;
  AuthKeyEdge: ResolverTypeWrapper<Omit<AuthKeyEdge, 'node'> & { node: ResolversTypes['AuthKey'] }>;
  AuthKeyFilter: AuthKeyFilter;
  AuthKeyChange: ResolverTypeWrapper<Omit<AuthKeyChange, 'authKey'> & { authKey: ResolversTypes['AuthKey'] }>;
  StreamChange: ResolverTypeWrapper<StreamChangeParent>;
  StreamChangeConnection: ResolverTypeWrapper<StreamChangeConnectionParent>;
  StreamChangeEdge: ResolverTypeWrapper<Omit<StreamChangeEdge, 'node'> & { node: ResolversTypes['StreamChange'] }>;
  Correlation: ResolverTypeWrapper<CorrelationParent>;
  CausedEvent: ResolverTypeWrapper<CausedEventParent>;
  Actor: ResolverTypeWrapper<ActorParent>;
  ActorKind: ActorKind;
  Event: ResolverTypeWrapper<EventParent>;
  EventFilter: EventFilter;
  EventConnection: ResolverTypeWrapper<EventConnectionParent>;
  EventEdge: ResolverTypeWrapper<Omit<EventEdge, 'node'> & { node: ResolversTypes['Event'] }>;
  InventorySource: ResolverTypeWrapper<InventorySourceParent>;
  InventorySourceKind: InventorySourceKind;
  InventorySourceState: InventorySourceState;
  InventorySourceFilter: InventorySourceFilter;
  InventorySourceChange: ResolverTypeWrapper<Omit<InventorySourceChange, 'inventorySource'> & { inventorySource: ResolversTypes['InventorySource'] }>;
  CreateJoinTokenInput: CreateJoinTokenInput;
  RevokeJoinTokenInput: RevokeJoinTokenInput;
  CreateJoinTokenPayload: ResolverTypeWrapper<Omit<CreateJoinTokenPayload, 'joinToken'> & { joinToken?: Maybe<ResolversTypes['JoinToken']> }>;
  JoinTokenPayload: ResolverTypeWrapper<Omit<JoinTokenPayload, 'joinToken'> & { joinToken?: Maybe<ResolversTypes['JoinToken']> }>;
  JoinToken: ResolverTypeWrapper<JoinTokenParent>;
  JoinTokenState: JoinTokenState;
  JoinTokenFilter: JoinTokenFilter;
  JoinTokenConnection: ResolverTypeWrapper<JoinTokenConnectionParent>;
  JoinTokenEdge: ResolverTypeWrapper<Omit<JoinTokenEdge, 'node'> & { node: ResolversTypes['JoinToken'] }>;
  JoinTokenChange: ResolverTypeWrapper<Omit<JoinTokenChange, 'joinToken'> & { joinToken: ResolversTypes['JoinToken'] }>;
  LimitedKind: LimitedKind;
  GuardOutcome: GuardOutcome;
  ApprovalState: ApprovalState;
  LimitFilter: LimitFilter;
  GuardFilter: GuardFilter;
  SetLimitInput: SetLimitInput;
  RemoveLimitInput: RemoveLimitInput;
  SetGuardInput: SetGuardInput;
  RemoveGuardInput: RemoveGuardInput;
  DecideTaskInput: DecideTaskInput;
  Limit: ResolverTypeWrapper<LimitParent>;
  Guard: ResolverTypeWrapper<GuardParent>;
  TaskGuard: ResolverTypeWrapper<TaskGuard>;
  Approval: ResolverTypeWrapper<Omit<Approval, 'decidedBy'> & { decidedBy?: Maybe<ResolversTypes['Actor']> }>;
  WaitReason: WaitReason;
  TaskFilter: TaskFilter;
  LimitPayload: ResolverTypeWrapper<Omit<LimitPayload, 'limit'> & { limit?: Maybe<ResolversTypes['Limit']> }>;
  GuardPayload: ResolverTypeWrapper<Omit<GuardPayload, 'guard'> & { guard?: Maybe<ResolversTypes['Guard']> }>;
  ApprovalPayload: ResolverTypeWrapper<ApprovalPayloadParent>;
  LimitConnection: ResolverTypeWrapper<LimitConnectionParent>;
  LimitEdge: ResolverTypeWrapper<Omit<LimitEdge, 'node'> & { node: ResolversTypes['Limit'] }>;
  GuardConnection: ResolverTypeWrapper<GuardConnectionParent>;
  GuardEdge: ResolverTypeWrapper<Omit<GuardEdge, 'node'> & { node: ResolversTypes['Guard'] }>;
  LimitChange: ResolverTypeWrapper<Omit<LimitChange, 'limit'> & { limit?: Maybe<ResolversTypes['Limit']> }>;
  GuardChange: ResolverTypeWrapper<Omit<GuardChange, 'guard'> & { guard?: Maybe<ResolversTypes['Guard']> }>;
  Order: Order;
  PageInfo: ResolverTypeWrapper<PageInfo>;
  RetryDeadLetterInput: RetryDeadLetterInput;
  SetAsideDeadLetterInput: SetAsideDeadLetterInput;
  DeadLetterPayload: ResolverTypeWrapper<Omit<DeadLetterPayload, 'deadLetter'> & { deadLetter?: Maybe<ResolversTypes['DeadLetter']> }>;
  DeadLetterFilter: DeadLetterFilter;
  DeadLetterState: DeadLetterState;
  RebuildReadModelsInput: RebuildReadModelsInput;
  RebuildPayload: ResolverTypeWrapper<Omit<RebuildPayload, 'rebuild'> & { rebuild?: Maybe<ResolversTypes['Rebuild']> }>;
  Rebuild: ResolverTypeWrapper<RebuildParent>;
  RebuildState: RebuildState;
  RebuildConnection: ResolverTypeWrapper<RebuildConnectionParent>;
  RebuildEdge: ResolverTypeWrapper<Omit<RebuildEdge, 'node'> & { node: ResolversTypes['Rebuild'] }>;
  DeadLetter: ResolverTypeWrapper<DeadLetterParent>;
  DeadLetterConnection: ResolverTypeWrapper<DeadLetterConnectionParent>;
  DeadLetterEdge: ResolverTypeWrapper<Omit<DeadLetterEdge, 'node'> & { node: ResolversTypes['DeadLetter'] }>;
  Platform: ResolverTypeWrapper<PlatformParent>;
  Projector: ResolverTypeWrapper<Projector>;
  ProjectorState: ProjectorState;
  Counters: ResolverTypeWrapper<Counters>;
  TaskStateCount: ResolverTypeWrapper<TaskStateCount>;
  AgentStateCount: ResolverTypeWrapper<AgentStateCount>;
  Processing: ResolverTypeWrapper<ProcessingParent>;
  ProcessingState: ProcessingState;
  MoveProcessorInput: MoveProcessorInput;
  MoveProcessorPayload: ResolverTypeWrapper<MoveProcessorPayloadParent>;
  Processor: ResolverTypeWrapper<ProcessorParent>;
  ProcessorFilter: ProcessorFilter;
  ProcessorChange: ResolverTypeWrapper<Omit<ProcessorChange, 'processor'> & { processor: ResolversTypes['Processor'] }>;
  CreateQueueInput: CreateQueueInput;
  AddQueueTasksInput: AddQueueTasksInput;
  QueueTaskInput: QueueTaskInput;
  CommitQueueInput: CommitQueueInput;
  StopQueueInput: StopQueueInput;
  QueueTasksPayload: ResolverTypeWrapper<Omit<QueueTasksPayload, 'queue' | 'tasks'> & { queue?: Maybe<ResolversTypes['Queue']>, tasks?: Maybe<ReadonlyArray<ResolversTypes['Task']>> }>;
  QueuePayload: ResolverTypeWrapper<Omit<QueuePayload, 'queue'> & { queue?: Maybe<ResolversTypes['Queue']> }>;
  Queue: ResolverTypeWrapper<QueueParent>;
  QueueState: QueueState;
  QueueFilter: QueueFilter;
  QueueConnection: ResolverTypeWrapper<QueueConnectionParent>;
  QueueEdge: ResolverTypeWrapper<Omit<QueueEdge, 'node'> & { node: ResolversTypes['Queue'] }>;
  QueueChange: ResolverTypeWrapper<Omit<QueueChange, 'queue'> & { queue: ResolversTypes['Queue'] }>;
  RolloutInput: RolloutInput;
  RolloutOnlyInput: RolloutOnlyInput;
  RolloutPayload: ResolverTypeWrapper<Omit<RolloutPayload, 'rollout'> & { rollout?: Maybe<ResolversTypes['Rollout']> }>;
  Rollout: ResolverTypeWrapper<RolloutParent>;
  RolloutState: RolloutState;
  RolloutCounts: ResolverTypeWrapper<RolloutCounts>;
  RolloutFilter: RolloutFilter;
  RolloutConnection: ResolverTypeWrapper<RolloutConnectionParent>;
  RolloutEdge: ResolverTypeWrapper<Omit<RolloutEdge, 'node'> & { node: ResolversTypes['Rollout'] }>;
  RolloutChange: ResolverTypeWrapper<Omit<RolloutChange, 'rollout'> & { rollout: ResolversTypes['Rollout'] }>;
  CreateScheduleInput: CreateScheduleInput;
  UpdateScheduleInput: UpdateScheduleInput;
  ScheduleInput: ScheduleInput;
  SchedulePayload: ResolverTypeWrapper<Omit<SchedulePayload, 'schedule'> & { schedule?: Maybe<ResolversTypes['Schedule']> }>;
  FireSchedulePayload: ResolverTypeWrapper<Omit<FireSchedulePayload, 'schedule' | 'task'> & { schedule?: Maybe<ResolversTypes['Schedule']>, task?: Maybe<ResolversTypes['Task']> }>;
  Schedule: ResolverTypeWrapper<ScheduleParent>;
  Fire: ResolverTypeWrapper<FireParent>;
  FireOutcome: FireOutcome;
  ScheduleState: ScheduleState;
  MisfirePolicy: MisfirePolicy;
  OverlapPolicy: OverlapPolicy;
  ScheduleFilter: ScheduleFilter;
  ScheduleConnection: ResolverTypeWrapper<ScheduleConnectionParent>;
  ScheduleEdge: ResolverTypeWrapper<Omit<ScheduleEdge, 'node'> & { node: ResolversTypes['Schedule'] }>;
  FireConnection: ResolverTypeWrapper<FireConnectionParent>;
  FireEdge: ResolverTypeWrapper<Omit<FireEdge, 'node'> & { node: ResolversTypes['Fire'] }>;
  ScheduleChange: ResolverTypeWrapper<Omit<ScheduleChange, 'schedule'> & { schedule: ResolversTypes['Schedule'] }>;
  JSON: ResolverTypeWrapper<Scalars['JSON']['output']>;
  DateTime: ResolverTypeWrapper<Scalars['DateTime']['output']>;
  Position: ResolverTypeWrapper<Scalars['Position']['output']>;
  EnrolSecondFactorInput: EnrolSecondFactorInput;
  ConfirmSecondFactorInput: ConfirmSecondFactorInput;
  MakeRecoveryCodesInput: MakeRecoveryCodesInput;
  DisableSecondFactorInput: DisableSecondFactorInput;
  EnrolSecondFactorPayload: ResolverTypeWrapper<EnrolSecondFactorPayload>;
  RecoveryCodesPayload: ResolverTypeWrapper<Omit<RecoveryCodesPayload, 'user'> & { user?: Maybe<ResolversTypes['User']> }>;
  CreateSecretInput: CreateSecretInput;
  RotateSecretInput: RotateSecretInput;
  UpdateSecretInput: UpdateSecretInput;
  DeleteSecretInput: DeleteSecretInput;
  SecretPayload: ResolverTypeWrapper<Omit<SecretPayload, 'secret'> & { secret?: Maybe<ResolversTypes['Secret']> }>;
  Secret: ResolverTypeWrapper<SecretParent>;
  SecretState: SecretState;
  SecretConnection: ResolverTypeWrapper<SecretConnectionParent>;
  SecretEdge: ResolverTypeWrapper<Omit<SecretEdge, 'node'> & { node: ResolversTypes['Secret'] }>;
  SecretFilter: SecretFilter;
  SecretChange: ResolverTypeWrapper<Omit<SecretChange, 'secret'> & { secret: ResolversTypes['Secret'] }>;
  Output: ResolverTypeWrapper<OutputParent>;
  OutputChunk: ResolverTypeWrapper<OutputChunkParent>;
  OutputStream: OutputStream;
  OutputCut: OutputCut;
  TaskMinute: ResolverTypeWrapper<TaskMinuteParent>;
  AppDuration: ResolverTypeWrapper<AppDurationParent>;
  NewFailure: ResolverTypeWrapper<NewFailureParent>;
  TaskResult: ResolverTypeWrapper<TaskResultParent>;
  Failure: ResolverTypeWrapper<Failure>;
  RunTaskInput: RunTaskInput;
  RetryInput: RetryInput;
  CancelTasksInput: CancelTasksInput;
  CancelTaskInput: CancelTaskInput;
  RunTaskPayload: ResolverTypeWrapper<RunTaskPayloadParent>;
  AgentLeftOut: ResolverTypeWrapper<AgentLeftOut>;
  CancelTaskPayload: ResolverTypeWrapper<Omit<CancelTaskPayload, 'task'> & { task?: Maybe<ResolversTypes['Task']> }>;
  CancelTasksPayload: ResolverTypeWrapper<Omit<CancelTasksPayload, 'tasks'> & { tasks?: Maybe<ReadonlyArray<ResolversTypes['Task']>> }>;
  TaskRefusal: ResolverTypeWrapper<TaskRefusal>;
  Refusal: ResolverTypeWrapper<Refusal>;
  TaskState: TaskState;
  TaskKind: TaskKind;
  Retry: ResolverTypeWrapper<RetryParent>;
  TaskWait: ResolverTypeWrapper<TaskWaitParent>;
  Attempt: ResolverTypeWrapper<AttemptParent>;
  TaskConnection: ResolverTypeWrapper<TaskConnectionParent>;
  TaskEdge: ResolverTypeWrapper<Omit<TaskEdge, 'node'> & { node: ResolversTypes['Task'] }>;
  TaskChange: ResolverTypeWrapper<Omit<TaskChange, 'task'> & { task: ResolversTypes['Task'] }>;
  Viewer: ResolverTypeWrapper<ViewerParent>;
  SignInInput: SignInInput;
  SignOutInput: SignOutInput;
  CreateUserInput: CreateUserInput;
  UpdateUserInput: UpdateUserInput;
  DisableUserInput: DisableUserInput;
  EraseUserInput: EraseUserInput;
  EnableUserInput: EnableUserInput;
  ResetPasswordInput: ResetPasswordInput;
  ChangePasswordInput: ChangePasswordInput;
  CreateAccessTokenInput: CreateAccessTokenInput;
  RevokeAccessTokenInput: RevokeAccessTokenInput;
  EndSessionsInput: EndSessionsInput;
  SignInPayload: ResolverTypeWrapper<Omit<SignInPayload, 'viewer'> & { viewer: ResolversTypes['Viewer'] }>;
  NewSession: ResolverTypeWrapper<NewSession>;
  UserPayload: ResolverTypeWrapper<Omit<UserPayload, 'user'> & { user?: Maybe<ResolversTypes['User']> }>;
  UserWithPasswordPayload: ResolverTypeWrapper<Omit<UserWithPasswordPayload, 'user'> & { user?: Maybe<ResolversTypes['User']> }>;
  AccessTokenPayload: ResolverTypeWrapper<Omit<AccessTokenPayload, 'accessToken'> & { accessToken?: Maybe<ResolversTypes['AccessToken']> }>;
  User: ResolverTypeWrapper<UserParent>;
  UserState: UserState;
  Session: ResolverTypeWrapper<SessionParent>;
  SignInMethod: SignInMethod;
  AccessToken: ResolverTypeWrapper<AccessTokenParent>;
  UserFilter: UserFilter;
  UserConnection: ResolverTypeWrapper<UserConnectionParent>;
  UserEdge: ResolverTypeWrapper<Omit<UserEdge, 'node'> & { node: ResolversTypes['User'] }>;
  UserChange: ResolverTypeWrapper<Omit<UserChange, 'user'> & { user: ResolversTypes['User'] }>;
  Component: ResolverTypeWrapper<ComponentParent>;
  ComponentState: ComponentState;
  Flow: ResolverTypeWrapper<FlowParent>;
  Lease: ResolverTypeWrapper<LeaseParent>;
  SlowQuery: ResolverTypeWrapper<SlowQueryParent>;
  OpenIncident: ResolverTypeWrapper<OpenIncidentParent>;
  Incident: ResolverTypeWrapper<IncidentParent>;
  IncidentConnection: ResolverTypeWrapper<IncidentConnectionParent>;
  IncidentEdge: ResolverTypeWrapper<Omit<IncidentEdge, 'node'> & { node: ResolversTypes['Incident'] }>;
  CreateWebhookInput: CreateWebhookInput;
  UpdateWebhookInput: UpdateWebhookInput;
  WebhookInput: WebhookInput;
  RedeliverInput: RedeliverInput;
  WebhookFilterInput: WebhookFilterInput;
  CreateWebhookPayload: ResolverTypeWrapper<Omit<CreateWebhookPayload, 'webhook'> & { webhook?: Maybe<ResolversTypes['Webhook']> }>;
  WebhookPayload: ResolverTypeWrapper<Omit<WebhookPayload, 'webhook'> & { webhook?: Maybe<ResolversTypes['Webhook']> }>;
  RedeliverPayload: ResolverTypeWrapper<Omit<RedeliverPayload, 'delivery' | 'webhook'> & { delivery?: Maybe<ResolversTypes['Delivery']>, webhook?: Maybe<ResolversTypes['Webhook']> }>;
  Webhook: ResolverTypeWrapper<WebhookParent>;
  WebhookFilter: ResolverTypeWrapper<WebhookFilter>;
  WebhookFailure: ResolverTypeWrapper<WebhookFailure>;
  WebhookState: WebhookState;
  WebhookListFilter: WebhookListFilter;
  Delivery: ResolverTypeWrapper<DeliveryParent>;
  DeliveryState: DeliveryState;
  DeliveryAttempt: ResolverTypeWrapper<DeliveryAttempt>;
  DeliveryFilter: DeliveryFilter;
  WebhookConnection: ResolverTypeWrapper<WebhookConnectionParent>;
  WebhookEdge: ResolverTypeWrapper<Omit<WebhookEdge, 'node'> & { node: ResolversTypes['Webhook'] }>;
  DeliveryConnection: ResolverTypeWrapper<DeliveryConnectionParent>;
  DeliveryEdge: ResolverTypeWrapper<Omit<DeliveryEdge, 'node'> & { node: ResolversTypes['Delivery'] }>;
  WebhookChange: ResolverTypeWrapper<Omit<WebhookChange, 'webhook'> & { webhook: ResolversTypes['Webhook'] }>;
};

/** Mapping between all available schema types and the resolvers parents */
export type ResolversParentTypes = {
  Query: Record<PropertyKey, never>;
  String: Scalars['String']['output'];
  Int: Scalars['Int']['output'];
  ID: Scalars['ID']['output'];
  Float: Scalars['Float']['output'];
  Mutation: Record<PropertyKey, never>;
  SubjectInput: SubjectInput;
  GrantInput: GrantInput;
  RevokeGrantInput: RevokeGrantInput;
  CreateRoleInput: CreateRoleInput;
  UpdateRoleInput: UpdateRoleInput;
  DeleteRoleInput: DeleteRoleInput;
  GrantPayload: Omit<GrantPayload, 'grant'> & { grant?: Maybe<ResolversParentTypes['Grant']> };
  RolePayload: Omit<RolePayload, 'role'> & { role?: Maybe<ResolversParentTypes['Role']> };
  Access: AccessParent;
  Boolean: Scalars['Boolean']['output'];
  Subject: SubjectParent;
  Grant: GrantParent;
  Role: RoleParent;
  GrantFilter: GrantFilter;
  GrantConnection: GrantConnectionParent;
  GrantEdge: Omit<GrantEdge, 'node'> & { node: ResolversParentTypes['Grant'] };
  Subscription: Record<PropertyKey, never>;
  GrantChangeFilter: GrantChangeFilter;
  RoleChangeFilter: RoleChangeFilter;
  GrantChange: GrantChangeParent;
  RoleChange: Omit<RoleChange, 'role'> & { role?: Maybe<ResolversParentTypes['Role']> };
  Agent: AgentParent;
  AgentCron: AgentCronParent;
  DroppedCronRuns: DroppedCronRuns;
  Task: TaskParent;
  AgentGroup: AgentGroupParent;
  InstalledApp: InstalledApp;
  RemoveAgentInput: RemoveAgentInput;
  RemoveAgentPayload: Omit<RemoveAgentPayload, 'agent'> & { agent?: Maybe<ResolversParentTypes['Agent']> };
  ApproveAgentInput: ApproveAgentInput;
  RevokeAgentInput: RevokeAgentInput;
  SetAgentLabelsInput: SetAgentLabelsInput;
  AgentPayload: Omit<AgentPayload, 'agent'> & { agent?: Maybe<ResolversParentTypes['Agent']> };
  AgentFilter: AgentFilter;
  AgentConnection: AgentConnectionParent;
  AgentEdge: Omit<AgentEdge, 'node'> & { node: ResolversParentTypes['Agent'] };
  AgentChange: Omit<AgentChange, 'agent'> & { agent: ResolversParentTypes['Agent'] };
  AppOnAgent: AppOnAgentParent;
  AppOnAgentConnection: AppOnAgentConnectionParent;
  AppOnAgentEdge: Omit<AppOnAgentEdge, 'node'> & { node: ResolversParentTypes['AppOnAgent'] };
  CreateAppInput: CreateAppInput;
  UpdateAppInput: UpdateAppInput;
  BanAppInput: BanAppInput;
  UnbanAppInput: UnbanAppInput;
  ReleaseAppVersionInput: ReleaseAppVersionInput;
  WithdrawAppVersionInput: WithdrawAppVersionInput;
  BindAppInput: BindAppInput;
  UnbindAppInput: UnbindAppInput;
  AppPayload: Omit<AppPayload, 'app'> & { app?: Maybe<ResolversParentTypes['App']> };
  ReleaseAppVersionPayload: Omit<ReleaseAppVersionPayload, 'app' | 'rollout'> & { app?: Maybe<ResolversParentTypes['App']>, rollout?: Maybe<ResolversParentTypes['Rollout']> };
  App: AppParent;
  AppVersion: AppVersionParent;
  AppFunction: AppFunction;
  AppBinding: AppBinding;
  AppFilter: AppFilter;
  AppConnection: AppConnectionParent;
  AppEdge: Omit<AppEdge, 'node'> & { node: ResolversParentTypes['App'] };
  AppVersionConnection: AppVersionConnectionParent;
  AppVersionEdge: Omit<AppVersionEdge, 'node'> & { node: ResolversParentTypes['AppVersion'] };
  AppChange: Omit<AppChange, 'app'> & { app: ResolversParentTypes['App'] };
  Log: LogParent;
  SignedHead: SignedHeadParent;
  InclusionProof: InclusionProofParent;
  ConsistencyProof: ConsistencyProofParent;
  CreateAuthKeyInput: CreateAuthKeyInput;
  RotateAuthKeyInput: RotateAuthKeyInput;
  RevokeAuthKeyInput: RevokeAuthKeyInput;
  AuthKeyPayload: Omit<AuthKeyPayload, 'authKey'> & { authKey?: Maybe<ResolversParentTypes['AuthKey']> };
  AuthKey: AuthKeyParent;
  AuthKeyConnection: AuthKeyConnectionParent;
  AuthKeyEdge: Omit<AuthKeyEdge, 'node'> & { node: ResolversParentTypes['AuthKey'] };
  AuthKeyFilter: AuthKeyFilter;
  AuthKeyChange: Omit<AuthKeyChange, 'authKey'> & { authKey: ResolversParentTypes['AuthKey'] };
  StreamChange: StreamChangeParent;
  StreamChangeConnection: StreamChangeConnectionParent;
  StreamChangeEdge: Omit<StreamChangeEdge, 'node'> & { node: ResolversParentTypes['StreamChange'] };
  Correlation: CorrelationParent;
  CausedEvent: CausedEventParent;
  Actor: ActorParent;
  Event: EventParent;
  EventFilter: EventFilter;
  EventConnection: EventConnectionParent;
  EventEdge: Omit<EventEdge, 'node'> & { node: ResolversParentTypes['Event'] };
  InventorySource: InventorySourceParent;
  InventorySourceFilter: InventorySourceFilter;
  InventorySourceChange: Omit<InventorySourceChange, 'inventorySource'> & { inventorySource: ResolversParentTypes['InventorySource'] };
  CreateJoinTokenInput: CreateJoinTokenInput;
  RevokeJoinTokenInput: RevokeJoinTokenInput;
  CreateJoinTokenPayload: Omit<CreateJoinTokenPayload, 'joinToken'> & { joinToken?: Maybe<ResolversParentTypes['JoinToken']> };
  JoinTokenPayload: Omit<JoinTokenPayload, 'joinToken'> & { joinToken?: Maybe<ResolversParentTypes['JoinToken']> };
  JoinToken: JoinTokenParent;
  JoinTokenFilter: JoinTokenFilter;
  JoinTokenConnection: JoinTokenConnectionParent;
  JoinTokenEdge: Omit<JoinTokenEdge, 'node'> & { node: ResolversParentTypes['JoinToken'] };
  JoinTokenChange: Omit<JoinTokenChange, 'joinToken'> & { joinToken: ResolversParentTypes['JoinToken'] };
  LimitFilter: LimitFilter;
  GuardFilter: GuardFilter;
  SetLimitInput: SetLimitInput;
  RemoveLimitInput: RemoveLimitInput;
  SetGuardInput: SetGuardInput;
  RemoveGuardInput: RemoveGuardInput;
  DecideTaskInput: DecideTaskInput;
  Limit: LimitParent;
  Guard: GuardParent;
  TaskGuard: TaskGuard;
  Approval: Omit<Approval, 'decidedBy'> & { decidedBy?: Maybe<ResolversParentTypes['Actor']> };
  TaskFilter: TaskFilter;
  LimitPayload: Omit<LimitPayload, 'limit'> & { limit?: Maybe<ResolversParentTypes['Limit']> };
  GuardPayload: Omit<GuardPayload, 'guard'> & { guard?: Maybe<ResolversParentTypes['Guard']> };
  ApprovalPayload: ApprovalPayloadParent;
  LimitConnection: LimitConnectionParent;
  LimitEdge: Omit<LimitEdge, 'node'> & { node: ResolversParentTypes['Limit'] };
  GuardConnection: GuardConnectionParent;
  GuardEdge: Omit<GuardEdge, 'node'> & { node: ResolversParentTypes['Guard'] };
  LimitChange: Omit<LimitChange, 'limit'> & { limit?: Maybe<ResolversParentTypes['Limit']> };
  GuardChange: Omit<GuardChange, 'guard'> & { guard?: Maybe<ResolversParentTypes['Guard']> };
  PageInfo: PageInfo;
  RetryDeadLetterInput: RetryDeadLetterInput;
  SetAsideDeadLetterInput: SetAsideDeadLetterInput;
  DeadLetterPayload: Omit<DeadLetterPayload, 'deadLetter'> & { deadLetter?: Maybe<ResolversParentTypes['DeadLetter']> };
  DeadLetterFilter: DeadLetterFilter;
  RebuildReadModelsInput: RebuildReadModelsInput;
  RebuildPayload: Omit<RebuildPayload, 'rebuild'> & { rebuild?: Maybe<ResolversParentTypes['Rebuild']> };
  Rebuild: RebuildParent;
  RebuildConnection: RebuildConnectionParent;
  RebuildEdge: Omit<RebuildEdge, 'node'> & { node: ResolversParentTypes['Rebuild'] };
  DeadLetter: DeadLetterParent;
  DeadLetterConnection: DeadLetterConnectionParent;
  DeadLetterEdge: Omit<DeadLetterEdge, 'node'> & { node: ResolversParentTypes['DeadLetter'] };
  Platform: PlatformParent;
  Projector: Projector;
  Counters: Counters;
  TaskStateCount: TaskStateCount;
  AgentStateCount: AgentStateCount;
  Processing: ProcessingParent;
  MoveProcessorInput: MoveProcessorInput;
  MoveProcessorPayload: MoveProcessorPayloadParent;
  Processor: ProcessorParent;
  ProcessorFilter: ProcessorFilter;
  ProcessorChange: Omit<ProcessorChange, 'processor'> & { processor: ResolversParentTypes['Processor'] };
  CreateQueueInput: CreateQueueInput;
  AddQueueTasksInput: AddQueueTasksInput;
  QueueTaskInput: QueueTaskInput;
  CommitQueueInput: CommitQueueInput;
  StopQueueInput: StopQueueInput;
  QueueTasksPayload: Omit<QueueTasksPayload, 'queue' | 'tasks'> & { queue?: Maybe<ResolversParentTypes['Queue']>, tasks?: Maybe<ReadonlyArray<ResolversParentTypes['Task']>> };
  QueuePayload: Omit<QueuePayload, 'queue'> & { queue?: Maybe<ResolversParentTypes['Queue']> };
  Queue: QueueParent;
  QueueFilter: QueueFilter;
  QueueConnection: QueueConnectionParent;
  QueueEdge: Omit<QueueEdge, 'node'> & { node: ResolversParentTypes['Queue'] };
  QueueChange: Omit<QueueChange, 'queue'> & { queue: ResolversParentTypes['Queue'] };
  RolloutInput: RolloutInput;
  RolloutOnlyInput: RolloutOnlyInput;
  RolloutPayload: Omit<RolloutPayload, 'rollout'> & { rollout?: Maybe<ResolversParentTypes['Rollout']> };
  Rollout: RolloutParent;
  RolloutCounts: RolloutCounts;
  RolloutFilter: RolloutFilter;
  RolloutConnection: RolloutConnectionParent;
  RolloutEdge: Omit<RolloutEdge, 'node'> & { node: ResolversParentTypes['Rollout'] };
  RolloutChange: Omit<RolloutChange, 'rollout'> & { rollout: ResolversParentTypes['Rollout'] };
  CreateScheduleInput: CreateScheduleInput;
  UpdateScheduleInput: UpdateScheduleInput;
  ScheduleInput: ScheduleInput;
  SchedulePayload: Omit<SchedulePayload, 'schedule'> & { schedule?: Maybe<ResolversParentTypes['Schedule']> };
  FireSchedulePayload: Omit<FireSchedulePayload, 'schedule' | 'task'> & { schedule?: Maybe<ResolversParentTypes['Schedule']>, task?: Maybe<ResolversParentTypes['Task']> };
  Schedule: ScheduleParent;
  Fire: FireParent;
  ScheduleFilter: ScheduleFilter;
  ScheduleConnection: ScheduleConnectionParent;
  ScheduleEdge: Omit<ScheduleEdge, 'node'> & { node: ResolversParentTypes['Schedule'] };
  FireConnection: FireConnectionParent;
  FireEdge: Omit<FireEdge, 'node'> & { node: ResolversParentTypes['Fire'] };
  ScheduleChange: Omit<ScheduleChange, 'schedule'> & { schedule: ResolversParentTypes['Schedule'] };
  JSON: Scalars['JSON']['output'];
  DateTime: Scalars['DateTime']['output'];
  Position: Scalars['Position']['output'];
  EnrolSecondFactorInput: EnrolSecondFactorInput;
  ConfirmSecondFactorInput: ConfirmSecondFactorInput;
  MakeRecoveryCodesInput: MakeRecoveryCodesInput;
  DisableSecondFactorInput: DisableSecondFactorInput;
  EnrolSecondFactorPayload: EnrolSecondFactorPayload;
  RecoveryCodesPayload: Omit<RecoveryCodesPayload, 'user'> & { user?: Maybe<ResolversParentTypes['User']> };
  CreateSecretInput: CreateSecretInput;
  RotateSecretInput: RotateSecretInput;
  UpdateSecretInput: UpdateSecretInput;
  DeleteSecretInput: DeleteSecretInput;
  SecretPayload: Omit<SecretPayload, 'secret'> & { secret?: Maybe<ResolversParentTypes['Secret']> };
  Secret: SecretParent;
  SecretConnection: SecretConnectionParent;
  SecretEdge: Omit<SecretEdge, 'node'> & { node: ResolversParentTypes['Secret'] };
  SecretFilter: SecretFilter;
  SecretChange: Omit<SecretChange, 'secret'> & { secret: ResolversParentTypes['Secret'] };
  Output: OutputParent;
  OutputChunk: OutputChunkParent;
  TaskMinute: TaskMinuteParent;
  AppDuration: AppDurationParent;
  NewFailure: NewFailureParent;
  TaskResult: TaskResultParent;
  Failure: Failure;
  RunTaskInput: RunTaskInput;
  RetryInput: RetryInput;
  CancelTasksInput: CancelTasksInput;
  CancelTaskInput: CancelTaskInput;
  RunTaskPayload: RunTaskPayloadParent;
  AgentLeftOut: AgentLeftOut;
  CancelTaskPayload: Omit<CancelTaskPayload, 'task'> & { task?: Maybe<ResolversParentTypes['Task']> };
  CancelTasksPayload: Omit<CancelTasksPayload, 'tasks'> & { tasks?: Maybe<ReadonlyArray<ResolversParentTypes['Task']>> };
  TaskRefusal: TaskRefusal;
  Refusal: Refusal;
  Retry: RetryParent;
  TaskWait: TaskWaitParent;
  Attempt: AttemptParent;
  TaskConnection: TaskConnectionParent;
  TaskEdge: Omit<TaskEdge, 'node'> & { node: ResolversParentTypes['Task'] };
  TaskChange: Omit<TaskChange, 'task'> & { task: ResolversParentTypes['Task'] };
  Viewer: ViewerParent;
  SignInInput: SignInInput;
  SignOutInput: SignOutInput;
  CreateUserInput: CreateUserInput;
  UpdateUserInput: UpdateUserInput;
  DisableUserInput: DisableUserInput;
  EraseUserInput: EraseUserInput;
  EnableUserInput: EnableUserInput;
  ResetPasswordInput: ResetPasswordInput;
  ChangePasswordInput: ChangePasswordInput;
  CreateAccessTokenInput: CreateAccessTokenInput;
  RevokeAccessTokenInput: RevokeAccessTokenInput;
  EndSessionsInput: EndSessionsInput;
  SignInPayload: Omit<SignInPayload, 'viewer'> & { viewer: ResolversParentTypes['Viewer'] };
  NewSession: NewSession;
  UserPayload: Omit<UserPayload, 'user'> & { user?: Maybe<ResolversParentTypes['User']> };
  UserWithPasswordPayload: Omit<UserWithPasswordPayload, 'user'> & { user?: Maybe<ResolversParentTypes['User']> };
  AccessTokenPayload: Omit<AccessTokenPayload, 'accessToken'> & { accessToken?: Maybe<ResolversParentTypes['AccessToken']> };
  User: UserParent;
  Session: SessionParent;
  AccessToken: AccessTokenParent;
  UserFilter: UserFilter;
  UserConnection: UserConnectionParent;
  UserEdge: Omit<UserEdge, 'node'> & { node: ResolversParentTypes['User'] };
  UserChange: Omit<UserChange, 'user'> & { user: ResolversParentTypes['User'] };
  Component: ComponentParent;
  Flow: FlowParent;
  Lease: LeaseParent;
  SlowQuery: SlowQueryParent;
  OpenIncident: OpenIncidentParent;
  Incident: IncidentParent;
  IncidentConnection: IncidentConnectionParent;
  IncidentEdge: Omit<IncidentEdge, 'node'> & { node: ResolversParentTypes['Incident'] };
  CreateWebhookInput: CreateWebhookInput;
  UpdateWebhookInput: UpdateWebhookInput;
  WebhookInput: WebhookInput;
  RedeliverInput: RedeliverInput;
  WebhookFilterInput: WebhookFilterInput;
  CreateWebhookPayload: Omit<CreateWebhookPayload, 'webhook'> & { webhook?: Maybe<ResolversParentTypes['Webhook']> };
  WebhookPayload: Omit<WebhookPayload, 'webhook'> & { webhook?: Maybe<ResolversParentTypes['Webhook']> };
  RedeliverPayload: Omit<RedeliverPayload, 'delivery' | 'webhook'> & { delivery?: Maybe<ResolversParentTypes['Delivery']>, webhook?: Maybe<ResolversParentTypes['Webhook']> };
  Webhook: WebhookParent;
  WebhookFilter: WebhookFilter;
  WebhookFailure: WebhookFailure;
  WebhookListFilter: WebhookListFilter;
  Delivery: DeliveryParent;
  DeliveryAttempt: DeliveryAttempt;
  DeliveryFilter: DeliveryFilter;
  WebhookConnection: WebhookConnectionParent;
  WebhookEdge: Omit<WebhookEdge, 'node'> & { node: ResolversParentTypes['Webhook'] };
  DeliveryConnection: DeliveryConnectionParent;
  DeliveryEdge: Omit<DeliveryEdge, 'node'> & { node: ResolversParentTypes['Delivery'] };
  WebhookChange: Omit<WebhookChange, 'webhook'> & { webhook: ResolversParentTypes['Webhook'] };
};

export type QueryResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['Query'] = ResolversParentTypes['Query']> = {
  access?: Resolver<ResolversTypes['Access'], ParentType, ContextType, RequireFields<QueryAccessArgs, 'subject' | 'permission'>>;
  whoCan?: Resolver<ReadonlyArray<ResolversTypes['Access']>, ParentType, ContextType, RequireFields<QueryWhoCanArgs, 'permission'>>;
  grants?: Resolver<ResolversTypes['GrantConnection'], ParentType, ContextType, RequireFields<QueryGrantsArgs, 'first'>>;
  roles?: Resolver<ReadonlyArray<ResolversTypes['Role']>, ParentType, ContextType, Partial<QueryRolesArgs>>;
  agent?: Resolver<Maybe<ResolversTypes['Agent']>, ParentType, ContextType, RequireFields<QueryAgentArgs, 'id'>>;
  agents?: Resolver<ResolversTypes['AgentConnection'], ParentType, ContextType, RequireFields<QueryAgentsArgs, 'first'>>;
  agentGroups?: Resolver<ReadonlyArray<ResolversTypes['AgentGroup']>, ParentType, ContextType, RequireFields<QueryAgentGroupsArgs, 'label' | 'selector' | 'first'>>;
  app?: Resolver<Maybe<ResolversTypes['App']>, ParentType, ContextType, RequireFields<QueryAppArgs, 'name'>>;
  apps?: Resolver<ResolversTypes['AppConnection'], ParentType, ContextType, RequireFields<QueryAppsArgs, 'first'>>;
  rollout?: Resolver<Maybe<ResolversTypes['Rollout']>, ParentType, ContextType, RequireFields<QueryRolloutArgs, 'id'>>;
  rollouts?: Resolver<ResolversTypes['RolloutConnection'], ParentType, ContextType, RequireFields<QueryRolloutsArgs, 'first'>>;
  log?: Resolver<ResolversTypes['Log'], ParentType, ContextType>;
  proof?: Resolver<ResolversTypes['InclusionProof'], ParentType, ContextType, RequireFields<QueryProofArgs, 'event'>>;
  consistency?: Resolver<ResolversTypes['ConsistencyProof'], ParentType, ContextType, RequireFields<QueryConsistencyArgs, 'fromSize' | 'toSize'>>;
  authKeys?: Resolver<ResolversTypes['AuthKeyConnection'], ParentType, ContextType, RequireFields<QueryAuthKeysArgs, 'first'>>;
  events?: Resolver<ResolversTypes['EventConnection'], ParentType, ContextType, RequireFields<QueryEventsArgs, 'order' | 'first'>>;
  changes?: Resolver<ResolversTypes['StreamChangeConnection'], ParentType, ContextType, RequireFields<QueryChangesArgs, 'from' | 'to' | 'first'>>;
  correlation?: Resolver<Maybe<ResolversTypes['Correlation']>, ParentType, ContextType, RequireFields<QueryCorrelationArgs, 'id' | 'first'>>;
  inventorySources?: Resolver<ReadonlyArray<ResolversTypes['InventorySource']>, ParentType, ContextType, Partial<QueryInventorySourcesArgs>>;
  joinToken?: Resolver<Maybe<ResolversTypes['JoinToken']>, ParentType, ContextType, RequireFields<QueryJoinTokenArgs, 'id'>>;
  joinTokens?: Resolver<ResolversTypes['JoinTokenConnection'], ParentType, ContextType, RequireFields<QueryJoinTokensArgs, 'first'>>;
  limits?: Resolver<ResolversTypes['LimitConnection'], ParentType, ContextType, RequireFields<QueryLimitsArgs, 'first'>>;
  guards?: Resolver<ResolversTypes['GuardConnection'], ParentType, ContextType, RequireFields<QueryGuardsArgs, 'first'>>;
  platform?: Resolver<ResolversTypes['Platform'], ParentType, ContextType, Partial<QueryPlatformArgs>>;
  projectors?: Resolver<ReadonlyArray<ResolversTypes['Projector']>, ParentType, ContextType>;
  deadLetters?: Resolver<ResolversTypes['DeadLetterConnection'], ParentType, ContextType, RequireFields<QueryDeadLettersArgs, 'first'>>;
  rebuilds?: Resolver<ResolversTypes['RebuildConnection'], ParentType, ContextType, RequireFields<QueryRebuildsArgs, 'first'>>;
  processor?: Resolver<Maybe<ResolversTypes['Processor']>, ParentType, ContextType, RequireFields<QueryProcessorArgs, 'app' | 'name'>>;
  queue?: Resolver<Maybe<ResolversTypes['Queue']>, ParentType, ContextType, RequireFields<QueryQueueArgs, 'id'>>;
  queues?: Resolver<ResolversTypes['QueueConnection'], ParentType, ContextType, RequireFields<QueryQueuesArgs, 'first'>>;
  schedule?: Resolver<Maybe<ResolversTypes['Schedule']>, ParentType, ContextType, RequireFields<QueryScheduleArgs, 'id'>>;
  schedules?: Resolver<ResolversTypes['ScheduleConnection'], ParentType, ContextType, RequireFields<QuerySchedulesArgs, 'first'>>;
  previewRule?: Resolver<ReadonlyArray<ResolversTypes['DateTime']>, ParentType, ContextType, RequireFields<QueryPreviewRuleArgs, 'rule' | 'timeZone' | 'count'>>;
  secrets?: Resolver<ResolversTypes['SecretConnection'], ParentType, ContextType, RequireFields<QuerySecretsArgs, 'first'>>;
  taskOutput?: Resolver<ResolversTypes['Output'], ParentType, ContextType, RequireFields<QueryTaskOutputArgs, 'task' | 'from' | 'first'>>;
  task?: Resolver<Maybe<ResolversTypes['Task']>, ParentType, ContextType, RequireFields<QueryTaskArgs, 'id'>>;
  tasks?: Resolver<ResolversTypes['TaskConnection'], ParentType, ContextType, RequireFields<QueryTasksArgs, 'first'>>;
  user?: Resolver<Maybe<ResolversTypes['User']>, ParentType, ContextType, RequireFields<QueryUserArgs, 'id'>>;
  users?: Resolver<ResolversTypes['UserConnection'], ParentType, ContextType, RequireFields<QueryUsersArgs, 'first'>>;
  viewer?: Resolver<Maybe<ResolversTypes['Viewer']>, ParentType, ContextType, Partial<QueryViewerArgs>>;
  signInMethods?: Resolver<ReadonlyArray<ResolversTypes['SignInMethod']>, ParentType, ContextType>;
  accessTokens?: Resolver<ReadonlyArray<ResolversTypes['AccessToken']>, ParentType, ContextType, Partial<QueryAccessTokensArgs>>;
  components?: Resolver<ReadonlyArray<ResolversTypes['Component']>, ParentType, ContextType>;
  flows?: Resolver<ReadonlyArray<ResolversTypes['Flow']>, ParentType, ContextType>;
  leases?: Resolver<ReadonlyArray<ResolversTypes['Lease']>, ParentType, ContextType>;
  slowQueries?: Resolver<ReadonlyArray<ResolversTypes['SlowQuery']>, ParentType, ContextType>;
  openIncidents?: Resolver<ReadonlyArray<ResolversTypes['OpenIncident']>, ParentType, ContextType>;
  incidents?: Resolver<ResolversTypes['IncidentConnection'], ParentType, ContextType, RequireFields<QueryIncidentsArgs, 'first'>>;
  webhook?: Resolver<Maybe<ResolversTypes['Webhook']>, ParentType, ContextType, RequireFields<QueryWebhookArgs, 'id'>>;
  webhooks?: Resolver<ResolversTypes['WebhookConnection'], ParentType, ContextType, RequireFields<QueryWebhooksArgs, 'first'>>;
};

export type MutationResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['Mutation'] = ResolversParentTypes['Mutation']> = {
  grant?: Resolver<ResolversTypes['GrantPayload'], ParentType, ContextType, RequireFields<MutationGrantArgs, 'input'>>;
  revokeGrant?: Resolver<ResolversTypes['GrantPayload'], ParentType, ContextType, RequireFields<MutationRevokeGrantArgs, 'input'>>;
  createRole?: Resolver<ResolversTypes['RolePayload'], ParentType, ContextType, RequireFields<MutationCreateRoleArgs, 'input'>>;
  updateRole?: Resolver<ResolversTypes['RolePayload'], ParentType, ContextType, RequireFields<MutationUpdateRoleArgs, 'input'>>;
  deleteRole?: Resolver<ResolversTypes['RolePayload'], ParentType, ContextType, RequireFields<MutationDeleteRoleArgs, 'input'>>;
  removeAgent?: Resolver<ResolversTypes['RemoveAgentPayload'], ParentType, ContextType, RequireFields<MutationRemoveAgentArgs, 'input'>>;
  approveAgent?: Resolver<ResolversTypes['AgentPayload'], ParentType, ContextType, RequireFields<MutationApproveAgentArgs, 'input'>>;
  revokeAgent?: Resolver<ResolversTypes['AgentPayload'], ParentType, ContextType, RequireFields<MutationRevokeAgentArgs, 'input'>>;
  setAgentLabels?: Resolver<ResolversTypes['AgentPayload'], ParentType, ContextType, RequireFields<MutationSetAgentLabelsArgs, 'input'>>;
  createApp?: Resolver<ResolversTypes['AppPayload'], ParentType, ContextType, RequireFields<MutationCreateAppArgs, 'input'>>;
  updateApp?: Resolver<ResolversTypes['AppPayload'], ParentType, ContextType, RequireFields<MutationUpdateAppArgs, 'input'>>;
  banApp?: Resolver<ResolversTypes['AppPayload'], ParentType, ContextType, RequireFields<MutationBanAppArgs, 'input'>>;
  unbanApp?: Resolver<ResolversTypes['AppPayload'], ParentType, ContextType, RequireFields<MutationUnbanAppArgs, 'input'>>;
  releaseAppVersion?: Resolver<ResolversTypes['ReleaseAppVersionPayload'], ParentType, ContextType, RequireFields<MutationReleaseAppVersionArgs, 'input'>>;
  withdrawAppVersion?: Resolver<ResolversTypes['AppPayload'], ParentType, ContextType, RequireFields<MutationWithdrawAppVersionArgs, 'input'>>;
  bindApp?: Resolver<ResolversTypes['AppPayload'], ParentType, ContextType, RequireFields<MutationBindAppArgs, 'input'>>;
  unbindApp?: Resolver<ResolversTypes['AppPayload'], ParentType, ContextType, RequireFields<MutationUnbindAppArgs, 'input'>>;
  pauseRollout?: Resolver<ResolversTypes['RolloutPayload'], ParentType, ContextType, RequireFields<MutationPauseRolloutArgs, 'input'>>;
  resumeRollout?: Resolver<ResolversTypes['RolloutPayload'], ParentType, ContextType, RequireFields<MutationResumeRolloutArgs, 'input'>>;
  rollBackRollout?: Resolver<ResolversTypes['RolloutPayload'], ParentType, ContextType, RequireFields<MutationRollBackRolloutArgs, 'input'>>;
  createAuthKey?: Resolver<ResolversTypes['AuthKeyPayload'], ParentType, ContextType, RequireFields<MutationCreateAuthKeyArgs, 'input'>>;
  rotateAuthKey?: Resolver<ResolversTypes['AuthKeyPayload'], ParentType, ContextType, RequireFields<MutationRotateAuthKeyArgs, 'input'>>;
  revokeAuthKey?: Resolver<ResolversTypes['AuthKeyPayload'], ParentType, ContextType, RequireFields<MutationRevokeAuthKeyArgs, 'input'>>;
  createJoinToken?: Resolver<ResolversTypes['CreateJoinTokenPayload'], ParentType, ContextType, RequireFields<MutationCreateJoinTokenArgs, 'input'>>;
  revokeJoinToken?: Resolver<ResolversTypes['JoinTokenPayload'], ParentType, ContextType, RequireFields<MutationRevokeJoinTokenArgs, 'input'>>;
  setLimit?: Resolver<ResolversTypes['LimitPayload'], ParentType, ContextType, RequireFields<MutationSetLimitArgs, 'input'>>;
  removeLimit?: Resolver<ResolversTypes['LimitPayload'], ParentType, ContextType, RequireFields<MutationRemoveLimitArgs, 'input'>>;
  setGuard?: Resolver<ResolversTypes['GuardPayload'], ParentType, ContextType, RequireFields<MutationSetGuardArgs, 'input'>>;
  removeGuard?: Resolver<ResolversTypes['GuardPayload'], ParentType, ContextType, RequireFields<MutationRemoveGuardArgs, 'input'>>;
  approveTask?: Resolver<ResolversTypes['ApprovalPayload'], ParentType, ContextType, RequireFields<MutationApproveTaskArgs, 'input'>>;
  refuseTask?: Resolver<ResolversTypes['ApprovalPayload'], ParentType, ContextType, RequireFields<MutationRefuseTaskArgs, 'input'>>;
  retryDeadLetter?: Resolver<ResolversTypes['DeadLetterPayload'], ParentType, ContextType, RequireFields<MutationRetryDeadLetterArgs, 'input'>>;
  setAsideDeadLetter?: Resolver<ResolversTypes['DeadLetterPayload'], ParentType, ContextType, RequireFields<MutationSetAsideDeadLetterArgs, 'input'>>;
  rebuildReadModels?: Resolver<ResolversTypes['RebuildPayload'], ParentType, ContextType, RequireFields<MutationRebuildReadModelsArgs, 'input'>>;
  moveProcessor?: Resolver<ResolversTypes['MoveProcessorPayload'], ParentType, ContextType, RequireFields<MutationMoveProcessorArgs, 'input'>>;
  createQueue?: Resolver<ResolversTypes['QueueTasksPayload'], ParentType, ContextType, RequireFields<MutationCreateQueueArgs, 'input'>>;
  addQueueTasks?: Resolver<ResolversTypes['QueueTasksPayload'], ParentType, ContextType, RequireFields<MutationAddQueueTasksArgs, 'input'>>;
  commitQueue?: Resolver<ResolversTypes['QueuePayload'], ParentType, ContextType, RequireFields<MutationCommitQueueArgs, 'input'>>;
  stopQueue?: Resolver<ResolversTypes['QueuePayload'], ParentType, ContextType, RequireFields<MutationStopQueueArgs, 'input'>>;
  createSchedule?: Resolver<ResolversTypes['SchedulePayload'], ParentType, ContextType, RequireFields<MutationCreateScheduleArgs, 'input'>>;
  updateSchedule?: Resolver<ResolversTypes['SchedulePayload'], ParentType, ContextType, RequireFields<MutationUpdateScheduleArgs, 'input'>>;
  pauseSchedule?: Resolver<ResolversTypes['SchedulePayload'], ParentType, ContextType, RequireFields<MutationPauseScheduleArgs, 'input'>>;
  resumeSchedule?: Resolver<ResolversTypes['SchedulePayload'], ParentType, ContextType, RequireFields<MutationResumeScheduleArgs, 'input'>>;
  deleteSchedule?: Resolver<ResolversTypes['SchedulePayload'], ParentType, ContextType, RequireFields<MutationDeleteScheduleArgs, 'input'>>;
  fireSchedule?: Resolver<ResolversTypes['FireSchedulePayload'], ParentType, ContextType, RequireFields<MutationFireScheduleArgs, 'input'>>;
  enrolSecondFactor?: Resolver<ResolversTypes['EnrolSecondFactorPayload'], ParentType, ContextType, Partial<MutationEnrolSecondFactorArgs>>;
  confirmSecondFactor?: Resolver<ResolversTypes['RecoveryCodesPayload'], ParentType, ContextType, RequireFields<MutationConfirmSecondFactorArgs, 'input'>>;
  makeRecoveryCodes?: Resolver<ResolversTypes['RecoveryCodesPayload'], ParentType, ContextType, RequireFields<MutationMakeRecoveryCodesArgs, 'input'>>;
  disableSecondFactor?: Resolver<ResolversTypes['UserPayload'], ParentType, ContextType, RequireFields<MutationDisableSecondFactorArgs, 'input'>>;
  createSecret?: Resolver<ResolversTypes['SecretPayload'], ParentType, ContextType, RequireFields<MutationCreateSecretArgs, 'input'>>;
  rotateSecret?: Resolver<ResolversTypes['SecretPayload'], ParentType, ContextType, RequireFields<MutationRotateSecretArgs, 'input'>>;
  updateSecret?: Resolver<ResolversTypes['SecretPayload'], ParentType, ContextType, RequireFields<MutationUpdateSecretArgs, 'input'>>;
  deleteSecret?: Resolver<ResolversTypes['SecretPayload'], ParentType, ContextType, RequireFields<MutationDeleteSecretArgs, 'input'>>;
  runTask?: Resolver<ResolversTypes['RunTaskPayload'], ParentType, ContextType, RequireFields<MutationRunTaskArgs, 'input'>>;
  runTasks?: Resolver<ReadonlyArray<ResolversTypes['RunTaskPayload']>, ParentType, ContextType, RequireFields<MutationRunTasksArgs, 'inputs'>>;
  cancelTask?: Resolver<ResolversTypes['CancelTaskPayload'], ParentType, ContextType, RequireFields<MutationCancelTaskArgs, 'input'>>;
  cancelTasks?: Resolver<ResolversTypes['CancelTasksPayload'], ParentType, ContextType, RequireFields<MutationCancelTasksArgs, 'input'>>;
  signIn?: Resolver<ResolversTypes['SignInPayload'], ParentType, ContextType, RequireFields<MutationSignInArgs, 'input'>>;
  signOut?: Resolver<ResolversTypes['UserPayload'], ParentType, ContextType, Partial<MutationSignOutArgs>>;
  createUser?: Resolver<ResolversTypes['UserWithPasswordPayload'], ParentType, ContextType, RequireFields<MutationCreateUserArgs, 'input'>>;
  updateUser?: Resolver<ResolversTypes['UserPayload'], ParentType, ContextType, RequireFields<MutationUpdateUserArgs, 'input'>>;
  disableUser?: Resolver<ResolversTypes['UserPayload'], ParentType, ContextType, RequireFields<MutationDisableUserArgs, 'input'>>;
  eraseUser?: Resolver<ResolversTypes['UserPayload'], ParentType, ContextType, RequireFields<MutationEraseUserArgs, 'input'>>;
  enableUser?: Resolver<ResolversTypes['UserPayload'], ParentType, ContextType, RequireFields<MutationEnableUserArgs, 'input'>>;
  resetPassword?: Resolver<ResolversTypes['UserWithPasswordPayload'], ParentType, ContextType, RequireFields<MutationResetPasswordArgs, 'input'>>;
  changePassword?: Resolver<ResolversTypes['UserPayload'], ParentType, ContextType, RequireFields<MutationChangePasswordArgs, 'input'>>;
  createAccessToken?: Resolver<ResolversTypes['AccessTokenPayload'], ParentType, ContextType, RequireFields<MutationCreateAccessTokenArgs, 'input'>>;
  revokeAccessToken?: Resolver<ResolversTypes['UserPayload'], ParentType, ContextType, RequireFields<MutationRevokeAccessTokenArgs, 'input'>>;
  endSessions?: Resolver<ResolversTypes['UserPayload'], ParentType, ContextType, RequireFields<MutationEndSessionsArgs, 'input'>>;
  createWebhook?: Resolver<ResolversTypes['CreateWebhookPayload'], ParentType, ContextType, RequireFields<MutationCreateWebhookArgs, 'input'>>;
  updateWebhook?: Resolver<ResolversTypes['WebhookPayload'], ParentType, ContextType, RequireFields<MutationUpdateWebhookArgs, 'input'>>;
  pauseWebhook?: Resolver<ResolversTypes['WebhookPayload'], ParentType, ContextType, RequireFields<MutationPauseWebhookArgs, 'input'>>;
  resumeWebhook?: Resolver<ResolversTypes['WebhookPayload'], ParentType, ContextType, RequireFields<MutationResumeWebhookArgs, 'input'>>;
  deleteWebhook?: Resolver<ResolversTypes['WebhookPayload'], ParentType, ContextType, RequireFields<MutationDeleteWebhookArgs, 'input'>>;
  redeliver?: Resolver<ResolversTypes['RedeliverPayload'], ParentType, ContextType, RequireFields<MutationRedeliverArgs, 'input'>>;
};

export type GrantPayloadResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['GrantPayload'] = ResolversParentTypes['GrantPayload']> = {
  grant?: Resolver<Maybe<ResolversTypes['Grant']>, ParentType, ContextType>;
  position?: Resolver<Maybe<ResolversTypes['Position']>, ParentType, ContextType>;
  refusal?: Resolver<Maybe<ResolversTypes['Refusal']>, ParentType, ContextType>;
};

export type RolePayloadResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['RolePayload'] = ResolversParentTypes['RolePayload']> = {
  role?: Resolver<Maybe<ResolversTypes['Role']>, ParentType, ContextType>;
  position?: Resolver<Maybe<ResolversTypes['Position']>, ParentType, ContextType>;
  refusal?: Resolver<Maybe<ResolversTypes['Refusal']>, ParentType, ContextType>;
};

export type AccessResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['Access'] = ResolversParentTypes['Access']> = {
  subject?: Resolver<ResolversTypes['Subject'], ParentType, ContextType>;
  permission?: Resolver<ResolversTypes['Permission'], ParentType, ContextType>;
  isAllowed?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  because?: Resolver<ReadonlyArray<ResolversTypes['Grant']>, ParentType, ContextType>;
  sentence?: Resolver<ResolversTypes['String'], ParentType, ContextType, RequireFields<AccessSentenceArgs, 'language'>>;
};

export type SubjectResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['Subject'] = ResolversParentTypes['Subject']> = {
  kind?: Resolver<ResolversTypes['SubjectKind'], ParentType, ContextType>;
  id?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  name?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type GrantResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['Grant'] = ResolversParentTypes['Grant']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  subject?: Resolver<ResolversTypes['Subject'], ParentType, ContextType>;
  permission?: Resolver<ResolversTypes['Permission'], ParentType, ContextType>;
  apps?: Resolver<ReadonlyArray<ResolversTypes['String']>, ParentType, ContextType>;
  funcs?: Resolver<ReadonlyArray<ResolversTypes['String']>, ParentType, ContextType>;
  agents?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  secrets?: Resolver<ReadonlyArray<ResolversTypes['String']>, ParentType, ContextType>;
  state?: Resolver<ResolversTypes['GrantState'], ParentType, ContextType>;
  expiresAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  givenBy?: Resolver<Maybe<ResolversTypes['Actor']>, ParentType, ContextType>;
  givenAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  revokedBy?: Resolver<Maybe<ResolversTypes['Actor']>, ParentType, ContextType>;
  revokedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  revokeReason?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  sentence?: Resolver<ResolversTypes['String'], ParentType, ContextType, RequireFields<GrantSentenceArgs, 'language'>>;
  position?: Resolver<Maybe<ResolversTypes['Position']>, ParentType, ContextType>;
  history?: Resolver<ResolversTypes['EventConnection'], ParentType, ContextType, RequireFields<GrantHistoryArgs, 'first'>>;
};

export type RoleResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['Role'] = ResolversParentTypes['Role']> = {
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  description?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  permissions?: Resolver<ReadonlyArray<ResolversTypes['Permission']>, ParentType, ContextType>;
  apps?: Resolver<ReadonlyArray<ResolversTypes['String']>, ParentType, ContextType>;
  funcs?: Resolver<ReadonlyArray<ResolversTypes['String']>, ParentType, ContextType>;
  agents?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  secrets?: Resolver<ReadonlyArray<ResolversTypes['String']>, ParentType, ContextType>;
  isBuiltIn?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  position?: Resolver<Maybe<ResolversTypes['Position']>, ParentType, ContextType>;
  history?: Resolver<ResolversTypes['EventConnection'], ParentType, ContextType, RequireFields<RoleHistoryArgs, 'first'>>;
};

export type GrantConnectionResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['GrantConnection'] = ResolversParentTypes['GrantConnection']> = {
  nodes?: Resolver<ReadonlyArray<ResolversTypes['Grant']>, ParentType, ContextType>;
  edges?: Resolver<ReadonlyArray<ResolversTypes['GrantEdge']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type GrantEdgeResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['GrantEdge'] = ResolversParentTypes['GrantEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['Grant'], ParentType, ContextType>;
};

export type SubscriptionResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['Subscription'] = ResolversParentTypes['Subscription']> = {
  grantChanged?: SubscriptionResolver<ResolversTypes['GrantChange'], "grantChanged", ParentType, ContextType, Partial<SubscriptionGrantChangedArgs>>;
  roleChanged?: SubscriptionResolver<ResolversTypes['RoleChange'], "roleChanged", ParentType, ContextType, Partial<SubscriptionRoleChangedArgs>>;
  agentChanged?: SubscriptionResolver<ResolversTypes['AgentChange'], "agentChanged", ParentType, ContextType, Partial<SubscriptionAgentChangedArgs>>;
  appChanged?: SubscriptionResolver<ResolversTypes['AppChange'], "appChanged", ParentType, ContextType, Partial<SubscriptionAppChangedArgs>>;
  rolloutChanged?: SubscriptionResolver<ResolversTypes['RolloutChange'], "rolloutChanged", ParentType, ContextType, Partial<SubscriptionRolloutChangedArgs>>;
  authKeyChanged?: SubscriptionResolver<ResolversTypes['AuthKeyChange'], "authKeyChanged", ParentType, ContextType, Partial<SubscriptionAuthKeyChangedArgs>>;
  eventAppended?: SubscriptionResolver<ResolversTypes['Event'], "eventAppended", ParentType, ContextType, Partial<SubscriptionEventAppendedArgs>>;
  inventorySourceChanged?: SubscriptionResolver<ResolversTypes['InventorySourceChange'], "inventorySourceChanged", ParentType, ContextType, Partial<SubscriptionInventorySourceChangedArgs>>;
  joinTokenChanged?: SubscriptionResolver<ResolversTypes['JoinTokenChange'], "joinTokenChanged", ParentType, ContextType, Partial<SubscriptionJoinTokenChangedArgs>>;
  limitChanged?: SubscriptionResolver<ResolversTypes['LimitChange'], "limitChanged", ParentType, ContextType, Partial<SubscriptionLimitChangedArgs>>;
  guardChanged?: SubscriptionResolver<ResolversTypes['GuardChange'], "guardChanged", ParentType, ContextType, Partial<SubscriptionGuardChangedArgs>>;
  processorResults?: SubscriptionResolver<ResolversTypes['TaskChange'], "processorResults", ParentType, ContextType, RequireFields<SubscriptionProcessorResultsArgs, 'app' | 'name'>>;
  processorChanged?: SubscriptionResolver<ResolversTypes['ProcessorChange'], "processorChanged", ParentType, ContextType, Partial<SubscriptionProcessorChangedArgs>>;
  queueChanged?: SubscriptionResolver<ResolversTypes['QueueChange'], "queueChanged", ParentType, ContextType, Partial<SubscriptionQueueChangedArgs>>;
  scheduleChanged?: SubscriptionResolver<ResolversTypes['ScheduleChange'], "scheduleChanged", ParentType, ContextType, Partial<SubscriptionScheduleChangedArgs>>;
  secretChanged?: SubscriptionResolver<ResolversTypes['SecretChange'], "secretChanged", ParentType, ContextType, Partial<SubscriptionSecretChangedArgs>>;
  taskOutputAdded?: SubscriptionResolver<ResolversTypes['Output'], "taskOutputAdded", ParentType, ContextType, RequireFields<SubscriptionTaskOutputAddedArgs, 'task' | 'from'>>;
  taskChanged?: SubscriptionResolver<ResolversTypes['TaskChange'], "taskChanged", ParentType, ContextType, Partial<SubscriptionTaskChangedArgs>>;
  userChanged?: SubscriptionResolver<ResolversTypes['UserChange'], "userChanged", ParentType, ContextType, Partial<SubscriptionUserChangedArgs>>;
  webhookChanged?: SubscriptionResolver<ResolversTypes['WebhookChange'], "webhookChanged", ParentType, ContextType, Partial<SubscriptionWebhookChangedArgs>>;
};

export type GrantChangeResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['GrantChange'] = ResolversParentTypes['GrantChange']> = {
  grant?: Resolver<ResolversTypes['Grant'], ParentType, ContextType>;
  position?: Resolver<ResolversTypes['Position'], ParentType, ContextType>;
};

export type RoleChangeResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['RoleChange'] = ResolversParentTypes['RoleChange']> = {
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  role?: Resolver<Maybe<ResolversTypes['Role']>, ParentType, ContextType>;
  position?: Resolver<ResolversTypes['Position'], ParentType, ContextType>;
};

export type AgentResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['Agent'] = ResolversParentTypes['Agent']> = {
  crons?: Resolver<ReadonlyArray<ResolversTypes['AgentCron']>, ParentType, ContextType>;
  cronFileError?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  droppedCronRuns?: Resolver<Maybe<ResolversTypes['DroppedCronRuns']>, ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  ip?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  state?: Resolver<ResolversTypes['AgentState'], ParentType, ContextType>;
  version?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  platform?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  connectedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  lastSeenAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  apps?: Resolver<ReadonlyArray<ResolversTypes['InstalledApp']>, ParentType, ContextType>;
  installedApps?: Resolver<ReadonlyArray<ResolversTypes['AppOnAgent']>, ParentType, ContextType>;
  labels?: Resolver<ResolversTypes['JSON'], ParentType, ContextType>;
  labelSources?: Resolver<ResolversTypes['JSON'], ParentType, ContextType>;
  fingerprint?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  enrolledBy?: Resolver<Maybe<ResolversTypes['Actor']>, ParentType, ContextType>;
  position?: Resolver<ResolversTypes['Position'], ParentType, ContextType>;
  history?: Resolver<ResolversTypes['EventConnection'], ParentType, ContextType, RequireFields<AgentHistoryArgs, 'first'>>;
  tasks?: Resolver<ResolversTypes['TaskConnection'], ParentType, ContextType, RequireFields<AgentTasksArgs, 'first'>>;
};

export type AgentCronResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['AgentCron'] = ResolversParentTypes['AgentCron']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  comment?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  app?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  func?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  mode?: Resolver<ResolversTypes['AgentCronMode'], ParentType, ContextType>;
  rule?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  timeZone?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  isEnabled?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  lastRunAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  lastTask?: Resolver<Maybe<ResolversTypes['Task']>, ParentType, ContextType>;
  nextFires?: Resolver<ReadonlyArray<ResolversTypes['DateTime']>, ParentType, ContextType, RequireFields<AgentCronNextFiresArgs, 'count'>>;
  error?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type DroppedCronRunsResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['DroppedCronRuns'] = ResolversParentTypes['DroppedCronRuns']> = {
  count?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  firstFireAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  lastFireAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  toldAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
};

export type TaskResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['Task'] = ResolversParentTypes['Task']> = {
  cronId?: Resolver<Maybe<ResolversTypes['ID']>, ParentType, ContextType>;
  guards?: Resolver<ReadonlyArray<ResolversTypes['TaskGuard']>, ParentType, ContextType>;
  approval?: Resolver<Maybe<ResolversTypes['Approval']>, ParentType, ContextType>;
  processing?: Resolver<Maybe<ResolversTypes['Processing']>, ParentType, ContextType>;
  queue?: Resolver<Maybe<ResolversTypes['Queue']>, ParentType, ContextType>;
  schedule?: Resolver<Maybe<ResolversTypes['Schedule']>, ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  kind?: Resolver<ResolversTypes['TaskKind'], ParentType, ContextType>;
  state?: Resolver<ResolversTypes['TaskState'], ParentType, ContextType>;
  agent?: Resolver<Maybe<ResolversTypes['Agent']>, ParentType, ContextType>;
  agentId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  agentIp?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  app?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  func?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  param?: Resolver<Maybe<ResolversTypes['JSON']>, ParentType, ContextType>;
  proxy?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  processor?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  timeoutMs?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  startWithinMs?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  retry?: Resolver<Maybe<ResolversTypes['Retry']>, ParentType, ContextType>;
  fireAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  parents?: Resolver<ReadonlyArray<ResolversTypes['Task']>, ParentType, ContextType>;
  wait?: Resolver<Maybe<ResolversTypes['TaskWait']>, ParentType, ContextType>;
  attempt?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  attempts?: Resolver<ReadonlyArray<ResolversTypes['Attempt']>, ParentType, ContextType>;
  requestedAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  dispatchedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  acknowledgedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  startedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  cancelRequestedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  endedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  requestedBy?: Resolver<ResolversTypes['Actor'], ParentType, ContextType>;
  result?: Resolver<Maybe<ResolversTypes['TaskResult']>, ParentType, ContextType>;
  failure?: Resolver<Maybe<ResolversTypes['Failure']>, ParentType, ContextType>;
  correlationId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  position?: Resolver<ResolversTypes['Position'], ParentType, ContextType>;
  history?: Resolver<ResolversTypes['EventConnection'], ParentType, ContextType, RequireFields<TaskHistoryArgs, 'first'>>;
};

export type AgentGroupResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['AgentGroup'] = ResolversParentTypes['AgentGroup']> = {
  value?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  agents?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  byState?: Resolver<ReadonlyArray<ResolversTypes['AgentStateCount']>, ParentType, ContextType>;
};

export type InstalledAppResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['InstalledApp'] = ResolversParentTypes['InstalledApp']> = {
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  version?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  isLocal?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
};

export type RemoveAgentPayloadResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['RemoveAgentPayload'] = ResolversParentTypes['RemoveAgentPayload']> = {
  agent?: Resolver<Maybe<ResolversTypes['Agent']>, ParentType, ContextType>;
  position?: Resolver<Maybe<ResolversTypes['Position']>, ParentType, ContextType>;
  refusal?: Resolver<Maybe<ResolversTypes['Refusal']>, ParentType, ContextType>;
};

export type AgentPayloadResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['AgentPayload'] = ResolversParentTypes['AgentPayload']> = {
  agent?: Resolver<Maybe<ResolversTypes['Agent']>, ParentType, ContextType>;
  position?: Resolver<Maybe<ResolversTypes['Position']>, ParentType, ContextType>;
  refusal?: Resolver<Maybe<ResolversTypes['Refusal']>, ParentType, ContextType>;
};

export type AgentConnectionResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['AgentConnection'] = ResolversParentTypes['AgentConnection']> = {
  nodes?: Resolver<ReadonlyArray<ResolversTypes['Agent']>, ParentType, ContextType>;
  edges?: Resolver<ReadonlyArray<ResolversTypes['AgentEdge']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type AgentEdgeResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['AgentEdge'] = ResolversParentTypes['AgentEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['Agent'], ParentType, ContextType>;
};

export type AgentChangeResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['AgentChange'] = ResolversParentTypes['AgentChange']> = {
  agent?: Resolver<ResolversTypes['Agent'], ParentType, ContextType>;
  position?: Resolver<ResolversTypes['Position'], ParentType, ContextType>;
};

export type AppOnAgentResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['AppOnAgent'] = ResolversParentTypes['AppOnAgent']> = {
  agent?: Resolver<Maybe<ResolversTypes['Agent']>, ParentType, ContextType>;
  app?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  wanted?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  installed?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  state?: Resolver<ResolversTypes['AppOnAgentState'], ParentType, ContextType>;
  error?: Resolver<Maybe<ResolversTypes['Failure']>, ParentType, ContextType>;
  updatedAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  position?: Resolver<ResolversTypes['Position'], ParentType, ContextType>;
};

export type AppOnAgentConnectionResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['AppOnAgentConnection'] = ResolversParentTypes['AppOnAgentConnection']> = {
  nodes?: Resolver<ReadonlyArray<ResolversTypes['AppOnAgent']>, ParentType, ContextType>;
  edges?: Resolver<ReadonlyArray<ResolversTypes['AppOnAgentEdge']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type AppOnAgentEdgeResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['AppOnAgentEdge'] = ResolversParentTypes['AppOnAgentEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['AppOnAgent'], ParentType, ContextType>;
};

export type AppPayloadResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['AppPayload'] = ResolversParentTypes['AppPayload']> = {
  app?: Resolver<Maybe<ResolversTypes['App']>, ParentType, ContextType>;
  position?: Resolver<Maybe<ResolversTypes['Position']>, ParentType, ContextType>;
  refusal?: Resolver<Maybe<ResolversTypes['Refusal']>, ParentType, ContextType>;
};

export type ReleaseAppVersionPayloadResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['ReleaseAppVersionPayload'] = ResolversParentTypes['ReleaseAppVersionPayload']> = {
  app?: Resolver<Maybe<ResolversTypes['App']>, ParentType, ContextType>;
  rollout?: Resolver<Maybe<ResolversTypes['Rollout']>, ParentType, ContextType>;
  selected?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  leftOut?: Resolver<Maybe<ReadonlyArray<ResolversTypes['AgentLeftOut']>>, ParentType, ContextType>;
  position?: Resolver<Maybe<ResolversTypes['Position']>, ParentType, ContextType>;
  refusal?: Resolver<Maybe<ResolversTypes['Refusal']>, ParentType, ContextType>;
};

export type AppResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['App'] = ResolversParentTypes['App']> = {
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  displayName?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  description?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  state?: Resolver<ResolversTypes['AppState'], ParentType, ContextType>;
  banReason?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  createdAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  versions?: Resolver<ResolversTypes['AppVersionConnection'], ParentType, ContextType, RequireFields<AppVersionsArgs, 'first'>>;
  released?: Resolver<Maybe<ResolversTypes['AppVersion']>, ParentType, ContextType>;
  rollout?: Resolver<Maybe<ResolversTypes['Rollout']>, ParentType, ContextType>;
  functions?: Resolver<ReadonlyArray<ResolversTypes['AppFunction']>, ParentType, ContextType>;
  bindings?: Resolver<ReadonlyArray<ResolversTypes['AppBinding']>, ParentType, ContextType>;
  agents?: Resolver<ResolversTypes['AppOnAgentConnection'], ParentType, ContextType, RequireFields<AppAgentsArgs, 'first'>>;
  position?: Resolver<ResolversTypes['Position'], ParentType, ContextType>;
  history?: Resolver<ResolversTypes['EventConnection'], ParentType, ContextType, RequireFields<AppHistoryArgs, 'first'>>;
};

export type AppVersionResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['AppVersion'] = ResolversParentTypes['AppVersion']> = {
  app?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  version?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  state?: Resolver<ResolversTypes['AppVersionState'], ParentType, ContextType>;
  bytes?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  sha256?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  unpackedBytes?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  files?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  manifest?: Resolver<Maybe<ResolversTypes['JSON']>, ParentType, ContextType>;
  uploadedAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  uploadedBy?: Resolver<ResolversTypes['Actor'], ParentType, ContextType>;
  withdrawReason?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  position?: Resolver<ResolversTypes['Position'], ParentType, ContextType>;
};

export type AppFunctionResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['AppFunction'] = ResolversParentTypes['AppFunction']> = {
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  description?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  param?: Resolver<Maybe<ResolversTypes['JSON']>, ParentType, ContextType>;
  timeoutMs?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  isIdempotent?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
};

export type AppBindingResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['AppBinding'] = ResolversParentTypes['AppBinding']> = {
  agents?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  boundAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
};

export type AppConnectionResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['AppConnection'] = ResolversParentTypes['AppConnection']> = {
  nodes?: Resolver<ReadonlyArray<ResolversTypes['App']>, ParentType, ContextType>;
  edges?: Resolver<ReadonlyArray<ResolversTypes['AppEdge']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type AppEdgeResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['AppEdge'] = ResolversParentTypes['AppEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['App'], ParentType, ContextType>;
};

export type AppVersionConnectionResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['AppVersionConnection'] = ResolversParentTypes['AppVersionConnection']> = {
  nodes?: Resolver<ReadonlyArray<ResolversTypes['AppVersion']>, ParentType, ContextType>;
  edges?: Resolver<ReadonlyArray<ResolversTypes['AppVersionEdge']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type AppVersionEdgeResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['AppVersionEdge'] = ResolversParentTypes['AppVersionEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['AppVersion'], ParentType, ContextType>;
};

export type AppChangeResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['AppChange'] = ResolversParentTypes['AppChange']> = {
  app?: Resolver<ResolversTypes['App'], ParentType, ContextType>;
  position?: Resolver<ResolversTypes['Position'], ParentType, ContextType>;
};

export type LogResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['Log'] = ResolversParentTypes['Log']> = {
  logId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  size?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  rootHash?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  signedHead?: Resolver<ResolversTypes['SignedHead'], ParentType, ContextType>;
};

export type SignedHeadResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['SignedHead'] = ResolversParentTypes['SignedHead']> = {
  logId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  size?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  rootHash?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  signedAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  signature?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  keyId?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  publicKey?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type InclusionProofResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['InclusionProof'] = ResolversParentTypes['InclusionProof']> = {
  event?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  index?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  leaf?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  leafHash?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  path?: Resolver<ReadonlyArray<ResolversTypes['String']>, ParentType, ContextType>;
  size?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  rootHash?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  signedHead?: Resolver<ResolversTypes['SignedHead'], ParentType, ContextType>;
};

export type ConsistencyProofResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['ConsistencyProof'] = ResolversParentTypes['ConsistencyProof']> = {
  fromSize?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  toSize?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  fromRootHash?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  toRootHash?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  path?: Resolver<ReadonlyArray<ResolversTypes['String']>, ParentType, ContextType>;
};

export type AuthKeyPayloadResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['AuthKeyPayload'] = ResolversParentTypes['AuthKeyPayload']> = {
  authKey?: Resolver<Maybe<ResolversTypes['AuthKey']>, ParentType, ContextType>;
  secret?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  position?: Resolver<Maybe<ResolversTypes['Position']>, ParentType, ContextType>;
  refusal?: Resolver<Maybe<ResolversTypes['Refusal']>, ParentType, ContextType>;
};

export type AuthKeyResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['AuthKey'] = ResolversParentTypes['AuthKey']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  app?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  state?: Resolver<ResolversTypes['AuthKeyState'], ParentType, ContextType>;
  createdAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  createdBy?: Resolver<ResolversTypes['Actor'], ParentType, ContextType>;
  lastUsedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  position?: Resolver<ResolversTypes['Position'], ParentType, ContextType>;
  history?: Resolver<ResolversTypes['EventConnection'], ParentType, ContextType, RequireFields<AuthKeyHistoryArgs, 'first'>>;
};

export type AuthKeyConnectionResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['AuthKeyConnection'] = ResolversParentTypes['AuthKeyConnection']> = {
  nodes?: Resolver<ReadonlyArray<ResolversTypes['AuthKey']>, ParentType, ContextType>;
  edges?: Resolver<ReadonlyArray<ResolversTypes['AuthKeyEdge']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type AuthKeyEdgeResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['AuthKeyEdge'] = ResolversParentTypes['AuthKeyEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['AuthKey'], ParentType, ContextType>;
};

export type AuthKeyChangeResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['AuthKeyChange'] = ResolversParentTypes['AuthKeyChange']> = {
  authKey?: Resolver<ResolversTypes['AuthKey'], ParentType, ContextType>;
  position?: Resolver<ResolversTypes['Position'], ParentType, ContextType>;
};

export type StreamChangeResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['StreamChange'] = ResolversParentTypes['StreamChange']> = {
  kind?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  stream?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  isNew?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  events?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  types?: Resolver<ReadonlyArray<ResolversTypes['String']>, ParentType, ContextType>;
  firstAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  lastAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  position?: Resolver<ResolversTypes['Position'], ParentType, ContextType>;
  stateBefore?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  stateAfter?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type StreamChangeConnectionResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['StreamChangeConnection'] = ResolversParentTypes['StreamChangeConnection']> = {
  nodes?: Resolver<ReadonlyArray<ResolversTypes['StreamChange']>, ParentType, ContextType>;
  edges?: Resolver<ReadonlyArray<ResolversTypes['StreamChangeEdge']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type StreamChangeEdgeResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['StreamChangeEdge'] = ResolversParentTypes['StreamChangeEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['StreamChange'], ParentType, ContextType>;
};

export type CorrelationResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['Correlation'] = ResolversParentTypes['Correlation']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  startedAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  endedAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  events?: Resolver<ReadonlyArray<ResolversTypes['CausedEvent']>, ParentType, ContextType>;
  hasMore?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
};

export type CausedEventResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['CausedEvent'] = ResolversParentTypes['CausedEvent']> = {
  event?: Resolver<ResolversTypes['Event'], ParentType, ContextType>;
  parentId?: Resolver<Maybe<ResolversTypes['ID']>, ParentType, ContextType>;
  depth?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  afterMs?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  sinceStartMs?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
};

export type ActorResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['Actor'] = ResolversParentTypes['Actor']> = {
  kind?: Resolver<ResolversTypes['ActorKind'], ParentType, ContextType>;
  id?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  name?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type EventResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['Event'] = ResolversParentTypes['Event']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  position?: Resolver<ResolversTypes['Position'], ParentType, ContextType>;
  stream?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  version?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  type?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  recordedAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  actor?: Resolver<ResolversTypes['Actor'], ParentType, ContextType>;
  correlationId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  causationId?: Resolver<Maybe<ResolversTypes['ID']>, ParentType, ContextType>;
  data?: Resolver<ResolversTypes['JSON'], ParentType, ContextType>;
};

export type EventConnectionResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['EventConnection'] = ResolversParentTypes['EventConnection']> = {
  nodes?: Resolver<ReadonlyArray<ResolversTypes['Event']>, ParentType, ContextType>;
  edges?: Resolver<ReadonlyArray<ResolversTypes['EventEdge']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type EventEdgeResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['EventEdge'] = ResolversParentTypes['EventEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['Event'], ParentType, ContextType>;
};

export type InventorySourceResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['InventorySource'] = ResolversParentTypes['InventorySource']> = {
  name?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  kind?: Resolver<ResolversTypes['InventorySourceKind'], ParentType, ContextType>;
  location?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  matchBy?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  everyMs?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  state?: Resolver<ResolversTypes['InventorySourceState'], ParentType, ContextType>;
  since?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  lastError?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  entries?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  agents?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  skipped?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  position?: Resolver<ResolversTypes['Position'], ParentType, ContextType>;
};

export type InventorySourceChangeResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['InventorySourceChange'] = ResolversParentTypes['InventorySourceChange']> = {
  inventorySource?: Resolver<ResolversTypes['InventorySource'], ParentType, ContextType>;
  position?: Resolver<ResolversTypes['Position'], ParentType, ContextType>;
};

export type CreateJoinTokenPayloadResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['CreateJoinTokenPayload'] = ResolversParentTypes['CreateJoinTokenPayload']> = {
  joinToken?: Resolver<Maybe<ResolversTypes['JoinToken']>, ParentType, ContextType>;
  secret?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  installLine?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  position?: Resolver<Maybe<ResolversTypes['Position']>, ParentType, ContextType>;
  refusal?: Resolver<Maybe<ResolversTypes['Refusal']>, ParentType, ContextType>;
};

export type JoinTokenPayloadResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['JoinTokenPayload'] = ResolversParentTypes['JoinTokenPayload']> = {
  joinToken?: Resolver<Maybe<ResolversTypes['JoinToken']>, ParentType, ContextType>;
  position?: Resolver<Maybe<ResolversTypes['Position']>, ParentType, ContextType>;
  refusal?: Resolver<Maybe<ResolversTypes['Refusal']>, ParentType, ContextType>;
};

export type JoinTokenResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['JoinToken'] = ResolversParentTypes['JoinToken']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  state?: Resolver<ResolversTypes['JoinTokenState'], ParentType, ContextType>;
  expiresAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  uses?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  maxUses?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  labels?: Resolver<ResolversTypes['JSON'], ParentType, ContextType>;
  approve?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  createdBy?: Resolver<ResolversTypes['Actor'], ParentType, ContextType>;
  createdAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  lastUsedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  revokeReason?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  position?: Resolver<ResolversTypes['Position'], ParentType, ContextType>;
  history?: Resolver<ResolversTypes['EventConnection'], ParentType, ContextType, RequireFields<JoinTokenHistoryArgs, 'first'>>;
};

export type JoinTokenConnectionResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['JoinTokenConnection'] = ResolversParentTypes['JoinTokenConnection']> = {
  nodes?: Resolver<ReadonlyArray<ResolversTypes['JoinToken']>, ParentType, ContextType>;
  edges?: Resolver<ReadonlyArray<ResolversTypes['JoinTokenEdge']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type JoinTokenEdgeResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['JoinTokenEdge'] = ResolversParentTypes['JoinTokenEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['JoinToken'], ParentType, ContextType>;
};

export type JoinTokenChangeResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['JoinTokenChange'] = ResolversParentTypes['JoinTokenChange']> = {
  joinToken?: Resolver<ResolversTypes['JoinToken'], ParentType, ContextType>;
  position?: Resolver<ResolversTypes['Position'], ParentType, ContextType>;
};

export type LimitResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['Limit'] = ResolversParentTypes['Limit']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  kind?: Resolver<ResolversTypes['LimitedKind'], ParentType, ContextType>;
  of?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  name?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  openTasks?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  tasksPerHour?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  runningTasks?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  setAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  setBy?: Resolver<ResolversTypes['Actor'], ParentType, ContextType>;
  position?: Resolver<ResolversTypes['Position'], ParentType, ContextType>;
  history?: Resolver<ResolversTypes['EventConnection'], ParentType, ContextType, RequireFields<LimitHistoryArgs, 'first'>>;
};

export type GuardResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['Guard'] = ResolversParentTypes['Guard']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  app?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  funcs?: Resolver<ReadonlyArray<ResolversTypes['String']>, ParentType, ContextType>;
  pattern?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  outcome?: Resolver<ResolversTypes['GuardOutcome'], ParentType, ContextType>;
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  approvalMs?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  setAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  setBy?: Resolver<ResolversTypes['Actor'], ParentType, ContextType>;
  position?: Resolver<ResolversTypes['Position'], ParentType, ContextType>;
  history?: Resolver<ResolversTypes['EventConnection'], ParentType, ContextType, RequireFields<GuardHistoryArgs, 'first'>>;
};

export type TaskGuardResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['TaskGuard'] = ResolversParentTypes['TaskGuard']> = {
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  outcome?: Resolver<ResolversTypes['GuardOutcome'], ParentType, ContextType>;
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type ApprovalResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['Approval'] = ResolversParentTypes['Approval']> = {
  state?: Resolver<ResolversTypes['ApprovalState'], ParentType, ContextType>;
  expiresAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  decidedBy?: Resolver<Maybe<ResolversTypes['Actor']>, ParentType, ContextType>;
  decidedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  reason?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type LimitPayloadResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['LimitPayload'] = ResolversParentTypes['LimitPayload']> = {
  limit?: Resolver<Maybe<ResolversTypes['Limit']>, ParentType, ContextType>;
  position?: Resolver<Maybe<ResolversTypes['Position']>, ParentType, ContextType>;
  refusal?: Resolver<Maybe<ResolversTypes['Refusal']>, ParentType, ContextType>;
};

export type GuardPayloadResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['GuardPayload'] = ResolversParentTypes['GuardPayload']> = {
  guard?: Resolver<Maybe<ResolversTypes['Guard']>, ParentType, ContextType>;
  position?: Resolver<Maybe<ResolversTypes['Position']>, ParentType, ContextType>;
  refusal?: Resolver<Maybe<ResolversTypes['Refusal']>, ParentType, ContextType>;
};

export type ApprovalPayloadResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['ApprovalPayload'] = ResolversParentTypes['ApprovalPayload']> = {
  task?: Resolver<Maybe<ResolversTypes['Task']>, ParentType, ContextType>;
  position?: Resolver<Maybe<ResolversTypes['Position']>, ParentType, ContextType>;
  refusal?: Resolver<Maybe<ResolversTypes['Refusal']>, ParentType, ContextType>;
};

export type LimitConnectionResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['LimitConnection'] = ResolversParentTypes['LimitConnection']> = {
  nodes?: Resolver<ReadonlyArray<ResolversTypes['Limit']>, ParentType, ContextType>;
  edges?: Resolver<ReadonlyArray<ResolversTypes['LimitEdge']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type LimitEdgeResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['LimitEdge'] = ResolversParentTypes['LimitEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['Limit'], ParentType, ContextType>;
};

export type GuardConnectionResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['GuardConnection'] = ResolversParentTypes['GuardConnection']> = {
  nodes?: Resolver<ReadonlyArray<ResolversTypes['Guard']>, ParentType, ContextType>;
  edges?: Resolver<ReadonlyArray<ResolversTypes['GuardEdge']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type GuardEdgeResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['GuardEdge'] = ResolversParentTypes['GuardEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['Guard'], ParentType, ContextType>;
};

export type LimitChangeResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['LimitChange'] = ResolversParentTypes['LimitChange']> = {
  kind?: Resolver<ResolversTypes['LimitedKind'], ParentType, ContextType>;
  of?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  limit?: Resolver<Maybe<ResolversTypes['Limit']>, ParentType, ContextType>;
  position?: Resolver<ResolversTypes['Position'], ParentType, ContextType>;
};

export type GuardChangeResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['GuardChange'] = ResolversParentTypes['GuardChange']> = {
  app?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  guard?: Resolver<Maybe<ResolversTypes['Guard']>, ParentType, ContextType>;
  position?: Resolver<ResolversTypes['Position'], ParentType, ContextType>;
};

export type PageInfoResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['PageInfo'] = ResolversParentTypes['PageInfo']> = {
  hasNextPage?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  endCursor?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type DeadLetterPayloadResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['DeadLetterPayload'] = ResolversParentTypes['DeadLetterPayload']> = {
  deadLetter?: Resolver<Maybe<ResolversTypes['DeadLetter']>, ParentType, ContextType>;
  position?: Resolver<Maybe<ResolversTypes['Position']>, ParentType, ContextType>;
  refusal?: Resolver<Maybe<ResolversTypes['Refusal']>, ParentType, ContextType>;
};

export type RebuildPayloadResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['RebuildPayload'] = ResolversParentTypes['RebuildPayload']> = {
  rebuild?: Resolver<Maybe<ResolversTypes['Rebuild']>, ParentType, ContextType>;
  position?: Resolver<Maybe<ResolversTypes['Position']>, ParentType, ContextType>;
  refusal?: Resolver<Maybe<ResolversTypes['Refusal']>, ParentType, ContextType>;
};

export type RebuildResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['Rebuild'] = ResolversParentTypes['Rebuild']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  state?: Resolver<ResolversTypes['RebuildState'], ParentType, ContextType>;
  readModels?: Resolver<ReadonlyArray<ResolversTypes['String']>, ParentType, ContextType>;
  reason?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  requestedAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  requestedBy?: Resolver<ResolversTypes['Actor'], ParentType, ContextType>;
  endedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  upTo?: Resolver<Maybe<ResolversTypes['Position']>, ParentType, ContextType>;
  failure?: Resolver<Maybe<ResolversTypes['Failure']>, ParentType, ContextType>;
};

export type RebuildConnectionResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['RebuildConnection'] = ResolversParentTypes['RebuildConnection']> = {
  nodes?: Resolver<ReadonlyArray<ResolversTypes['Rebuild']>, ParentType, ContextType>;
  edges?: Resolver<ReadonlyArray<ResolversTypes['RebuildEdge']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type RebuildEdgeResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['RebuildEdge'] = ResolversParentTypes['RebuildEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['Rebuild'], ParentType, ContextType>;
};

export type DeadLetterResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['DeadLetter'] = ResolversParentTypes['DeadLetter']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  handler?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  position?: Resolver<ResolversTypes['Position'], ParentType, ContextType>;
  stream?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  version?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  type?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  code?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  attempts?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  parkedAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  state?: Resolver<ResolversTypes['DeadLetterState'], ParentType, ContextType>;
  setAsideReason?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type DeadLetterConnectionResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['DeadLetterConnection'] = ResolversParentTypes['DeadLetterConnection']> = {
  nodes?: Resolver<ReadonlyArray<ResolversTypes['DeadLetter']>, ParentType, ContextType>;
  edges?: Resolver<ReadonlyArray<ResolversTypes['DeadLetterEdge']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type DeadLetterEdgeResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['DeadLetterEdge'] = ResolversParentTypes['DeadLetterEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['DeadLetter'], ParentType, ContextType>;
};

export type PlatformResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['Platform'] = ResolversParentTypes['Platform']> = {
  version?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  headPosition?: Resolver<ResolversTypes['Position'], ParentType, ContextType>;
  readPosition?: Resolver<ResolversTypes['Position'], ParentType, ContextType>;
  projectors?: Resolver<ReadonlyArray<ResolversTypes['Projector']>, ParentType, ContextType>;
  counters?: Resolver<ResolversTypes['Counters'], ParentType, ContextType>;
  taskMinutes?: Resolver<ReadonlyArray<ResolversTypes['TaskMinute']>, ParentType, ContextType, RequireFields<PlatformTaskMinutesArgs, 'minutes'>>;
  slowestApps?: Resolver<ReadonlyArray<ResolversTypes['AppDuration']>, ParentType, ContextType, RequireFields<PlatformSlowestAppsArgs, 'hours' | 'first'>>;
  newFailures?: Resolver<ReadonlyArray<ResolversTypes['NewFailure']>, ParentType, ContextType, RequireFields<PlatformNewFailuresArgs, 'hours' | 'first'>>;
};

export type ProjectorResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['Projector'] = ResolversParentTypes['Projector']> = {
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  position?: Resolver<ResolversTypes['Position'], ParentType, ContextType>;
  lag?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  state?: Resolver<ResolversTypes['ProjectorState'], ParentType, ContextType>;
  error?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type CountersResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['Counters'] = ResolversParentTypes['Counters']> = {
  tasksByState?: Resolver<ReadonlyArray<ResolversTypes['TaskStateCount']>, ParentType, ContextType>;
  agentsByState?: Resolver<ReadonlyArray<ResolversTypes['AgentStateCount']>, ParentType, ContextType>;
  events?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
};

export type TaskStateCountResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['TaskStateCount'] = ResolversParentTypes['TaskStateCount']> = {
  state?: Resolver<ResolversTypes['TaskState'], ParentType, ContextType>;
  count?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
};

export type AgentStateCountResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['AgentStateCount'] = ResolversParentTypes['AgentStateCount']> = {
  state?: Resolver<ResolversTypes['AgentState'], ParentType, ContextType>;
  count?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
};

export type ProcessingResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['Processing'] = ResolversParentTypes['Processing']> = {
  state?: Resolver<ResolversTypes['ProcessingState'], ParentType, ContextType>;
  attempts?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  lastError?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  answer?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  endedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
};

export type MoveProcessorPayloadResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['MoveProcessorPayload'] = ResolversParentTypes['MoveProcessorPayload']> = {
  processor?: Resolver<Maybe<ResolversTypes['Processor']>, ParentType, ContextType>;
  position?: Resolver<Maybe<ResolversTypes['Position']>, ParentType, ContextType>;
  refusal?: Resolver<Maybe<ResolversTypes['Refusal']>, ParentType, ContextType>;
};

export type ProcessorResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['Processor'] = ResolversParentTypes['Processor']> = {
  app?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  position?: Resolver<ResolversTypes['Position'], ParentType, ContextType>;
  lag?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  movedAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  lastDeliveredAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  history?: Resolver<ResolversTypes['EventConnection'], ParentType, ContextType, RequireFields<ProcessorHistoryArgs, 'first'>>;
};

export type ProcessorChangeResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['ProcessorChange'] = ResolversParentTypes['ProcessorChange']> = {
  processor?: Resolver<ResolversTypes['Processor'], ParentType, ContextType>;
  position?: Resolver<ResolversTypes['Position'], ParentType, ContextType>;
};

export type QueueTasksPayloadResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['QueueTasksPayload'] = ResolversParentTypes['QueueTasksPayload']> = {
  queue?: Resolver<Maybe<ResolversTypes['Queue']>, ParentType, ContextType>;
  tasks?: Resolver<Maybe<ReadonlyArray<ResolversTypes['Task']>>, ParentType, ContextType>;
  position?: Resolver<Maybe<ResolversTypes['Position']>, ParentType, ContextType>;
  refusal?: Resolver<Maybe<ResolversTypes['Refusal']>, ParentType, ContextType>;
};

export type QueuePayloadResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['QueuePayload'] = ResolversParentTypes['QueuePayload']> = {
  queue?: Resolver<Maybe<ResolversTypes['Queue']>, ParentType, ContextType>;
  position?: Resolver<Maybe<ResolversTypes['Position']>, ParentType, ContextType>;
  refusal?: Resolver<Maybe<ResolversTypes['Refusal']>, ParentType, ContextType>;
};

export type QueueResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['Queue'] = ResolversParentTypes['Queue']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  name?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  app?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  state?: Resolver<ResolversTypes['QueueState'], ParentType, ContextType>;
  createdAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  committedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  stopRequestedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  stopReason?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  endedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  createdBy?: Resolver<ResolversTypes['Actor'], ParentType, ContextType>;
  counts?: Resolver<ReadonlyArray<ResolversTypes['TaskStateCount']>, ParentType, ContextType>;
  tasks?: Resolver<ResolversTypes['TaskConnection'], ParentType, ContextType, RequireFields<QueueTasksArgs, 'first'>>;
  history?: Resolver<ResolversTypes['EventConnection'], ParentType, ContextType, RequireFields<QueueHistoryArgs, 'first'>>;
  position?: Resolver<ResolversTypes['Position'], ParentType, ContextType>;
};

export type QueueConnectionResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['QueueConnection'] = ResolversParentTypes['QueueConnection']> = {
  nodes?: Resolver<ReadonlyArray<ResolversTypes['Queue']>, ParentType, ContextType>;
  edges?: Resolver<ReadonlyArray<ResolversTypes['QueueEdge']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type QueueEdgeResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['QueueEdge'] = ResolversParentTypes['QueueEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['Queue'], ParentType, ContextType>;
};

export type QueueChangeResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['QueueChange'] = ResolversParentTypes['QueueChange']> = {
  queue?: Resolver<ResolversTypes['Queue'], ParentType, ContextType>;
  position?: Resolver<ResolversTypes['Position'], ParentType, ContextType>;
};

export type RolloutPayloadResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['RolloutPayload'] = ResolversParentTypes['RolloutPayload']> = {
  rollout?: Resolver<Maybe<ResolversTypes['Rollout']>, ParentType, ContextType>;
  position?: Resolver<Maybe<ResolversTypes['Position']>, ParentType, ContextType>;
  refusal?: Resolver<Maybe<ResolversTypes['Refusal']>, ParentType, ContextType>;
};

export type RolloutResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['Rollout'] = ResolversParentTypes['Rollout']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  app?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  from?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  to?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  state?: Resolver<ResolversTypes['RolloutState'], ParentType, ContextType>;
  batch?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  batches?: Resolver<ReadonlyArray<ResolversTypes['String']>, ParentType, ContextType>;
  pauseMs?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  confirm?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  maxFailed?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  counts?: Resolver<ResolversTypes['RolloutCounts'], ParentType, ContextType>;
  cause?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  reason?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  startedAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  startedBy?: Resolver<ResolversTypes['Actor'], ParentType, ContextType>;
  endedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  position?: Resolver<ResolversTypes['Position'], ParentType, ContextType>;
  history?: Resolver<ResolversTypes['EventConnection'], ParentType, ContextType, RequireFields<RolloutHistoryArgs, 'first'>>;
};

export type RolloutCountsResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['RolloutCounts'] = ResolversParentTypes['RolloutCounts']> = {
  waiting?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  installed?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  failed?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type RolloutConnectionResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['RolloutConnection'] = ResolversParentTypes['RolloutConnection']> = {
  nodes?: Resolver<ReadonlyArray<ResolversTypes['Rollout']>, ParentType, ContextType>;
  edges?: Resolver<ReadonlyArray<ResolversTypes['RolloutEdge']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type RolloutEdgeResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['RolloutEdge'] = ResolversParentTypes['RolloutEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['Rollout'], ParentType, ContextType>;
};

export type RolloutChangeResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['RolloutChange'] = ResolversParentTypes['RolloutChange']> = {
  rollout?: Resolver<ResolversTypes['Rollout'], ParentType, ContextType>;
  position?: Resolver<ResolversTypes['Position'], ParentType, ContextType>;
};

export type SchedulePayloadResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['SchedulePayload'] = ResolversParentTypes['SchedulePayload']> = {
  schedule?: Resolver<Maybe<ResolversTypes['Schedule']>, ParentType, ContextType>;
  position?: Resolver<Maybe<ResolversTypes['Position']>, ParentType, ContextType>;
  refusal?: Resolver<Maybe<ResolversTypes['Refusal']>, ParentType, ContextType>;
};

export type FireSchedulePayloadResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['FireSchedulePayload'] = ResolversParentTypes['FireSchedulePayload']> = {
  schedule?: Resolver<Maybe<ResolversTypes['Schedule']>, ParentType, ContextType>;
  task?: Resolver<Maybe<ResolversTypes['Task']>, ParentType, ContextType>;
  position?: Resolver<Maybe<ResolversTypes['Position']>, ParentType, ContextType>;
  refusal?: Resolver<Maybe<ResolversTypes['Refusal']>, ParentType, ContextType>;
};

export type ScheduleResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['Schedule'] = ResolversParentTypes['Schedule']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  name?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  state?: Resolver<ResolversTypes['ScheduleState'], ParentType, ContextType>;
  rule?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  timeZone?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  misfire?: Resolver<ResolversTypes['MisfirePolicy'], ParentType, ContextType>;
  misfireGraceMs?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  overlap?: Resolver<ResolversTypes['OverlapPolicy'], ParentType, ContextType>;
  startsAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  endsAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  agent?: Resolver<Maybe<ResolversTypes['Agent']>, ParentType, ContextType>;
  app?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  func?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  param?: Resolver<Maybe<ResolversTypes['JSON']>, ParentType, ContextType>;
  proxy?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  processor?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  timeoutMs?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  startWithinMs?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  retry?: Resolver<Maybe<ResolversTypes['Retry']>, ParentType, ContextType>;
  createdBy?: Resolver<ResolversTypes['Actor'], ParentType, ContextType>;
  createdAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  nextFires?: Resolver<ReadonlyArray<ResolversTypes['DateTime']>, ParentType, ContextType, RequireFields<ScheduleNextFiresArgs, 'count'>>;
  lastFire?: Resolver<Maybe<ResolversTypes['Fire']>, ParentType, ContextType>;
  fires?: Resolver<ResolversTypes['FireConnection'], ParentType, ContextType, RequireFields<ScheduleFiresArgs, 'first'>>;
  history?: Resolver<ResolversTypes['EventConnection'], ParentType, ContextType, RequireFields<ScheduleHistoryArgs, 'first'>>;
  position?: Resolver<ResolversTypes['Position'], ParentType, ContextType>;
};

export type FireResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['Fire'] = ResolversParentTypes['Fire']> = {
  instant?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  outcome?: Resolver<ResolversTypes['FireOutcome'], ParentType, ContextType>;
  task?: Resolver<Maybe<ResolversTypes['Task']>, ParentType, ContextType>;
  reason?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type ScheduleConnectionResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['ScheduleConnection'] = ResolversParentTypes['ScheduleConnection']> = {
  nodes?: Resolver<ReadonlyArray<ResolversTypes['Schedule']>, ParentType, ContextType>;
  edges?: Resolver<ReadonlyArray<ResolversTypes['ScheduleEdge']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type ScheduleEdgeResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['ScheduleEdge'] = ResolversParentTypes['ScheduleEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['Schedule'], ParentType, ContextType>;
};

export type FireConnectionResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['FireConnection'] = ResolversParentTypes['FireConnection']> = {
  nodes?: Resolver<ReadonlyArray<ResolversTypes['Fire']>, ParentType, ContextType>;
  edges?: Resolver<ReadonlyArray<ResolversTypes['FireEdge']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type FireEdgeResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['FireEdge'] = ResolversParentTypes['FireEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['Fire'], ParentType, ContextType>;
};

export type ScheduleChangeResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['ScheduleChange'] = ResolversParentTypes['ScheduleChange']> = {
  schedule?: Resolver<ResolversTypes['Schedule'], ParentType, ContextType>;
  position?: Resolver<ResolversTypes['Position'], ParentType, ContextType>;
};

export interface JsonScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['JSON'], any> {
  name: 'JSON';
}

export interface DateTimeScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['DateTime'], any> {
  name: 'DateTime';
}

export interface PositionScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['Position'], any> {
  name: 'Position';
}

export type EnrolSecondFactorPayloadResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['EnrolSecondFactorPayload'] = ResolversParentTypes['EnrolSecondFactorPayload']> = {
  secret?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  uri?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  position?: Resolver<Maybe<ResolversTypes['Position']>, ParentType, ContextType>;
  refusal?: Resolver<Maybe<ResolversTypes['Refusal']>, ParentType, ContextType>;
};

export type RecoveryCodesPayloadResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['RecoveryCodesPayload'] = ResolversParentTypes['RecoveryCodesPayload']> = {
  user?: Resolver<Maybe<ResolversTypes['User']>, ParentType, ContextType>;
  recoveryCodes?: Resolver<Maybe<ReadonlyArray<ResolversTypes['String']>>, ParentType, ContextType>;
  position?: Resolver<Maybe<ResolversTypes['Position']>, ParentType, ContextType>;
  refusal?: Resolver<Maybe<ResolversTypes['Refusal']>, ParentType, ContextType>;
};

export type SecretPayloadResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['SecretPayload'] = ResolversParentTypes['SecretPayload']> = {
  secret?: Resolver<Maybe<ResolversTypes['Secret']>, ParentType, ContextType>;
  position?: Resolver<Maybe<ResolversTypes['Position']>, ParentType, ContextType>;
  refusal?: Resolver<Maybe<ResolversTypes['Refusal']>, ParentType, ContextType>;
};

export type SecretResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['Secret'] = ResolversParentTypes['Secret']> = {
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  state?: Resolver<ResolversTypes['SecretState'], ParentType, ContextType>;
  version?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  apps?: Resolver<ReadonlyArray<ResolversTypes['String']>, ParentType, ContextType>;
  createdAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  createdBy?: Resolver<ResolversTypes['Actor'], ParentType, ContextType>;
  updatedAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  position?: Resolver<ResolversTypes['Position'], ParentType, ContextType>;
  history?: Resolver<ResolversTypes['EventConnection'], ParentType, ContextType, RequireFields<SecretHistoryArgs, 'first'>>;
};

export type SecretConnectionResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['SecretConnection'] = ResolversParentTypes['SecretConnection']> = {
  nodes?: Resolver<ReadonlyArray<ResolversTypes['Secret']>, ParentType, ContextType>;
  edges?: Resolver<ReadonlyArray<ResolversTypes['SecretEdge']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type SecretEdgeResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['SecretEdge'] = ResolversParentTypes['SecretEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['Secret'], ParentType, ContextType>;
};

export type SecretChangeResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['SecretChange'] = ResolversParentTypes['SecretChange']> = {
  secret?: Resolver<ResolversTypes['Secret'], ParentType, ContextType>;
  position?: Resolver<ResolversTypes['Position'], ParentType, ContextType>;
};

export type OutputResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['Output'] = ResolversParentTypes['Output']> = {
  attempt?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  chunks?: Resolver<ReadonlyArray<ResolversTypes['OutputChunk']>, ParentType, ContextType>;
  next?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  isEnded?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  bytes?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  isCut?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  cut?: Resolver<Maybe<ResolversTypes['OutputCut']>, ParentType, ContextType>;
  altered?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
};

export type OutputChunkResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['OutputChunk'] = ResolversParentTypes['OutputChunk']> = {
  stream?: Resolver<ResolversTypes['OutputStream'], ParentType, ContextType>;
  offset?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  bytes?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  text?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type TaskMinuteResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['TaskMinute'] = ResolversParentTypes['TaskMinute']> = {
  at?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  requested?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  ended?: Resolver<ReadonlyArray<ResolversTypes['TaskStateCount']>, ParentType, ContextType>;
};

export type AppDurationResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['AppDuration'] = ResolversParentTypes['AppDuration']> = {
  app?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  runs?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  failed?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  meanMs?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  p95Ms?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  longestMs?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
};

export type NewFailureResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['NewFailure'] = ResolversParentTypes['NewFailure']> = {
  app?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  code?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  since?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  lastAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  tasks?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  lastTask?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
};

export type TaskResultResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['TaskResult'] = ResolversParentTypes['TaskResult']> = {
  workerFlag?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  costMs?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  truncated?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  byteCount?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  sha256?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  altered?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  printed?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  exitCode?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  signal?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  standardError?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  standardErrorBytes?: Resolver<Maybe<ResolversTypes['Float']>, ParentType, ContextType>;
};

export type FailureResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['Failure'] = ResolversParentTypes['Failure']> = {
  code?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  exitCode?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  signal?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type RunTaskPayloadResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['RunTaskPayload'] = ResolversParentTypes['RunTaskPayload']> = {
  task?: Resolver<Maybe<ResolversTypes['Task']>, ParentType, ContextType>;
  position?: Resolver<Maybe<ResolversTypes['Position']>, ParentType, ContextType>;
  refusal?: Resolver<Maybe<ResolversTypes['Refusal']>, ParentType, ContextType>;
  selected?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  tasks?: Resolver<Maybe<ReadonlyArray<ResolversTypes['Task']>>, ParentType, ContextType>;
  leftOut?: Resolver<Maybe<ReadonlyArray<ResolversTypes['AgentLeftOut']>>, ParentType, ContextType>;
};

export type AgentLeftOutResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['AgentLeftOut'] = ResolversParentTypes['AgentLeftOut']> = {
  agent?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  code?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type CancelTaskPayloadResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['CancelTaskPayload'] = ResolversParentTypes['CancelTaskPayload']> = {
  task?: Resolver<Maybe<ResolversTypes['Task']>, ParentType, ContextType>;
  position?: Resolver<Maybe<ResolversTypes['Position']>, ParentType, ContextType>;
  refusal?: Resolver<Maybe<ResolversTypes['Refusal']>, ParentType, ContextType>;
};

export type CancelTasksPayloadResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['CancelTasksPayload'] = ResolversParentTypes['CancelTasksPayload']> = {
  tasks?: Resolver<Maybe<ReadonlyArray<ResolversTypes['Task']>>, ParentType, ContextType>;
  refusals?: Resolver<ReadonlyArray<ResolversTypes['TaskRefusal']>, ParentType, ContextType>;
  position?: Resolver<Maybe<ResolversTypes['Position']>, ParentType, ContextType>;
  refusal?: Resolver<Maybe<ResolversTypes['Refusal']>, ParentType, ContextType>;
};

export type TaskRefusalResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['TaskRefusal'] = ResolversParentTypes['TaskRefusal']> = {
  task?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  code?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type RefusalResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['Refusal'] = ResolversParentTypes['Refusal']> = {
  code?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  field?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type RetryResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['Retry'] = ResolversParentTypes['Retry']> = {
  attempts?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  delayMs?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  factor?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  maxDelayMs?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  on?: Resolver<ReadonlyArray<ResolversTypes['TaskState']>, ParentType, ContextType>;
};

export type TaskWaitResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['TaskWait'] = ResolversParentTypes['TaskWait']> = {
  reason?: Resolver<ResolversTypes['WaitReason'], ParentType, ContextType>;
  notBefore?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  startBefore?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
};

export type AttemptResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['Attempt'] = ResolversParentTypes['Attempt']> = {
  number?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  agent?: Resolver<Maybe<ResolversTypes['Agent']>, ParentType, ContextType>;
  state?: Resolver<ResolversTypes['TaskState'], ParentType, ContextType>;
  dispatchedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  acknowledgedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  startedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  endedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  result?: Resolver<Maybe<ResolversTypes['TaskResult']>, ParentType, ContextType>;
  failure?: Resolver<Maybe<ResolversTypes['Failure']>, ParentType, ContextType>;
};

export type TaskConnectionResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['TaskConnection'] = ResolversParentTypes['TaskConnection']> = {
  nodes?: Resolver<ReadonlyArray<ResolversTypes['Task']>, ParentType, ContextType>;
  edges?: Resolver<ReadonlyArray<ResolversTypes['TaskEdge']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type TaskEdgeResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['TaskEdge'] = ResolversParentTypes['TaskEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['Task'], ParentType, ContextType>;
};

export type TaskChangeResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['TaskChange'] = ResolversParentTypes['TaskChange']> = {
  task?: Resolver<ResolversTypes['Task'], ParentType, ContextType>;
  position?: Resolver<ResolversTypes['Position'], ParentType, ContextType>;
};

export type ViewerResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['Viewer'] = ResolversParentTypes['Viewer']> = {
  actor?: Resolver<ResolversTypes['Actor'], ParentType, ContextType>;
  user?: Resolver<Maybe<ResolversTypes['User']>, ParentType, ContextType>;
  scopes?: Resolver<Maybe<ReadonlyArray<ResolversTypes['String']>>, ParentType, ContextType>;
  session?: Resolver<Maybe<ResolversTypes['ID']>, ParentType, ContextType>;
  permissions?: Resolver<ReadonlyArray<ResolversTypes['Permission']>, ParentType, ContextType>;
  readPosition?: Resolver<ResolversTypes['Position'], ParentType, ContextType>;
};

export type SignInPayloadResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['SignInPayload'] = ResolversParentTypes['SignInPayload']> = {
  session?: Resolver<ResolversTypes['NewSession'], ParentType, ContextType>;
  viewer?: Resolver<ResolversTypes['Viewer'], ParentType, ContextType>;
  position?: Resolver<ResolversTypes['Position'], ParentType, ContextType>;
};

export type NewSessionResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['NewSession'] = ResolversParentTypes['NewSession']> = {
  token?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  expiresAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
};

export type UserPayloadResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['UserPayload'] = ResolversParentTypes['UserPayload']> = {
  user?: Resolver<Maybe<ResolversTypes['User']>, ParentType, ContextType>;
  position?: Resolver<Maybe<ResolversTypes['Position']>, ParentType, ContextType>;
  refusal?: Resolver<Maybe<ResolversTypes['Refusal']>, ParentType, ContextType>;
};

export type UserWithPasswordPayloadResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['UserWithPasswordPayload'] = ResolversParentTypes['UserWithPasswordPayload']> = {
  user?: Resolver<Maybe<ResolversTypes['User']>, ParentType, ContextType>;
  password?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  position?: Resolver<Maybe<ResolversTypes['Position']>, ParentType, ContextType>;
  refusal?: Resolver<Maybe<ResolversTypes['Refusal']>, ParentType, ContextType>;
};

export type AccessTokenPayloadResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['AccessTokenPayload'] = ResolversParentTypes['AccessTokenPayload']> = {
  accessToken?: Resolver<Maybe<ResolversTypes['AccessToken']>, ParentType, ContextType>;
  secret?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  position?: Resolver<Maybe<ResolversTypes['Position']>, ParentType, ContextType>;
  refusal?: Resolver<Maybe<ResolversTypes['Refusal']>, ParentType, ContextType>;
};

export type UserResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['User'] = ResolversParentTypes['User']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  displayName?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  roles?: Resolver<ReadonlyArray<ResolversTypes['String']>, ParentType, ContextType>;
  state?: Resolver<ResolversTypes['UserState'], ParentType, ContextType>;
  disabledReason?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  hasPassword?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  mustChangePassword?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  hasSecondFactor?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  recoveryCodesLeft?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  lastSignInAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  failedSignIns?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  lockedUntil?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  sessions?: Resolver<ReadonlyArray<ResolversTypes['Session']>, ParentType, ContextType>;
  accessTokens?: Resolver<ReadonlyArray<ResolversTypes['AccessToken']>, ParentType, ContextType>;
  createdBy?: Resolver<ResolversTypes['Actor'], ParentType, ContextType>;
  createdAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  position?: Resolver<ResolversTypes['Position'], ParentType, ContextType>;
  history?: Resolver<ResolversTypes['EventConnection'], ParentType, ContextType, RequireFields<UserHistoryArgs, 'first'>>;
};

export type SessionResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['Session'] = ResolversParentTypes['Session']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  method?: Resolver<ResolversTypes['SignInMethod'], ParentType, ContextType>;
  hasSecondFactor?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  remoteAddress?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  program?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  startedAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  expiresAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
};

export type AccessTokenResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['AccessToken'] = ResolversParentTypes['AccessToken']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  scopes?: Resolver<Maybe<ReadonlyArray<ResolversTypes['String']>>, ParentType, ContextType>;
  createdAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  expiresAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  revokedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  lastUsedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
};

export type UserConnectionResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['UserConnection'] = ResolversParentTypes['UserConnection']> = {
  nodes?: Resolver<ReadonlyArray<ResolversTypes['User']>, ParentType, ContextType>;
  edges?: Resolver<ReadonlyArray<ResolversTypes['UserEdge']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type UserEdgeResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['UserEdge'] = ResolversParentTypes['UserEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['User'], ParentType, ContextType>;
};

export type UserChangeResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['UserChange'] = ResolversParentTypes['UserChange']> = {
  user?: Resolver<ResolversTypes['User'], ParentType, ContextType>;
  position?: Resolver<ResolversTypes['Position'], ParentType, ContextType>;
};

export type ComponentResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['Component'] = ResolversParentTypes['Component']> = {
  kind?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  instance?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  version?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  state?: Resolver<ResolversTypes['ComponentState'], ParentType, ContextType>;
  startedAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  lastSeenAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  host?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  metrics?: Resolver<ResolversTypes['JSON'], ParentType, ContextType>;
};

export type FlowResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['Flow'] = ResolversParentTypes['Flow']> = {
  from?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  to?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  perSecond?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  perSecondMax?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  lag?: Resolver<Maybe<ResolversTypes['Float']>, ParentType, ContextType>;
};

export type LeaseResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['Lease'] = ResolversParentTypes['Lease']> = {
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  owner?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  token?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  expiresAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  isHeld?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
};

export type SlowQueryResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['SlowQuery'] = ResolversParentTypes['SlowQuery']> = {
  program?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  forMs?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  state?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  waitsFor?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  text?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type OpenIncidentResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['OpenIncident'] = ResolversParentTypes['OpenIncident']> = {
  kind?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  subject?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  since?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
};

export type IncidentResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['Incident'] = ResolversParentTypes['Incident']> = {
  kind?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  subject?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  isOver?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  at?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  event?: Resolver<ResolversTypes['Event'], ParentType, ContextType>;
};

export type IncidentConnectionResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['IncidentConnection'] = ResolversParentTypes['IncidentConnection']> = {
  nodes?: Resolver<ReadonlyArray<ResolversTypes['Incident']>, ParentType, ContextType>;
  edges?: Resolver<ReadonlyArray<ResolversTypes['IncidentEdge']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type IncidentEdgeResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['IncidentEdge'] = ResolversParentTypes['IncidentEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['Incident'], ParentType, ContextType>;
};

export type CreateWebhookPayloadResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['CreateWebhookPayload'] = ResolversParentTypes['CreateWebhookPayload']> = {
  webhook?: Resolver<Maybe<ResolversTypes['Webhook']>, ParentType, ContextType>;
  secret?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  position?: Resolver<Maybe<ResolversTypes['Position']>, ParentType, ContextType>;
  refusal?: Resolver<Maybe<ResolversTypes['Refusal']>, ParentType, ContextType>;
};

export type WebhookPayloadResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['WebhookPayload'] = ResolversParentTypes['WebhookPayload']> = {
  webhook?: Resolver<Maybe<ResolversTypes['Webhook']>, ParentType, ContextType>;
  position?: Resolver<Maybe<ResolversTypes['Position']>, ParentType, ContextType>;
  refusal?: Resolver<Maybe<ResolversTypes['Refusal']>, ParentType, ContextType>;
};

export type RedeliverPayloadResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['RedeliverPayload'] = ResolversParentTypes['RedeliverPayload']> = {
  delivery?: Resolver<Maybe<ResolversTypes['Delivery']>, ParentType, ContextType>;
  webhook?: Resolver<Maybe<ResolversTypes['Webhook']>, ParentType, ContextType>;
  position?: Resolver<Maybe<ResolversTypes['Position']>, ParentType, ContextType>;
  refusal?: Resolver<Maybe<ResolversTypes['Refusal']>, ParentType, ContextType>;
};

export type WebhookResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['Webhook'] = ResolversParentTypes['Webhook']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  name?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  url?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  filter?: Resolver<ResolversTypes['WebhookFilter'], ParentType, ContextType>;
  state?: Resolver<ResolversTypes['WebhookState'], ParentType, ContextType>;
  failure?: Resolver<Maybe<ResolversTypes['WebhookFailure']>, ParentType, ContextType>;
  position?: Resolver<Maybe<ResolversTypes['Position']>, ParentType, ContextType>;
  lag?: Resolver<Maybe<ResolversTypes['Float']>, ParentType, ContextType>;
  openDeliveries?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  deliveries?: Resolver<ResolversTypes['DeliveryConnection'], ParentType, ContextType, RequireFields<WebhookDeliveriesArgs, 'first'>>;
  createdBy?: Resolver<ResolversTypes['Actor'], ParentType, ContextType>;
  createdAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  history?: Resolver<ResolversTypes['EventConnection'], ParentType, ContextType, RequireFields<WebhookHistoryArgs, 'first'>>;
  changedAt?: Resolver<ResolversTypes['Position'], ParentType, ContextType>;
};

export type WebhookFilterResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['WebhookFilter'] = ResolversParentTypes['WebhookFilter']> = {
  types?: Resolver<ReadonlyArray<ResolversTypes['String']>, ParentType, ContextType>;
  apps?: Resolver<ReadonlyArray<ResolversTypes['String']>, ParentType, ContextType>;
  states?: Resolver<ReadonlyArray<ResolversTypes['TaskState']>, ParentType, ContextType>;
  agents?: Resolver<ReadonlyArray<ResolversTypes['String']>, ParentType, ContextType>;
};

export type WebhookFailureResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['WebhookFailure'] = ResolversParentTypes['WebhookFailure']> = {
  since?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  error?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type DeliveryResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['Delivery'] = ResolversParentTypes['Delivery']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  eventId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  eventType?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  position?: Resolver<ResolversTypes['Position'], ParentType, ContextType>;
  state?: Resolver<ResolversTypes['DeliveryState'], ParentType, ContextType>;
  attempts?: Resolver<ReadonlyArray<ResolversTypes['DeliveryAttempt']>, ParentType, ContextType>;
  attemptCount?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  nextAttemptAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
};

export type DeliveryAttemptResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['DeliveryAttempt'] = ResolversParentTypes['DeliveryAttempt']> = {
  at?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  statusCode?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  durationMs?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  error?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type WebhookConnectionResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['WebhookConnection'] = ResolversParentTypes['WebhookConnection']> = {
  nodes?: Resolver<ReadonlyArray<ResolversTypes['Webhook']>, ParentType, ContextType>;
  edges?: Resolver<ReadonlyArray<ResolversTypes['WebhookEdge']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type WebhookEdgeResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['WebhookEdge'] = ResolversParentTypes['WebhookEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['Webhook'], ParentType, ContextType>;
};

export type DeliveryConnectionResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['DeliveryConnection'] = ResolversParentTypes['DeliveryConnection']> = {
  nodes?: Resolver<ReadonlyArray<ResolversTypes['Delivery']>, ParentType, ContextType>;
  edges?: Resolver<ReadonlyArray<ResolversTypes['DeliveryEdge']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type DeliveryEdgeResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['DeliveryEdge'] = ResolversParentTypes['DeliveryEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['Delivery'], ParentType, ContextType>;
};

export type WebhookChangeResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['WebhookChange'] = ResolversParentTypes['WebhookChange']> = {
  webhook?: Resolver<ResolversTypes['Webhook'], ParentType, ContextType>;
  position?: Resolver<ResolversTypes['Position'], ParentType, ContextType>;
};

export type Resolvers<ContextType = RequestContext> = {
  Query?: QueryResolvers<ContextType>;
  Mutation?: MutationResolvers<ContextType>;
  GrantPayload?: GrantPayloadResolvers<ContextType>;
  RolePayload?: RolePayloadResolvers<ContextType>;
  Access?: AccessResolvers<ContextType>;
  Subject?: SubjectResolvers<ContextType>;
  Grant?: GrantResolvers<ContextType>;
  Role?: RoleResolvers<ContextType>;
  GrantConnection?: GrantConnectionResolvers<ContextType>;
  GrantEdge?: GrantEdgeResolvers<ContextType>;
  Subscription?: SubscriptionResolvers<ContextType>;
  GrantChange?: GrantChangeResolvers<ContextType>;
  RoleChange?: RoleChangeResolvers<ContextType>;
  Agent?: AgentResolvers<ContextType>;
  AgentCron?: AgentCronResolvers<ContextType>;
  DroppedCronRuns?: DroppedCronRunsResolvers<ContextType>;
  Task?: TaskResolvers<ContextType>;
  AgentGroup?: AgentGroupResolvers<ContextType>;
  InstalledApp?: InstalledAppResolvers<ContextType>;
  RemoveAgentPayload?: RemoveAgentPayloadResolvers<ContextType>;
  AgentPayload?: AgentPayloadResolvers<ContextType>;
  AgentConnection?: AgentConnectionResolvers<ContextType>;
  AgentEdge?: AgentEdgeResolvers<ContextType>;
  AgentChange?: AgentChangeResolvers<ContextType>;
  AppOnAgent?: AppOnAgentResolvers<ContextType>;
  AppOnAgentConnection?: AppOnAgentConnectionResolvers<ContextType>;
  AppOnAgentEdge?: AppOnAgentEdgeResolvers<ContextType>;
  AppPayload?: AppPayloadResolvers<ContextType>;
  ReleaseAppVersionPayload?: ReleaseAppVersionPayloadResolvers<ContextType>;
  App?: AppResolvers<ContextType>;
  AppVersion?: AppVersionResolvers<ContextType>;
  AppFunction?: AppFunctionResolvers<ContextType>;
  AppBinding?: AppBindingResolvers<ContextType>;
  AppConnection?: AppConnectionResolvers<ContextType>;
  AppEdge?: AppEdgeResolvers<ContextType>;
  AppVersionConnection?: AppVersionConnectionResolvers<ContextType>;
  AppVersionEdge?: AppVersionEdgeResolvers<ContextType>;
  AppChange?: AppChangeResolvers<ContextType>;
  Log?: LogResolvers<ContextType>;
  SignedHead?: SignedHeadResolvers<ContextType>;
  InclusionProof?: InclusionProofResolvers<ContextType>;
  ConsistencyProof?: ConsistencyProofResolvers<ContextType>;
  AuthKeyPayload?: AuthKeyPayloadResolvers<ContextType>;
  AuthKey?: AuthKeyResolvers<ContextType>;
  AuthKeyConnection?: AuthKeyConnectionResolvers<ContextType>;
  AuthKeyEdge?: AuthKeyEdgeResolvers<ContextType>;
  AuthKeyChange?: AuthKeyChangeResolvers<ContextType>;
  StreamChange?: StreamChangeResolvers<ContextType>;
  StreamChangeConnection?: StreamChangeConnectionResolvers<ContextType>;
  StreamChangeEdge?: StreamChangeEdgeResolvers<ContextType>;
  Correlation?: CorrelationResolvers<ContextType>;
  CausedEvent?: CausedEventResolvers<ContextType>;
  Actor?: ActorResolvers<ContextType>;
  Event?: EventResolvers<ContextType>;
  EventConnection?: EventConnectionResolvers<ContextType>;
  EventEdge?: EventEdgeResolvers<ContextType>;
  InventorySource?: InventorySourceResolvers<ContextType>;
  InventorySourceChange?: InventorySourceChangeResolvers<ContextType>;
  CreateJoinTokenPayload?: CreateJoinTokenPayloadResolvers<ContextType>;
  JoinTokenPayload?: JoinTokenPayloadResolvers<ContextType>;
  JoinToken?: JoinTokenResolvers<ContextType>;
  JoinTokenConnection?: JoinTokenConnectionResolvers<ContextType>;
  JoinTokenEdge?: JoinTokenEdgeResolvers<ContextType>;
  JoinTokenChange?: JoinTokenChangeResolvers<ContextType>;
  Limit?: LimitResolvers<ContextType>;
  Guard?: GuardResolvers<ContextType>;
  TaskGuard?: TaskGuardResolvers<ContextType>;
  Approval?: ApprovalResolvers<ContextType>;
  LimitPayload?: LimitPayloadResolvers<ContextType>;
  GuardPayload?: GuardPayloadResolvers<ContextType>;
  ApprovalPayload?: ApprovalPayloadResolvers<ContextType>;
  LimitConnection?: LimitConnectionResolvers<ContextType>;
  LimitEdge?: LimitEdgeResolvers<ContextType>;
  GuardConnection?: GuardConnectionResolvers<ContextType>;
  GuardEdge?: GuardEdgeResolvers<ContextType>;
  LimitChange?: LimitChangeResolvers<ContextType>;
  GuardChange?: GuardChangeResolvers<ContextType>;
  PageInfo?: PageInfoResolvers<ContextType>;
  DeadLetterPayload?: DeadLetterPayloadResolvers<ContextType>;
  RebuildPayload?: RebuildPayloadResolvers<ContextType>;
  Rebuild?: RebuildResolvers<ContextType>;
  RebuildConnection?: RebuildConnectionResolvers<ContextType>;
  RebuildEdge?: RebuildEdgeResolvers<ContextType>;
  DeadLetter?: DeadLetterResolvers<ContextType>;
  DeadLetterConnection?: DeadLetterConnectionResolvers<ContextType>;
  DeadLetterEdge?: DeadLetterEdgeResolvers<ContextType>;
  Platform?: PlatformResolvers<ContextType>;
  Projector?: ProjectorResolvers<ContextType>;
  Counters?: CountersResolvers<ContextType>;
  TaskStateCount?: TaskStateCountResolvers<ContextType>;
  AgentStateCount?: AgentStateCountResolvers<ContextType>;
  Processing?: ProcessingResolvers<ContextType>;
  MoveProcessorPayload?: MoveProcessorPayloadResolvers<ContextType>;
  Processor?: ProcessorResolvers<ContextType>;
  ProcessorChange?: ProcessorChangeResolvers<ContextType>;
  QueueTasksPayload?: QueueTasksPayloadResolvers<ContextType>;
  QueuePayload?: QueuePayloadResolvers<ContextType>;
  Queue?: QueueResolvers<ContextType>;
  QueueConnection?: QueueConnectionResolvers<ContextType>;
  QueueEdge?: QueueEdgeResolvers<ContextType>;
  QueueChange?: QueueChangeResolvers<ContextType>;
  RolloutPayload?: RolloutPayloadResolvers<ContextType>;
  Rollout?: RolloutResolvers<ContextType>;
  RolloutCounts?: RolloutCountsResolvers<ContextType>;
  RolloutConnection?: RolloutConnectionResolvers<ContextType>;
  RolloutEdge?: RolloutEdgeResolvers<ContextType>;
  RolloutChange?: RolloutChangeResolvers<ContextType>;
  SchedulePayload?: SchedulePayloadResolvers<ContextType>;
  FireSchedulePayload?: FireSchedulePayloadResolvers<ContextType>;
  Schedule?: ScheduleResolvers<ContextType>;
  Fire?: FireResolvers<ContextType>;
  ScheduleConnection?: ScheduleConnectionResolvers<ContextType>;
  ScheduleEdge?: ScheduleEdgeResolvers<ContextType>;
  FireConnection?: FireConnectionResolvers<ContextType>;
  FireEdge?: FireEdgeResolvers<ContextType>;
  ScheduleChange?: ScheduleChangeResolvers<ContextType>;
  JSON?: GraphQLScalarType;
  DateTime?: GraphQLScalarType;
  Position?: GraphQLScalarType;
  EnrolSecondFactorPayload?: EnrolSecondFactorPayloadResolvers<ContextType>;
  RecoveryCodesPayload?: RecoveryCodesPayloadResolvers<ContextType>;
  SecretPayload?: SecretPayloadResolvers<ContextType>;
  Secret?: SecretResolvers<ContextType>;
  SecretConnection?: SecretConnectionResolvers<ContextType>;
  SecretEdge?: SecretEdgeResolvers<ContextType>;
  SecretChange?: SecretChangeResolvers<ContextType>;
  Output?: OutputResolvers<ContextType>;
  OutputChunk?: OutputChunkResolvers<ContextType>;
  TaskMinute?: TaskMinuteResolvers<ContextType>;
  AppDuration?: AppDurationResolvers<ContextType>;
  NewFailure?: NewFailureResolvers<ContextType>;
  TaskResult?: TaskResultResolvers<ContextType>;
  Failure?: FailureResolvers<ContextType>;
  RunTaskPayload?: RunTaskPayloadResolvers<ContextType>;
  AgentLeftOut?: AgentLeftOutResolvers<ContextType>;
  CancelTaskPayload?: CancelTaskPayloadResolvers<ContextType>;
  CancelTasksPayload?: CancelTasksPayloadResolvers<ContextType>;
  TaskRefusal?: TaskRefusalResolvers<ContextType>;
  Refusal?: RefusalResolvers<ContextType>;
  Retry?: RetryResolvers<ContextType>;
  TaskWait?: TaskWaitResolvers<ContextType>;
  Attempt?: AttemptResolvers<ContextType>;
  TaskConnection?: TaskConnectionResolvers<ContextType>;
  TaskEdge?: TaskEdgeResolvers<ContextType>;
  TaskChange?: TaskChangeResolvers<ContextType>;
  Viewer?: ViewerResolvers<ContextType>;
  SignInPayload?: SignInPayloadResolvers<ContextType>;
  NewSession?: NewSessionResolvers<ContextType>;
  UserPayload?: UserPayloadResolvers<ContextType>;
  UserWithPasswordPayload?: UserWithPasswordPayloadResolvers<ContextType>;
  AccessTokenPayload?: AccessTokenPayloadResolvers<ContextType>;
  User?: UserResolvers<ContextType>;
  Session?: SessionResolvers<ContextType>;
  AccessToken?: AccessTokenResolvers<ContextType>;
  UserConnection?: UserConnectionResolvers<ContextType>;
  UserEdge?: UserEdgeResolvers<ContextType>;
  UserChange?: UserChangeResolvers<ContextType>;
  Component?: ComponentResolvers<ContextType>;
  Flow?: FlowResolvers<ContextType>;
  Lease?: LeaseResolvers<ContextType>;
  SlowQuery?: SlowQueryResolvers<ContextType>;
  OpenIncident?: OpenIncidentResolvers<ContextType>;
  Incident?: IncidentResolvers<ContextType>;
  IncidentConnection?: IncidentConnectionResolvers<ContextType>;
  IncidentEdge?: IncidentEdgeResolvers<ContextType>;
  CreateWebhookPayload?: CreateWebhookPayloadResolvers<ContextType>;
  WebhookPayload?: WebhookPayloadResolvers<ContextType>;
  RedeliverPayload?: RedeliverPayloadResolvers<ContextType>;
  Webhook?: WebhookResolvers<ContextType>;
  WebhookFilter?: WebhookFilterResolvers<ContextType>;
  WebhookFailure?: WebhookFailureResolvers<ContextType>;
  Delivery?: DeliveryResolvers<ContextType>;
  DeliveryAttempt?: DeliveryAttemptResolvers<ContextType>;
  WebhookConnection?: WebhookConnectionResolvers<ContextType>;
  WebhookEdge?: WebhookEdgeResolvers<ContextType>;
  DeliveryConnection?: DeliveryConnectionResolvers<ContextType>;
  DeliveryEdge?: DeliveryEdgeResolvers<ContextType>;
  WebhookChange?: WebhookChangeResolvers<ContextType>;
};

