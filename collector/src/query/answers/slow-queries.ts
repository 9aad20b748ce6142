/** A question that took long; part of the status. */
export interface SlowQuery {
  /** What kind of question: the name of its job. */
  job: string
  /** Search, expression, id or service; empty where it asks for all. */
  asked: string
  unixMillis: number
  tookMillis: number
  /** False where it failed, was cancelled or ran out of time. */
  answered: boolean
}
