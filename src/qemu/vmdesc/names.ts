/** Gives each name of a structure once: later ones get a number behind them. */
export class Names {
  private readonly taken = new Set<string>()
  private readonly next = new Map<string, number>()

  /** @param reserved names that members of values cannot have; `__proto__` never can */
  constructor(reserved: readonly string[] = []) {
    this.taken.add('__proto__')
    for (const name of reserved) this.taken.add(name)
  }

  /** The name itself, or the first free one of `name#2`, `name#3` and so on. */
  free(name: string): string {
    let free = name
    let number = this.next.get(name) ?? 2
    while (this.taken.has(free)) free = `${name}#${number++}`
    if (free !== name) this.next.set(name, number)
    this.taken.add(free)
    return free
  }
}
