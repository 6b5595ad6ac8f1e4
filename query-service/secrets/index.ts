import { accessOf } from '@elves/core/access/access-state.ts'
import { evolveSecret, type KnownSecret } from '@elves/core/access/known-secret.ts'
import type { CommandAnswer } from '@elves/core/command-api/command.ts'
import { createSecret } from '@elves/core/command-api/create-secret.ts'
import { deleteSecret } from '@elves/core/command-api/delete-secret.ts'
import { rotateSecret } from '@elves/core/command-api/rotate-secret.ts'
import { updateSecret } from '@elves/core/command-api/update-secret.ts'
import { secretAggregate, secretStream } from '@elves/core/domain/secret/secret.ts'
import type { EdgeFeature } from '../feature.ts'
import { historyOfThing } from '../grants/changes.ts'
import { newestFirst } from '../grants/listed.ts'
import { filterOf, pageRequest } from '../graphql/arguments.ts'
import { changed } from '../graphql/changed.ts'
import { connectionResolvers } from '../graphql/connections.ts'
import { anyOf } from '../subscriptions/any-of.ts'
import { followed } from '../subscriptions/followed.ts'

const secretChanges = followed({ name: 'secret', of: [secretAggregate], evolve: evolveSecret })

interface SecretsFilter {
  readonly names?: readonly string[]
  readonly apps?: readonly string[]
  readonly states?: readonly KnownSecret['state'][]
}

function matchesSecret({ names, apps, states }: SecretsFilter): (secret: KnownSecret) => boolean {
  const [ofName, ofState] = [anyOf(names), anyOf(states)]
  const ofApp = (own: readonly string[]) => apps === undefined || own.includes('*') || apps.some((app) => own.includes(app))
  return (secret) => ofName(secret.name) && ofState(secret.state) && ofApp(secret.apps)
}

function payload({ secretId, events, position, refusal }: CommandAnswer<'secret'>) {
  return { secret: refusal ? null : (accessOf(events).secrets.get(secretId) ?? null), position, refusal }
}

/** Secrets, folded from events like grants: nothing on this side ever has a value, but for the moment in which somebody sends one. */
export const secretsFeature = {
  readModels: [],
  commands: [createSecret, rotateSecret, updateSecret, deleteSecret],
  changes: [secretChanges],
  resolvers: {
    Query: {
      secrets: async (_root, args, context) => {
        await context.reached(args.notBefore, ['event-log'])
        const { access } = context.services
        const state = args.asOf ? await access.log.at(args.asOf) : await access.log.refreshed()
        const [matches, isSeen] = [matchesSecret(filterOf(args.filter)), await access.seenSecrets(context.caller)]
        const secrets = [...state.secrets.values()].filter((secret) => isSeen(secret.name) && matches(secret))
        const page = newestFirst(secrets, pageRequest(args, 50))
        context.take(page.bytes)
        return page
      },
    },
    Mutation: {
      createSecret: async (_root, { input }, { services, caller }) => payload(await services.commands.call(createSecret, caller, input)),
      rotateSecret: async (_root, { input }, { services, caller }) => payload(await services.commands.call(rotateSecret, caller, input)),
      updateSecret: async (_root, { input }, { services, caller }) => payload(await services.commands.call(updateSecret, caller, input)),
      deleteSecret: async (_root, { input }, { services, caller }) => payload(await services.commands.call(deleteSecret, caller, input)),
    },
    Subscription: { secretChanged: changed(secretChanges, matchesSecret, (secret, position) => ({ secret, position })) },
    Secret: {
      history: ({ id, position, streamVersion }, args, context, info) =>
        historyOfThing(secretStream(id), { position, version: streamVersion }, args, context, info),
    },
    SecretConnection: connectionResolvers,
  },
} satisfies EdgeFeature
