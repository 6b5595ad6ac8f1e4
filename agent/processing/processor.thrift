/*
 * What an app's processor serves and the agent calls: the contract of Elves 0.1.x. Binary protocol, buffered transport.
 * Field 2 of Reinstruct does not exist, and never did.
 *
 * generated/ is made of this file by the compiler of Apache Thrift 0.17 (Debian: thrift-compiler), in this folder:
 *     thrift --gen js:node,es6,ts -out generated processor.thrift
 */

/** What was to run. */
struct Instruct {
  /** Id of the task. */
  1: string id
  /** The agent's ip. */
  2: string ip
  /** rt, queue or cron. */
  3: string type
  /** Always P. */
  4: string mode
  5: string app
  6: string func
  /** JSON text, or empty. */
  7: string param
  /** Whole seconds; 0 is none. */
  8: i32 timeout
  /** Empty for the app's own worker. */
  9: string proxy
}

/** What became of it. */
struct Reinstruct {
  1: Instruct ins
  /** 1: the worker said true. 0: it said something else. -1: there is no answer of the worker; result says why. */
  3: i32 flag
  /** ms. */
  4: i32 costtime
  5: string result
}

service AppService {
  /** The text is kept with the task. An exception is a failed call: the result comes again. */
  string runProcessor(1: Reinstruct reins)
}
