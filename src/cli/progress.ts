import type { SingleBar } from 'cli-progress'

/** Work that ends sooner shows no bar, in milliseconds. */
const PATIENCE = 700

/** A progress bar on standard error for work that takes a while; none in a pipe. */
export class Progress {
  private readonly started = Date.now()
  private bar: SingleBar | undefined
  private loading = false
  private done = 0
  private ended = false

  constructor(
    private readonly total: number,
    private readonly unit: string,
  ) {}

  step(count = 1): void {
    this.done += count
    if (this.bar !== undefined) this.bar.update(this.done)
    else if (!this.loading && process.stderr.isTTY && Date.now() - this.started > PATIENCE) this.show()
  }

  end(): void {
    this.ended = true
    this.bar?.stop()
  }

  private show(): void {
    this.loading = true
    import('cli-progress').then(({ default: { Presets, SingleBar } }) => {
      if (this.ended) return
      const format = `{bar} {value}/{total} ${this.unit}, {eta_formatted} to go`
      this.bar = new SingleBar({ format, clearOnComplete: true, hideCursor: true }, Presets.shades_classic)
      this.bar.start(this.total, this.done)
    })
  }
}
