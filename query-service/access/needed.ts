import type { Permission } from '@elves/core/domain/permissions.ts'

/**
 * Who may use a field or a door. COMMAND: command-service decides about the command that it sends. ANYBODY: everybody who is signed in. Else
 * who has one of the permissions: ALL of it, over the whole platform, or for SOME of it; what he then gets is only that.
 */
export type Needed = 'COMMAND' | 'ANYBODY' | { readonly anyOf: readonly Permission[]; readonly over: 'ALL' | 'SOME' }

const viewSome: Needed = { anyOf: ['VIEW'], over: 'SOME' }
const viewAll: Needed = { anyOf: ['VIEW'], over: 'ALL' }
const audit: Needed = { anyOf: ['AUDIT'], over: 'ALL' }
/** He gets the events of his apps and agents. */
const auditSome: Needed = { anyOf: ['AUDIT'], over: 'SOME' }
const whoMay: Needed = { anyOf: ['MANAGE_ACCESS', 'AUDIT'], over: 'ALL' }
const agentsAll: Needed = { anyOf: ['MANAGE_AGENTS', 'AUDIT'], over: 'ALL' }
/** Who reads the audit log sees all of them; others those that they may use or manage. */
const secretsSome: Needed = { anyOf: ['USE_SECRETS', 'MANAGE_SECRETS', 'AUDIT'], over: 'SOME' }
const appsAll: Needed = { anyOf: ['MANAGE_APPS', 'AUDIT'], over: 'ALL' }

/** Of each field of `Query` and `Subscription`; those of `Mutation` are all COMMAND. A field that is missing here does not start. */
export const neededOfFields: Readonly<Record<string, Needed>> = {
  'Query.task': viewSome,
  'Query.tasks': viewSome,
  'Query.taskOutput': viewSome,
  'Query.agent': viewSome,
  'Query.agents': viewSome,
  'Query.agentGroups': viewSome,
  'Query.queue': viewSome,
  'Query.queues': viewSome,
  'Query.schedule': viewSome,
  'Query.schedules': viewSome,
  'Query.previewRule': 'ANYBODY',
  'Query.app': viewSome,
  'Query.apps': viewSome,
  'Query.rollout': viewSome,
  'Query.rollouts': viewSome,
  'Query.processor': viewAll,
  'Query.webhook': appsAll,
  'Query.webhooks': appsAll,
  'Query.joinToken': agentsAll,
  'Query.joinTokens': agentsAll,
  'Query.inventorySources': agentsAll,
  'Query.platform': viewAll,
  'Query.changes': audit,
  'Query.deadLetters': agentsAll,
  'Query.rebuilds': agentsAll,
  'Query.projectors': viewAll,
  'Query.components': viewAll,
  'Query.flows': viewAll,
  'Query.leases': agentsAll,
  'Query.slowQueries': agentsAll,
  'Query.openIncidents': viewAll,
  'Query.incidents': audit,
  'Query.events': auditSome,
  'Query.correlation': auditSome,
  'Query.log': audit,
  'Query.proof': audit,
  'Query.consistency': audit,
  'Query.access': whoMay,
  'Query.whoCan': whoMay,
  // A guest, too: it says who asks.
  'Query.viewer': 'ANYBODY',
  'Query.signInMethods': 'ANYBODY',
  'Query.accessTokens': 'ANYBODY',
  'Query.user': whoMay,
  'Query.users': whoMay,
  'Query.grants': whoMay,
  'Query.roles': whoMay,
  'Query.limits': whoMay,
  'Query.guards': whoMay,
  'Query.authKeys': whoMay,
  'Query.secrets': secretsSome,
  'Subscription.taskChanged': viewSome,
  'Subscription.taskOutputAdded': viewSome,
  'Subscription.agentChanged': viewSome,
  'Subscription.queueChanged': viewSome,
  'Subscription.scheduleChanged': viewSome,
  'Subscription.appChanged': viewSome,
  'Subscription.rolloutChanged': viewSome,
  'Subscription.processorChanged': viewAll,
  'Subscription.processorResults': viewAll,
  'Subscription.webhookChanged': appsAll,
  'Subscription.joinTokenChanged': agentsAll,
  'Subscription.inventorySourceChanged': agentsAll,
  'Subscription.userChanged': whoMay,
  'Subscription.grantChanged': whoMay,
  'Subscription.roleChanged': whoMay,
  'Subscription.authKeyChanged': whoMay,
  'Subscription.limitChanged': whoMay,
  'Subscription.guardChanged': whoMay,
  'Subscription.secretChanged': secretsSome,
  'Subscription.eventAppended': auditSome,
}

/** Of each HTTP door of people that is not GraphQL. */
export const neededOfDoors = {
  '/audit/export': audit,
  'GET /apps/:app/versions/:version/package': appsAll,
} as const satisfies Readonly<Record<string, Needed>>
