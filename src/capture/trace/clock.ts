/** Times of a log as traces have them: microseconds since the first, or the place in the log where there is no clock. */
export class Clock {
  private first: number | undefined
  private last = 0

  /**
   * @param microseconds on the clock of the log; undefined where the line has none
   * @param place of the line, which is the time in a log without a clock
   */
  at(microseconds: number | undefined, place: number): number {
    if (microseconds !== undefined && Number.isFinite(microseconds)) {
      this.first ??= microseconds
      this.last = Math.max(0, Math.round(microseconds - this.first))
      return this.last
    }
    return this.first === undefined ? place : this.last
  }
}
