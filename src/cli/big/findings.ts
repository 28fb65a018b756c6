import { counted, type Finding } from '../../findings/index.ts'

/** Most findings of one code that are kept: a damaged stream of gigabytes can have one for each of its pages. */
const MOST = 1000

/** Gathers findings of a long input; of each code the first thousand, and how many there were. */
export class GatheredFindings {
  readonly #kept: Finding[] = []
  readonly #counts = new Map<string, number>()

  add(finding: Finding): void {
    const count = (this.#counts.get(finding.code) ?? 0) + 1
    this.#counts.set(finding.code, count)
    if (count <= MOST) this.#kept.push(finding)
  }

  all(): Finding[] {
    const last = new Map<string, Finding>()
    for (const finding of this.#kept) last.set(finding.code, finding)
    return this.#kept.map((finding) => {
      const more = (this.#counts.get(finding.code) as number) - MOST
      if (more <= 0 || last.get(finding.code) !== finding) return finding
      return { ...finding, hint: `${counted(more, 'more finding', 'more findings')} of this code follow.` }
    })
  }
}
