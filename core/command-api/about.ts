import { everywhere, type Scope } from '../domain/scope.ts'

/** One thing that a request is about. What a field says nothing of is any. */
export interface AboutThing {
  readonly app?: string | null | undefined
  readonly func?: string | null | undefined
  /** Id or ip of an agent. */
  readonly agent?: string | null | undefined
  /** Name of a secret. */
  readonly secret?: string | null | undefined
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

/**
 * Where a request refers to secrets, which needs USE_SECRETS for each, beside the permission of the command: a call with its parameter (JSON
 * text), one that a queue shall have as well (an app that is absent is the queue's), a schedule as it shall be, or a version of an app, with
 * its manifest.
 */
export type SecretUse =
  | { readonly app: string; readonly param: string | null }
  | { readonly queue: string; readonly app: string | null; readonly param: string | null }
  | { readonly schedule: string; readonly app?: string | null | undefined; readonly param?: string | null | undefined }
  | { readonly app: string; readonly version: string }

/** An app on all agents, those to come too: what an app, its versions and its rollouts are about. */
export function aboutApp(app: string | null): readonly About[] {
  return [{ over: { ...everywhere, apps: [app ?? '*'] } }]
}

/** The whole platform. */
export const aboutAll: readonly About[] = [{ over: everywhere }]
