import type { Scope } from '../domain/scope.ts'

/** One thing that a request is about. What a field says nothing of is any. */
export interface AboutThing {
  readonly app?: string | null | undefined
  readonly func?: string | null | undefined
  /** Id or ip of an agent. */
  readonly agent?: string | null | undefined
}

/**
 * What a request is about, for the check whether its sender may send it. A thing that is named by its id is looked up: a task is about its
 * app, function and agent, a schedule about those of its tasks, a queue about those of all its tasks, a webhook about the apps of its
 * filter. `over`: all of a scope.
 */
export type About =
  | AboutThing
  | { readonly task: string }
  /** `added`: tasks that it shall have as well; an app that is absent is that of the queue. */
  | { readonly queue: string; readonly added?: readonly AboutThing[] }
  /** `changed`: what it shall be about. */
  | { readonly schedule: string; readonly changed?: AboutThing }
  | { readonly webhook: string }
  | { readonly over: Scope }

/** An app on all agents, those to come too: what an app, its versions and its rollouts are about. */
export function aboutApp(app: string | null): readonly About[] {
  return [{ over: { apps: [app ?? '*'], funcs: ['*'], agents: '' } }]
}

/** The whole platform. */
export const aboutAll: readonly About[] = [{ over: { apps: ['*'], funcs: ['*'], agents: '' } }]
