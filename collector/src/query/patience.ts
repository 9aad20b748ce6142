/** What a job is given beside its parameters: how long it may go on, and who listens meanwhile. */
import type { Cancellation } from '../store/api.ts'

export interface Patience extends Cancellation {
  /**
   * Takes a piece of the answer's text, where the answer is told in parts. Waits while whoever reads is
   * far behind.
   * @throws as `check` does
   */
  part?(text: string): void
}
