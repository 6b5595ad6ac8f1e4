import { type Rejection, rejection } from '@elves/core/domain/decision.ts'
import { hasName } from '@elves/core/domain/scope.ts'
import { secretAggregate, secretIdOf, secretStream, unknownSecret } from '@elves/core/domain/secret/secret.ts'
import type { Aggregates } from '@elves/core/eventing/aggregates/aggregates.ts'
import { secretNamesIn } from '@elves/schemas/link/secret-references.ts'

/** A call as somebody asks for it; `param` is JSON text. */
export interface CallWithSecrets {
  readonly app: string
  readonly param: string | null
}

/**
 * Returns for each call why the secrets in its parameter are not to be had now, or null. Whoever asks is told at once what would only fail
 * when it is sent; what counts is how it is then.
 */
export async function secretRefusals(
  aggregates: Pick<Aggregates, 'load'>,
  calls: readonly CallWithSecrets[],
): Promise<readonly (Rejection | null)[]> {
  return Promise.all(calls.map((call) => refusalOf(aggregates, call)))
}

async function refusalOf(aggregates: Pick<Aggregates, 'load'>, { app, param }: CallWithSecrets): Promise<Rejection | null> {
  const names = secretNamesIn(param)
  // The decision about the task refuses what is no reference.
  if ('wrong' in names) return null
  for (const name of names) {
    const { state } = await aggregates.load(secretAggregate, secretStream(secretIdOf(name)))
    if (state.phase !== 'CURRENT') return { ...unknownSecret(), message: `there is no secret ${name}`, field: 'param' }
    if (!hasName(state.apps, app)) return rejection('SECRET_NOT_FOR_APP', `secret ${name} is not for tasks of this app`, 'param')
  }
  return null
}
